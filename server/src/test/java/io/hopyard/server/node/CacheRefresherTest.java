package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.wait.Eventually;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CacheRefresherTest {
    @Test
    void aDatabaseThatDoesNotAnswerInTimeAtTheStartIsFollowedLater() {
        AtomicLong lateNanos = new AtomicLong(Duration.ofHours(1).toNanos());
        CachingDatabase cache = new CachingDatabase(
                new MemoryDatabase(() -> System.nanoTime() + lateNanos.get()),
                new CachingDatabase.Limits(10, 1_000),
                System::nanoTime,
                new Metrics());
        CacheRefresher refresher =
                new CacheRefresher(cache, Duration.ofMillis(5), Duration.ofSeconds(5), System::nanoTime);
        try {
            refresher.start();
            assertThat(cache.isFresh()).isFalse();
            lateNanos.set(0);
            Eventually.holds(() -> assertThat(cache.isFresh()).isTrue());
        } finally {
            refresher.close();
        }
    }
}
