package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.cluster.ConnectionSettings;
import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.EmbeddedZooKeeper;
import io.hopyard.cluster.ServerSettings;
import io.hopyard.cluster.StoreFiles;
import io.hopyard.cluster.ZooKeeperMembership;
import io.hopyard.core.cluster.Leadership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.supervision.Drainable;
import io.hopyard.core.supervision.NodeState;
import io.hopyard.core.supervision.RestartBudget;
import io.hopyard.core.supervision.Supervision;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import io.hopyard.server.settings.Settings;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor, its services and their membership, with a real coordination server and parts of the test's own. */
@Timeout(120)
class SupervisorTest {
    private static final String HOST = "127.0.48.1";
    private static final String PASSWORD = "secret123";
    private static final Node NODE = new Node("id-1", "one", "r", "a", EnumSet.of(NodeRole.BROKER), new TreeMap<>());
    private static final RestartBudget.Limits SOON =
            new RestartBudget.Limits(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMinutes(1), 20, 3);

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicReference<WishedState> wished = new AtomicReference<>(WishedState.SERVING);
    private final AtomicInteger lives = new AtomicInteger();
    private final AtomicBoolean quiet = new AtomicBoolean();
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Drainable flow = new Drainable() {
        @Override
        public void drain() {
            heard.add("drain");
        }

        @Override
        public void resume() {
            heard.add("resume");
        }

        @Override
        public boolean quiet() {
            return quiet.get();
        }
    };

    private StoreFiles tls;
    private EmbeddedZooKeeper server;
    private ZooKeeperMembership membership;
    private Services services;
    private Part.Action start = () -> heard.add("start");

    @BeforeEach
    void coordinationServes() throws Exception {
        CertificateAuthority authority =
                CertificateAuthority.open(folder.resolve("authority"), Clock.systemUTC(), new SecureRandom());
        Identity identity = authority.issue("node:one", List.of(HOST), Duration.ofDays(1));
        tls = StoreFiles.write(
                folder.resolve("tls"),
                identity.keyStore("PKCS12", PASSWORD.toCharArray()),
                identity.trustStore("PKCS12"),
                PASSWORD);
        server = new EmbeddedZooKeeper(
                ServerSettings.single(HOST, 0, folder.resolve("zk"), tls), EmbeddedZooKeeper.Gates.OPEN);
        server.start();
        open.add(server);
        Coordination coordination = connect();
        membership = new ZooKeeperMembership(coordination, NODE);
        membership.start();
        open.add(membership);
        services = new Services(this::wire, coordination, membership, System::nanoTime);
    }

