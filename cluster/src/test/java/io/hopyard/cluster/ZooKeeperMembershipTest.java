package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperMembershipTest {
    private static final Node ONE = TestCluster.node("id-1", "one", "local");
    private static final Node TWO = TestCluster.node("id-2", "two", "local");

    @TempDir
    private Path folder;

    @Test
    void nodesSeeEachOtherComeAndGo() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:two");
                ZooKeeperMembership one = new ZooKeeperMembership(first, ONE)) {
            one.start();
            try (ZooKeeperMembership two = new ZooKeeperMembership(second, TWO)) {
                two.start();
                Eventually.holds(() -> assertThat(one.alive()).containsExactly(ONE, TWO));
            }
            Eventually.holds(() -> assertThat(one.alive()).containsExactly(ONE));
        }
    }

    @Test
    void nameOfALivingNodeIsRefused() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                ZooKeeperMembership one = new ZooKeeperMembership(first, ONE)) {
            one.start();
            assertThatThrownBy(() -> new ZooKeeperMembership(first, TestCluster.node("id-9", "one", "local")).start())
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageStartingWith("node name: one (expected: another one");
        }
    }

    @Test
    void nodeOfAnotherRegionIsRefusedThoughNoNodeIsAlive() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one")) {
            ZooKeeperMembership one = new ZooKeeperMembership(first, ONE);
            one.start();
            one.close();
            assertThatThrownBy(() -> new ZooKeeperMembership(first, TestCluster.node("id-9", "nine", "far")).start())
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessage("region: far (expected: local, in which this cluster was made; a cluster never spans"
                            + " regions)");
        }
    }

    @Test
    void nodeIsInAgainAfterTheServerRestarted() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        EmbeddedZooKeeper server = cluster.start();
        int port = server.port();
        try (Coordination first = cluster.connect(server, "node:one");
                ZooKeeperMembership one = new ZooKeeperMembership(first, ONE)) {
            one.start();
            server.close();
            Eventually.holds(() -> assertThat(first.connected()).isFalse());
            try (EmbeddedZooKeeper again = new EmbeddedZooKeeper(cluster.server(port), EmbeddedZooKeeper.Gates.OPEN)) {
                again.start();
                Eventually.holds(() -> assertThat(first.connected()).isTrue());
                Eventually.holds(() -> assertThat(one.alive()).containsExactly(ONE));
            }
        }
    }

    @Test
    void entryOfAnEarlierLifeOfTheSameNodeIsTakenOver() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination killed = cluster.connect(server, "node:one");
                Coordination again = cluster.connect(server, "node:one")) {
            killed.client()
                    .create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath("/nodes/one", ONE.encode());
            try (ZooKeeperMembership one = new ZooKeeperMembership(again, ONE)) {
                one.start();
                Eventually.holds(() -> assertThat(one.alive()).containsExactly(ONE));
                long session =
                        again.client().getZookeeperClient().getZooKeeper().getSessionId();
                assertThat(again.client().checkExists().forPath("/nodes/one").getEphemeralOwner())
                        .isEqualTo(session);
            }
        }
    }
}
