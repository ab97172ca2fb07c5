package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads that are candidates, each with a coordination server, die. */
class EnsembleLeadershipTest {
    private static final String MATTER = "cleaning";

    @TempDir
    private Path folder;

    private record Head(int id, Coordination coordination, ZooKeeperLeadership leadership) {}

    private static List<Head> heads(TestEnsemble ensemble) {
        return heads(id -> ensemble.connect("node:head-" + id));
    }

    /** Each with no way to the others but its own server; when that is killed, the head is as good as killed. */
    private static List<Head> boundHeads(TestEnsemble ensemble) {
        return heads(id ->
                ensemble.connect("node:head-" + id, List.of(ensemble.servers().get(id - 1))));
    }

    private static List<Head> heads(IntFunction<Coordination> connect) {
        List<Head> heads = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            Coordination coordination = connect.apply(id);
            ZooKeeperLeadership leadership = new ZooKeeperLeadership(coordination, MATTER, "id-" + id);
            leadership.start();
            heads.add(new Head(id, coordination, leadership));
        }
        return heads;
    }

    private static long leading(List<Head> heads) {
        return heads.stream().filter(head -> head.leadership().leads()).count();
    }

    private static void close(List<Head> heads) {
        heads.forEach(head -> {
            head.leadership().close();
            head.coordination().close();
        });
    }

    /** Looks without pause, until told to stop, whether two lead at once; true if they ever did. */
    private static Future<Boolean> watch(ExecutorService thread, List<Head> heads, AtomicBoolean stop) {
        return thread.submit(() -> {
            boolean two = false;
            while (!stop.get()) {
                for (Head one : heads) {
                    for (Head other : heads) {
                        two |= one.id() != other.id() && both(one.leadership(), other.leadership());
                    }
                }
            }
            return two;
        });
    }

    /** Looked at one after the other, so the first must lead before and after the second. */
    private static boolean both(ZooKeeperLeadership one, ZooKeeperLeadership other) {
        return one.leads() && other.leads() && one.leads();
    }

    @Test
    void anotherHeadLeadsWhenTheLeaderDiesWithoutASignOff() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            List<Head> heads = boundHeads(ensemble);
            AtomicBoolean stop = new AtomicBoolean();
            try {
                Eventually.holds(() -> assertThat(leading(heads)).isEqualTo(1));
                Future<Boolean> two = watch(thread, heads, stop);
                Head led = heads.stream()
                        .filter(head -> head.leadership().leads())
                        .findFirst()
                        .orElseThrow();
                ensemble.kill(led.id());
                List<Head> others =
                        heads.stream().filter(head -> head.id() != led.id()).toList();
                Eventually.holds(
                        Duration.ofSeconds(25),
                        () -> assertThat(leading(others)).isEqualTo(1));
                stop.set(true);
                assertThat(two.get(30, TimeUnit.SECONDS)).isFalse();
                ensemble.start(led.id());
                ensemble.awaitAll();
            } finally {
                stop.set(true);
                close(heads);
            }
        }
    }

    @Test
    void atMostOneLeadsWhileTheServersDieOneAfterTheOther() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            List<Head> heads = heads(ensemble);
            AtomicBoolean stop = new AtomicBoolean();
            try {
                Eventually.holds(() -> assertThat(leading(heads)).isEqualTo(1));
                Future<Boolean> two = watch(thread, heads, stop);
                for (int server = 1; server <= 3; server++) {
                    ensemble.kill(server);
                    Eventually.holds(() -> assertThat(leading(heads)).isEqualTo(1));
                    ensemble.start(server);
                    ensemble.awaitAll();
                }
                stop.set(true);
                assertThat(two.get(30, TimeUnit.SECONDS)).isFalse();
            } finally {
                stop.set(true);
                close(heads);
            }
        }
    }

    @Test
    void aHeadThatHasClosedItsConnectionDoesNotLead() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 1)) {
            Coordination coordination = ensemble.connect("node:head-1");
            ZooKeeperLeadership leadership = new ZooKeeperLeadership(coordination, MATTER, "id-1");
            leadership.start();
            Eventually.holds(() -> assertThat(leadership.leads()).isTrue());
            coordination.close();
            assertThat(leadership.leads()).isFalse();
        }
    }

    @Test
    void nobodyLeadsWithoutAMajority() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3)) {
            List<Head> heads = heads(ensemble);
            try {
                Eventually.holds(() -> assertThat(leading(heads)).isEqualTo(1));
                ensemble.kill(1);
                ensemble.kill(2);
                Eventually.holds(() -> assertThat(leading(heads)).isZero());
                ensemble.start(1);
                Eventually.holds(() -> assertThat(leading(heads)).isEqualTo(1));
            } finally {
                close(heads);
            }
        }
    }
}