    private Coordination connect() {
        Coordination coordination = new Coordination(ConnectionSettings.to(HOST + ":" + server.port(), tls));
        coordination.start();
        open.add(coordination);
        return coordination;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Services.Life wire() {
        int life = lives.incrementAndGet();
        AtomicBoolean used = new AtomicBoolean();
        Part part = new Part(
                        "part",
                        () -> {
                            assertThat(used.getAndSet(true)).as("life " + life).isFalse();
                            start.run();
                        },
                        () -> heard.add("close"),
                        trouble::get)
                .withFlow(flow)
                .healedWhenRestarted();
        return new Services.Life() {
            @Override
            public List<Part> parts() {
                return List.of(part);
            }

            @Override
            public boolean leads() {
                return false;
            }
        };
    }

    private Supervisor supervisor() {
        Supervisor supervisor = new Supervisor(
                Surroundings.of(Settings.of(Map.of()), folder),
                services,
                wished::get,
                new Supervision(new Supervision.Patience(Duration.ofMillis(300), Duration.ofMinutes(1)), SOON));
        open.add(supervisor);
        return supervisor;
    }

    private static void becomes(Supervisor supervisor, NodeState state) {
        Eventually.holds(() -> assertThat(supervisor.seen().state()).isEqualTo(state));
    }

    private void isMember(boolean member) {
        Eventually.holds(() -> assertThat(membership.alive()).hasSize(member ? 1 : 0));
    }

    @Test
    void drainedStoppedAndStartedAgainInOneProcess() throws Exception {
        Supervisor supervisor = supervisor();
        supervisor.start();
        assertThat(supervisor.seen().state()).isEqualTo(NodeState.SERVING);
        isMember(true);
        wished.set(WishedState.DRAINING);
        becomes(supervisor, NodeState.DRAINING);
        isMember(false);
        assertThat(supervisor.health().ready()).isFalse();
        assertThat(services.draining()).isTrue();
        quiet.set(true);
        becomes(supervisor, NodeState.DRAINED);
        wished.set(WishedState.SERVING);
        isMember(true);
        becomes(supervisor, NodeState.SERVING);
        Eventually.holds(() -> assertThat(heard).last().isEqualTo("resume"));
        wished.set(WishedState.STOPPED);
        becomes(supervisor, NodeState.STOPPED);
        isMember(false);
        assertThat(heard).last().isEqualTo("close");
        assertThat(lives.get()).isEqualTo(1);
        wished.set(WishedState.SERVING);
        becomes(supervisor, NodeState.SERVING);
        isMember(true);
        assertThat(lives.get()).isEqualTo(2);
        assertThat(supervisor.seen().restarts()).isZero();
    }

    @Test
    void aNodeThatShallRestStartsNothing() throws Exception {
        Supervisor supervisor = supervisor();
        supervisor.nudge(); // before anybody knows what is wished
        wished.set(WishedState.STOPPED);
        supervisor.start();
        assertThat(lives.get()).isZero();
        assertThat(services.health()).isEmpty();
    }

    @Test
    void theFirstStartThatFailsIsTold() {
        start = () -> {
            throw new IllegalStateException("port taken");
        };
        assertThatThrownBy(() -> supervisor().start()).hasMessage("port taken");
    }

    @Test
    void whoeverWaitsForTheFirstStartMayBeInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        start = () -> {
            begun.countDown();
            new CountDownLatch(1).await();
        };
        Supervisor supervisor = supervisor();
        AtomicReference<@Nullable Exception> end = new AtomicReference<>();
        Thread starter = Thread.ofPlatform().start(() -> {
            try {
                supervisor.start();
            } catch (Exception e) {
                end.set(e);
            }
        });
        begun.await();
        starter.interrupt();
        assertThat(starter.join(Duration.ofSeconds(30))).isTrue();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aBrokenPartIsStartedAgainInANewLifeUntilItIsWell() throws Exception {
        Supervisor supervisor = supervisor();
        supervisor.start();
        AtomicInteger failures = new AtomicInteger();
        start = () -> {
            if (failures.incrementAndGet() < 4) {
                throw new IllegalStateException("not yet");
            }
            trouble.set(null);
        };
        trouble.set("gave up");
        Eventually.holds(() -> assertThat(supervisor.seen().restarts()).isEqualTo(4));
        becomes(supervisor, NodeState.SERVING);
        assertThat(supervisor.seen().flapping()).isTrue();
        assertThat(supervisor.health().detail()).contains("fail again and again");
        assertThat(lives.get()).isEqualTo(5);
        isMember(true);
    }

    @Test
    void aWishToStopEndsAStartThatWaits() throws Exception {
        Supervisor supervisor = supervisor();
        wished.set(WishedState.STOPPED);
        supervisor.start();
        CountDownLatch begun = new CountDownLatch(1);
        start = () -> {
            begun.countDown();
            new CountDownLatch(1).await();
        };
        wished.set(WishedState.SERVING);
        begun.await();
        wished.set(WishedState.STOPPED);
        becomes(supervisor, NodeState.STOPPED);
        start = () -> heard.add("start");
        wished.set(WishedState.SERVING);
        becomes(supervisor, NodeState.SERVING);
    }

    /** Says when it begins and ends. */
    private record Told(String head, List<String> heard) implements LeaderDuties.Duty {
        @Override
        public String name() {
            return "told";
        }

        @Override
        public void start(Leadership leadership) {
            heard.add(head + " begins");
        }

        @Override
        public void stop() {
            heard.add(head + " ends");
        }
    }

    @Test
    void dutiesMoveWhenTheLeaderDrainsAndWhenItsConnectionEnds() {
        Coordination second = connect();
        LeaderDuties one = new LeaderDuties(connect(), "id-1", List.of(new Told("one", heard)));
        LeaderDuties other = new LeaderDuties(second, "id-2", List.of(new Told("other", heard)));
        one.start();
        Eventually.holds(() -> assertThat(heard).containsExactly("one begins"));
        other.start();
        one.drain();
        Eventually.holds(() -> assertThat(heard).containsExactly("one begins", "one ends", "other begins"));
        assertThat(one.leads()).isFalse();
        assertThat(other.leads()).isTrue();
        one.resume();
        second.close();
        Eventually.holds(() -> assertThat(one.leads()).isTrue());
        Eventually.holds(() -> assertThat(heard).last().isEqualTo("one begins"));
        one.close();
        other.close();
    }
}
