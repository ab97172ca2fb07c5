package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.Placement;
import io.hopyard.core.placement.PlacementRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperPlacementTest {
    private static final Ticker TICKER = System::nanoTime;
    private static final Placement ONE = Placement.EMPTY.with(node("d1"));
    private static final Placement TWO = ONE.with(node("d2"));

    @TempDir
    private Path folder;

    private static DataNode node(String name) {
        return new DataNode(name, "a", name + ":1", name + ":2", name + ":3", name + ":4");
    }

    private static Deadline soon() {
        return Deadline.after(TICKER, Duration.ofSeconds(20));
    }

    @Test
    void twoNodesThatComeAtOnceBothGetAPlace() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:two");
                ZooKeeperPlacement one = new ZooKeeperPlacement(first, TICKER);
                ZooKeeperPlacement other = new ZooKeeperPlacement(second, TICKER)) {
            one.start(soon());
            other.start(soon());
            PlacementRegister.Written before = one.read(soon());
            assertThat(before.placement()).isEqualTo(Placement.EMPTY);
            assertThat(other.replace(other.read(soon()), ONE, soon())).isTrue();
            assertThat(one.replace(before, Placement.EMPTY.with(node("d2")), soon()))
                    .isFalse();
            assertThat(one.replace(one.read(soon()), TWO, soon())).isTrue();
            Eventually.holds(() -> assertThat(other.known()).isEqualTo(TWO));
            Eventually.holds(() -> assertThat(one.known()).isEqualTo(TWO));
            assertThat(other.read(soon()).placement()).isEqualTo(TWO);
        }
    }
}
