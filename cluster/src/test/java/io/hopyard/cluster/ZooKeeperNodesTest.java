package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.supervision.NodeRegister;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.NodeState;
import io.hopyard.core.supervision.PartReport;
import io.hopyard.core.supervision.Registration;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperNodesTest {
    private static final Ticker TICKER = System::nanoTime;
    private static final Node ONE = TestCluster.node("id-1", "one", "r");
    private static final Node OTHER = TestCluster.node("id-2", "other", "r");

    @TempDir
    private Path folder;

    private static Deadline soon() {
        return Deadline.after(TICKER, Duration.ofSeconds(20));
    }

    private static NodeReport report(Node node, NodeState state) {
        return new NodeReport(
                node.id(), "1", 1, state, 2, 3, true, false, List.of(new PartReport("log", false, "Starts.")));
    }

    @Test
    void reportsGoWithTheirNodeAndRegistrationsStay() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                ZooKeeperNodes one = new ZooKeeperNodes(first, ONE, TICKER)) {
            AtomicInteger changes = new AtomicInteger();
            one.start(changes::incrementAndGet);
            Registration wanted = new Registration(OTHER, WishedState.SERVING, 7);
            try (Coordination second = cluster.connect(server, "node:other");
                    ZooKeeperNodes other = new ZooKeeperNodes(second, OTHER, TICKER)) {
                other.start(() -> {});
                assertThat(other.read("other", soon())).isNull();
                assertThat(other.replace(null, wanted, soon())).isTrue();
                other.publish(report(OTHER, NodeState.STARTING));
                other.publish(report(OTHER, NodeState.SERVING));
                Eventually.holds(() -> assertThat(one.reports())
                        .containsOnlyKeys("other")
                        .containsEntry("other", report(OTHER, NodeState.SERVING)));
                Eventually.holds(() -> assertThat(one.registered()).containsExactly(wanted));
                Eventually.holds(() -> assertThat(other.ownRegistration()).isEqualTo(wanted));
            }
            Eventually.holds(() -> assertThat(one.reports()).isEmpty());
            assertThat(one.registered()).containsExactly(wanted);
            assertThat(changes.get()).isPositive();
        }
    }

    @Test
    void ofTwoWishesAtOnceOneIsRefusedAndRemovedNodesAreNotListed() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                ZooKeeperNodes one = new ZooKeeperNodes(first, ONE, TICKER)) {
            one.start(() -> {});
            Registration serving = new Registration(ONE, WishedState.SERVING, 7);
            assertThat(one.replace(null, serving, soon())).isTrue();
            assertThat(one.replace(null, serving, soon())).isFalse();
            NodeRegister.Written read = one.read("one", soon());
            assertThat(one.replace(read, serving.wishing(WishedState.STOPPED, 8), soon()))
                    .isTrue();
            assertThat(one.replace(read, serving.wishing(WishedState.DRAINING, 9), soon()))
                    .isFalse();
            Eventually.holds(
                    () -> assertThat(one.registered()).containsExactly(serving.wishing(WishedState.STOPPED, 8)));
            assertThat(one.replace(one.read("one", soon()), serving.wishing(WishedState.REMOVED, 10), soon()))
                    .isTrue();
            Eventually.holds(() -> assertThat(one.registered()).isEmpty());
        }
    }

    /** Its old session may live on for seconds; the report of the new life must not go with it. */
    @Test
    void aNodeThatComesBackAfterAKillReportsAtOnce() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination again = cluster.connect(server, "node:one")) {
            Coordination killed = cluster.connect(server, "node:one");
            ZooKeeperNodes before = new ZooKeeperNodes(killed, ONE, TICKER);
            before.start(() -> {});
            before.publish(report(ONE, NodeState.SERVING));
            try (ZooKeeperNodes after = new ZooKeeperNodes(again, ONE, TICKER)) {
                after.start(() -> {});
                after.publish(report(ONE, NodeState.STARTING));
                killed.close();
                after.publish(report(ONE, NodeState.DRAINED));
                Eventually.holds(
                        () -> assertThat(after.reports()).containsEntry("one", report(ONE, NodeState.DRAINED)));
            }
        }
    }

    @Test
    void aMemberLeavesAndEntersAgain() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:other");
                ZooKeeperMembership one = new ZooKeeperMembership(first, ONE);
                ZooKeeperMembership other = new ZooKeeperMembership(second, OTHER)) {
            one.start();
            other.start();
            one.leave();
            one.leave();
            Eventually.holds(() -> assertThat(other.alive()).containsExactly(OTHER));
            Eventually.holds(() -> assertThat(one.alive()).containsExactly(OTHER));
            one.enter();
            one.enter();
            Eventually.holds(() -> assertThat(other.alive()).containsExactly(ONE, OTHER));
        }
    }
}
