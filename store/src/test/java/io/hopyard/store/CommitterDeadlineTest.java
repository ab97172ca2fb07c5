package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitterDeadlineTest {
    private static final RowKey FIRST = new RowKey("t", "g", "first");
    private static final RowKey QUEUED = new RowKey("t", "g", "queued");

    private final Random random = new Random(1);

    private Outcome put(Database database, RowKey key, Deadline deadline) {
        return database.commit(
                new Commit(RequestId.random(random), List.of(), List.of(new Write.Put(key, new byte[] {1}))), deadline);
    }

    private static boolean committerIsIn(String method) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals("store-committer"))
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private static String waiting(Metrics metrics) {
        return metrics.prometheus()
                .lines()
                .filter(line -> line.startsWith("store_commit_queue_commits "))
                .map(line -> line.split(" ", -1)[1])
                .map(number -> number.replaceAll("[.]0$", ""))
                .findFirst()
                .orElse("none");
    }

    /** As after a pause of the whole process: the caller has not woken up yet, but its time is over. */
    @Test
    void aQueuedCommitWhoseDeadlineHasPassedIsNotBegun(@TempDir Path directory) throws Exception {
        AtomicLong paused = new AtomicLong();
        Ticker ticker = () -> System.nanoTime() + paused.get();
        Metrics metrics = new Metrics();
        try (StoreNode node = new StoreNode(TestStore.settings(directory), Clock.systemUTC(), ticker, metrics);
                ExecutorService callers = Executors.newFixedThreadPool(2)) {
            node.start(Duration.ofMinutes(2));
            Database database = node.database();
            put(database, new RowKey("t", "g", "zero"), Deadline.after(ticker, Duration.ofSeconds(30)));
            IgniteCache<byte[], byte[]> cache = node.engine().cache(EngineSettings.METADATA);
            Future<Outcome> first;
            Future<Outcome> queued;
            try (Transaction holding = node.engine()
                    .transactions()
                    .txStart(TransactionConcurrency.PESSIMISTIC, TransactionIsolation.REPEATABLE_READ)) {
                assertThat(cache.get(MetadataKey.version())).isNotNull();
                first = callers.submit(() -> put(database, FIRST, Deadline.after(ticker, Duration.ofMinutes(10))));
                // It is out of the queue and waits for the row that this test holds.
                Eventually.holds(() -> assertThat(committerIsIn("transact")).isTrue());
                queued = callers.submit(() -> put(database, QUEUED, Deadline.after(ticker, Duration.ofMinutes(1))));
                Eventually.holds(() -> assertThat(waiting(metrics)).isEqualTo("1"));
                paused.set(Duration.ofMinutes(2).toNanos());
                holding.rollback();
            }
            assertThat(first.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Applied.class);
            assertThatThrownBy(() -> queued.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
            assertThat(database.read(List.of(FIRST, QUEUED), Deadline.after(ticker, Duration.ofSeconds(30))))
                    .satisfiesExactly(
                            row -> assertThat(row).isNotNull(),
                            row -> assertThat(row).isNull());
        }
    }
}
