package io.hopyard.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.HookedDatabase;
import io.hopyard.testkit.database.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachingDatabaseTest {
    private final FakeTicker ticker = new FakeTicker();
    private final MemoryDatabase memory = new MemoryDatabase(ticker);
    private final AtomicInteger rowsAsked = new AtomicInteger();
    private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
    private final Database counted = new HookedDatabase(memory, new HookedDatabase.Hooks() {
        @Override
        public List<@Nullable Row> around(List<RowKey> keys, Supplier<List<@Nullable Row>> there) {
            rowsAsked.addAndGet(keys.size());
            List<@Nullable Row> rows = there.get();
            afterRead.get().run();
            return rows;
        }
    });
    private final Random random = new Random(5);
    private final Metrics metrics = new Metrics();
    private final CachingDatabase cache = cache(100, 1 << 20);

    private CachingDatabase cache(int entriesMax, long bytesMax) {
        return new CachingDatabase(counted, new CachingDatabase.Limits(entriesMax, bytesMax), ticker, metrics);
    }

    private Deadline soon() {
        return Deadline.after(ticker, Duration.ofSeconds(1));
    }

    private static RowKey key(int number) {
        return new RowKey("t", "g", "r" + number);
    }

    private void put(Database database, int number, int value) {
        database.commit(
                new Commit(
                        RequestId.random(random), List.of(), List.of(new Write.Put(key(number), new byte[] {(byte) value
                        }))),
                soon());
    }

    private @Nullable Integer read(int number) {
        Row row = cache.read(List.of(key(number)), soon()).getFirst();
        return row == null ? null : (int) row.value()[0];
    }

    @Test
    void secondReadComesFromMemoryAlsoOfWhatIsAbsent() {
        put(memory, 1, 10);
        cache.refresh(soon());

        assertThat(read(1)).isEqualTo(10);
        assertThat(read(1)).isEqualTo(10);
        assertThat(read(2)).isNull();
        assertThat(read(2)).isNull();

        assertThat(rowsAsked).hasValue(2);
        assertThat(metrics.prometheus())
                .contains("database_cache_hits_total 2", "database_cache_misses_total 2", "database_cache_rows 2");
    }

    @Test
    void partlyKnownKeysComeBackInOrder() {
        put(memory, 1, 10);
        put(memory, 3, 30);
        cache.refresh(soon());
        read(1);

        assertThat(cache.read(List.of(key(3), key(2), key(1), key(3)), soon()))
                .extracting(row -> row == null ? -1 : (int) row.value()[0])
                .containsExactly(30, -1, 10, 30);
    }

    @Test
    void changesOfOthersAreSeenAfterARefresh() {
        put(memory, 1, 10);
        cache.refresh(soon());
        read(1);
        read(2);
        put(memory, 1, 11);
        put(memory, 2, 20);

        assertThat(read(1)).isEqualTo(10);
        cache.refresh(soon());
        assertThat(read(1)).isEqualTo(11);
        assertThat(read(2)).isEqualTo(20);
    }

    @Test
    void ownCommitsAreSeenAtOnce() {
        cache.refresh(soon());
        read(1);
        put(cache, 1, 10);

        assertThat(read(1)).isEqualTo(10);
    }

    @Test
    void nothingIsRememberedBeforeTheFirstRefresh() {
        put(memory, 1, 10);
        read(1);
        put(memory, 1, 11);

        assertThat(read(1)).isEqualTo(11);
        assertThat(cache.isFresh()).isFalse();
    }

    @Test
    void withoutRefreshMemoryIsBypassedAfterThreeSeconds() {
        put(memory, 1, 10);
        cache.refresh(soon());
        read(1);
        put(memory, 1, 11);

        ticker.pass(Duration.ofMillis(2_900));
        assertThat(read(1)).isEqualTo(10);
        ticker.pass(Duration.ofMillis(200));
        assertThat(read(1)).isEqualTo(11);
        assertThat(metrics.prometheus()).contains("database_cache_fresh 0");
    }

    @Test
    void failedRefreshLosesNothing() {
        put(memory, 1, 10);
        cache.refresh(soon());
        read(1);
        put(memory, 1, 11);
        Deadline passed = Deadline.after(ticker, Duration.ZERO);

        assertThatThrownBy(() -> cache.refresh(passed))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("deadline");
        cache.refresh(soon());
        assertThat(read(1)).isEqualTo(11);
    }

    @Test
    void forgottenHistoryEmptiesTheCache() {
        put(memory, 1, 10);
        cache.refresh(soon());
        read(1);
        put(memory, 1, 11);
        memory.forgetHistory();

        cache.refresh(soon());
        assertThat(read(1)).isEqualTo(11);
    }

    @Test
    void readThatOverlapsAnInvalidationIsNotRemembered() {
        put(memory, 1, 10);
        cache.refresh(soon());
        afterRead.set(() -> {
            afterRead.set(() -> {});
            put(memory, 1, 11);
            cache.refresh(soon());
        });

        assertThat(read(1)).isEqualTo(10);
        assertThat(read(1)).isEqualTo(11);
    }

    @Test
    void boundsHoldAndWhatIsUsedStays() {
        CachingDatabase small = cache(10, 1 << 20);
        small.refresh(soon());
        for (int number = 0; number < 1_000; number++) {
            small.read(List.of(key(0)), soon());
            small.read(List.of(key(number)), soon());
        }
        rowsAsked.set(0);
        small.read(List.of(key(0)), soon());

        assertThat(rowsAsked).hasValue(0);
        for (int number = 1; number < 1_000; number++) {
            small.read(List.of(key(number)), soon());
        }
        assertThat(rowsAsked.get()).isGreaterThanOrEqualTo(989);
    }

    @Test
    void bytesAreBounded() {
        CachingDatabase small = cache(1_000, 1_000);
        small.refresh(soon());
        for (int number = 0; number < 100; number++) {
            small.read(List.of(key(number)), soon());
        }
        rowsAsked.set(0);
        for (int number = 0; number < 100; number++) {
            small.read(List.of(key(number)), soon());
        }
        assertThat(rowsAsked.get()).isGreaterThanOrEqualTo(95);
    }

    @Test
    void storedValueIsNeverOlderThanTheLastRefreshUnderLoad() throws Exception {
        int writes = 2_000;
        cache.refresh(soon());
        CountDownLatch done = new CountDownLatch(1);
        Deadline deadline = Deadline.after(ticker, Duration.ofDays(1));
        try (var executor = Executors.newFixedThreadPool(2)) {
            List<Future<?>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                readers.add(executor.submit(() -> {
                    while (!done.await(0, TimeUnit.MILLISECONDS)) {
                        cache.read(List.of(key(1), key(2)), deadline);
                    }
                    return null;
                }));
            }
            for (int write = 1; write <= writes; write++) {
                byte[] value = {(byte) (write >> 8), (byte) write};
                memory.commit(
                        new Commit(RequestId.random(random), List.of(), List.of(new Write.Put(key(1), value))),
                        deadline);
                cache.refresh(deadline);
                Row row = cache.read(List.of(key(1)), deadline).getFirst();
                assertThat(row).isNotNull();
                assertThat(row.value()).containsExactly(value);
            }
            done.countDown();
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }
}
