package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ZooKeeperRevocationsTest {
    private static final Ticker TICKER = System::nanoTime;

    @TempDir
    private Path folder;

    private static Deadline soon() {
        return Deadline.after(TICKER, Duration.ofSeconds(20));
    }

    @Test
    void everyNodeHearsOfIt() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        Instant now = Instant.now();
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination first = cluster.connect(server, "node:one");
                Coordination second = cluster.connect(server, "node:two");
                ZooKeeperRevocations one = new ZooKeeperRevocations(first, TICKER);
                ZooKeeperRevocations other = new ZooKeeperRevocations(second, TICKER)) {
            one.start(soon());
            AtomicReference<String> heard = new AtomicReference<>("");
            one.listen(() -> heard.set(String.join(",", one.known().upTo().keySet())));
            other.revoke("d1", now, now.minusSeconds(1), soon());
            Eventually.holds(() -> assertThat(heard).hasValue("d1"));
            one.revoke("d2", now, now.minusSeconds(1), soon());
            Eventually.holds(() -> assertThat(heard).hasValue("d1,d2"));

            other.start(soon());
            assertThat(other.known()).isEqualTo(one.known());
            assertThat(other.known().revokes("d1", now.minusSeconds(5))).isTrue();
        }
    }

    @Test
    void nodeThatIsRevokedIsCutOffAndNotLetInAgain() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        AtomicReference<String> revoked = new AtomicReference<>("nobody");
        NodeGate gate = (subject, from) -> subject.contains("CN=" + revoked.get()) ? "revoked (expected: not)" : null;
        try (EmbeddedZooKeeper server =
                new EmbeddedZooKeeper(cluster.server(0), new EmbeddedZooKeeper.Gates(gate, NodeGate.OPEN))) {
            server.start();
            try (Coordination good = cluster.connect(server, "node:one");
                    Coordination bad = cluster.connect(server, "node:two")) {
                revoked.set("node:two");
                assertThat(bad.connected()).isTrue();
                server.recheck();
                Eventually.holds(() -> assertThat(bad.connected()).isFalse());
                assertThat(good.connected()).isTrue();
            }
            try (Coordination again = cluster.connection(server, "node:two", Duration.ofSeconds(3))) {
                assertThatThrownBy(again::start).isInstanceOf(FeatureStoreException.class);
            }
        }
    }
}
