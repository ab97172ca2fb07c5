package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaderTimeTest {
    private static final Ticker TICKER = System::nanoTime;

    @TempDir
    private Path folder;

    private static Deadline soon() {
        return Deadline.after(TICKER, Duration.ofSeconds(20));
    }

    @Test
    void leaderSaysWhatTimeItIsEachTimeAnew() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination coordination = cluster.connect(server, "node:one")) {
            LeaderTime time = new LeaderTime(coordination, TICKER);
            Instant before = Instant.now().minusMillis(1);
            Instant first = time.ask(soon());
            Instant second = time.ask(soon());
            assertThat(first).isBetween(before, Instant.now());
            assertThat(second).isBetween(first, Instant.now());
        }
    }

    @Test
    void nobodyToAskIsAnError() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        EmbeddedZooKeeper server = cluster.start();
        try (Coordination coordination = cluster.connect(server, "node:one")) {
            server.close();
            LeaderTime time = new LeaderTime(coordination, TICKER);
            assertThatThrownBy(() -> time.ask(Deadline.after(TICKER, Duration.ofMillis(500))))
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("time of the coordination's leader");
        }
    }
}
