package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.pair.PairRegister.Written;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.pair.PairRegisterContract;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The register over three coordination servers, and what it says while they come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZooKeeperPairRegisterTest extends PairRegisterContract {
    private static final Incarnation ONE = new Incarnation("data-1", "0011223344556677");
    private static final Incarnation OTHER = new Incarnation("data-2", "8899aabbccddeeff");
    private static final PairRecord BOTH = new PairRecord(1, List.of(ONE, OTHER), ONE, "first start");

    private final AtomicInteger pairs = new AtomicInteger();
    private final List<Coordination> nodes = new ArrayList<>();
    private TestEnsemble ensemble;

    @SuppressWarnings("NullAway.Init")
    ZooKeeperPairRegisterTest() {}

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        ensemble = TestEnsemble.start(folder, 3);
        for (int node = 0; node < 3; node++) {
            nodes.add(ensemble.connect("node:data-" + node));
        }
    }

    @AfterAll
    void stop() {
        nodes.forEach(Coordination::close);
        ensemble.close();
    }

    @Override
    protected List<PairRegister> registers(int count) {
        String pair = "pair-" + pairs.incrementAndGet();
        return nodes.subList(0, count).stream()
                .<PairRegister>map(node -> new ZooKeeperPairRegister(node, pair, System::nanoTime))
                .toList();
    }

    private static Deadline in(Duration time) {
        return Deadline.after(System::nanoTime, time);
    }

    private static Written load(PairRegister register) {
        return Objects.requireNonNull(register.read(in(Duration.ofSeconds(5))), "nothing is written");
    }

    /** Reads and writes until it is known to be written, as an arbiter does. */
    private static void arbitrate(PairRegister register, PairRecord wanted) {
        Eventually.holds(Duration.ofSeconds(10), () -> {
            Written there = load(register);
            assertThat(there.record().equals(wanted) || register.replace(there, wanted, in(Duration.ofSeconds(2))))
                    .isTrue();
        });
    }

    @Test
    void arbitrationGoesOnWhenTheLeaderOfTheQuorumIsKilled() {
        List<PairRegister> registers = registers(2);
        registers.getFirst().create(BOTH, in(Duration.ofSeconds(5)));
        Written old = load(registers.getLast());
        int killed = ensemble.leader();
        ensemble.kill(killed);
        PairRecord alone = BOTH.next(List.of(ONE), ONE, "lost the peer");
        arbitrate(registers.getFirst(), alone);
        ensemble.start(killed);
        ensemble.awaitAll();
        Eventually.holds(() -> assertThat(registers
                        .getLast()
                        .replace(old, BOTH.next(List.of(OTHER), OTHER, "late"), in(Duration.ofSeconds(5))))
                .isFalse());
        assertThat(load(registers.getLast()).record()).isEqualTo(alone);
    }

    @Test
    void everyCallEndsInTimeWhileThereIsNoMajority() {
        PairRegister register = registers(1).getFirst();
        register.create(BOTH, in(Duration.ofSeconds(5)));
        Written before = load(register);
        int first = ensemble.leader();
        ensemble.kill(first);
        int second = ensemble.servers().stream()
                .mapToInt(ServerSettings.Server::id)
                .filter(id -> id != first)
                .findFirst()
                .orElseThrow();
        ensemble.kill(second);
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> register.read(in(Duration.ofMillis(300))))
                    .satisfies(PairRegisterContract::isUnavailable);
            assertThatThrownBy(() -> register.replace(
                            before, BOTH.next(List.of(ONE), ONE, "no majority"), in(Duration.ofMillis(300))))
                    .satisfies(PairRegisterContract::isUnavailable);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
        ensemble.start(first);
        ensemble.start(second);
        ensemble.awaitAll();
        arbitrate(register, BOTH.next(List.of(ONE), ONE, "the majority is back"));
    }
}
