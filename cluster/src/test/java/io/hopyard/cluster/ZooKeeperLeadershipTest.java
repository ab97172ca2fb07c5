package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.cluster.Leadership;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperLeadershipTest {
    private static final String MATTER = "cleaning";

    @TempDir
    private Path folder;

    private static final class Heard implements Leadership.Listener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void gained() {
            events.add("gained");
        }

        @Override
        public void lost() {
            events.add("lost");
        }
    }

    @Test
    void otherNodeLeadsWhenTheLeaderCloses() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:two");
                ZooKeeperLeadership two = new ZooKeeperLeadership(second, MATTER, "id-2")) {
            ZooKeeperLeadership one = new ZooKeeperLeadership(first, MATTER, "id-1");
            Heard heard = new Heard();
            one.listen(heard);
            one.start();
            Eventually.holds(() -> assertThat(one.leads()).isTrue());
            two.start();
            assertThat(two.leads()).isFalse();
            one.close();
            Eventually.holds(() -> assertThat(two.leads()).isTrue());
            assertThat(one.leads()).isFalse();
            assertThat(heard.events).containsExactly("gained", "lost");
        }
    }

    @Test
    void suspendedConnectionIsLostLeadership() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        EmbeddedZooKeeper server = cluster.start();
        try (Coordination first = cluster.connect(server, "node:one");
                ZooKeeperLeadership one = new ZooKeeperLeadership(first, MATTER, "id-1")) {
            one.start();
            Eventually.holds(() -> assertThat(one.leads()).isTrue());
            int port = server.port();
            server.close();
            Eventually.holds(() -> assertThat(one.leads()).isFalse());
            try (EmbeddedZooKeeper again = new EmbeddedZooKeeper(cluster.server(port), EmbeddedZooKeeper.Gates.OPEN)) {
                again.start();
                Eventually.holds(() -> assertThat(one.leads()).isTrue());
            }
        }
    }

    @Test
    void candidacyOfAnEarlierLifeOfTheSameNodeDoesNotLead() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination killed = cluster.connect(server, "node:one");
                Coordination again = cluster.connect(server, "node:one");
                ZooKeeperLeadership earlier = new ZooKeeperLeadership(killed, MATTER, "id-1");
                ZooKeeperLeadership now = new ZooKeeperLeadership(again, MATTER, "id-1")) {
            earlier.start();
            Eventually.holds(() -> assertThat(earlier.leads()).isTrue());
            now.start();
            Eventually.holds(() -> assertThat(now.leads()).isTrue());
        }
    }
}
