package io.hopyard.testkit.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowMerge.Result;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.time.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link OnlineRows} does. Tests keep to tables of their own, so that one store may serve them all. */
public abstract class OnlineRowsContract {
    private static final AtomicLong TABLES = new AtomicLong(100);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long NOW_MICROS = NOW.toEpochMilli() * 1_000;
    private static final long TTL_MILLIS = 60_000;

    /** The clock of the rows under test. */
    protected final SettableClock clock = new SettableClock(NOW);

    private long table;
    private OnlineSchema schema = schema(0, null);

    /** The rows under test, on {@link #clock}; the same for all tests, or new ones for each. */
    protected abstract OnlineRows rows();

    @BeforeEach
    void newTable() {
        clock.set(NOW);
        table = TABLES.incrementAndGet();
        schema = schema(table, null);
    }

    protected static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    private static OnlineSchema schema(long table, @Nullable Long ttlMillis) {
        return new OnlineSchema(
                table,
                List.of(
                        new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                        new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null),
                        new OnlineColumn("value", FeatureType.Simple.STRING, null)),
                List.of(0),
                1,
                ttlMillis);
    }

    private OnlineKey key(long id) {
        return KeyCodec.encode(schema, new Object[] {id});
    }

    /** A row whose event time is so many seconds after the clock's start. */
    private RowWrite row(long id, long second, long offset) {
        return row(id, second, offset, "v" + offset);
    }

    private RowWrite row(long id, long second, long offset, String value) {
        Object[] values = {id, NOW_MICROS + second * 1_000_000, value};
        return new RowWrite(key(id), RowCodec.encode(schema, values, new LogPosition(0, offset)));
    }

    private RowWrite delete(long id, long offset) {
        return new RowWrite(key(id), RowCodec.tombstone(new LogPosition(0, offset)));
    }

    private List<Result> upsert(RowWrite... writes) {
        return rows().upsert(List.of(writes), soon());
    }

    private List<@Nullable OnlineRow> read(long... ids) {
        List<OnlineKey> keys = LongStream.of(ids).mapToObj(this::key).toList();
        return rows().read(List.of(new TableRead(schema, keys, Projection.ALL)), soon());
    }

    private @Nullable Object value(long id) {
        OnlineRow row = read(id).getFirst();
        return row == null ? null : row.value(2);
    }

    private List<OnlineRow> scanAll(int limit) {
        List<OnlineRow> all = new ArrayList<>();
        byte[] cursor = new byte[0];
        int pages = 0;
        do {
            OnlineRows.RowPage page = rows().scan(schema, Projection.ALL, cursor, limit, soon());
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(page.rows());
            cursor = page.next();
            assertThat(++pages).as("pages of a scan").isLessThan(100_000);
        } while (cursor.length > 0);
        return all;
    }

    private List<Long> scannedIds(int limit) {
        return scanAll(limit).stream()
                .map(row -> (Long) Objects.requireNonNull(row.value(0)))
                .sorted()
                .toList();
    }

    @Test
    void whatWasStoredIsReadBack() {
        assertThat(upsert(row(1, 0, 0, "one"), row(2, 0, 1, "two"))).containsExactly(Result.STORED, Result.STORED);
        List<@Nullable OnlineRow> found = read(2, 3, 1, 2);
        assertThat(found.stream()
                        .map(row -> row == null ? "absent" : row.value(2))
                        .toList())
                .containsExactly("two", "absent", "one", "two");
        assertThat(found.getFirst()).isNotNull().satisfies(row -> {
            assertThat(row.size()).isEqualTo(3);
            assertThat(row.value(0)).isEqualTo(2L);
            assertThat(row.value(1)).isEqualTo(NOW_MICROS);
        });
    }

    @Test
    void oneReadCoversSeveralTablesAndAnswersInTheOrderAsked() {
        upsert(row(1, 0, 0, "here"));
        OnlineSchema first = schema;
        newTable();
        upsert(row(1, 0, 0, "there"));
        List<@Nullable OnlineRow> found = rows().read(
                        List.of(
                                new TableRead(schema, List.of(key(1), key(2)), Projection.of(List.of(2))),
                                new TableRead(
                                        first,
                                        List.of(KeyCodec.encode(first, new Object[] {1L})),
                                        Projection.of(List.of(2, 0)))),
                        soon());
        assertThat(found).hasSize(3);
        assertThat(Objects.requireNonNull(found.get(0)).value(0)).isEqualTo("there");
        assertThat(found.get(1)).isNull();
        OnlineRow other = Objects.requireNonNull(found.get(2));
        assertThat(List.of(Objects.requireNonNull(other.value(0)), Objects.requireNonNull(other.value(1))))
                .containsExactly("here", 1L);
        assertThat(other.column(1).name()).isEqualTo("id");
    }

    @Test
    void columnsAddedLaterHaveTheirDefaultInOlderRows() {
        upsert(row(1, 0, 0, "old"));
        List<OnlineColumn> columns = new ArrayList<>(schema.columns());
        columns.add(new OnlineColumn("added", FeatureType.Simple.INT, 7L));
        columns.add(new OnlineColumn("bare", FeatureType.Simple.INT, null));
        OnlineSchema wider = new OnlineSchema(table, columns, List.of(0), 1, null);
        OnlineRow row = Objects.requireNonNull(rows().read(
                        List.of(new TableRead(wider, List.of(key(1)), Projection.ALL)), soon())
                .getFirst());
        assertThat(row.size()).isEqualTo(5);
        assertThat(row.value(3)).isEqualTo(7L);
        assertThat(row.value(4)).isNull();
    }

    @Test
    void theNewestEventTimeWinsThenTheLaterOffset() {
        assertThat(upsert(row(1, 10, 1))).containsExactly(Result.STORED);
        assertThat(upsert(row(1, 5, 2))).as("late row").containsExactly(Result.OLDER);
        assertThat(upsert(row(1, 10, 3))).as("same time, later").containsExactly(Result.STORED);
        assertThat(upsert(row(1, 10, 3))).as("replay").containsExactly(Result.OLDER);
        assertThat(upsert(row(1, 10, 1))).as("older replay").containsExactly(Result.OLDER);
        assertThat(value(1)).isEqualTo("v3");
    }

    @Test
    void oneKeySeveralTimesInABatchIsMergedInOrder() {
        assertThat(upsert(row(1, 1, 1), row(2, 1, 2), row(1, 3, 3), row(1, 2, 4), delete(2, 5), row(2, 0, 6)))
                .containsExactly(
                        Result.STORED, Result.STORED, Result.STORED, Result.OLDER, Result.STORED, Result.STORED);
        assertThat(value(1)).isEqualTo("v3");
        assertThat(value(2)).isEqualTo("v6");
    }

    @Test
    void aDeleteHidesWhatWasLoggedBeforeItAndNothingAfter() {
        upsert(row(1, 10, 1));
        assertThat(upsert(delete(1, 2))).containsExactly(Result.STORED);
        assertThat(value(1)).isNull();
        assertThat(upsert(row(1, 10, 1))).as("replay of what was deleted").containsExactly(Result.OLDER);
        assertThat(value(1)).isNull();
        assertThat(upsert(row(1, 1, 3))).as("inserted again, older event time").containsExactly(Result.STORED);
        assertThat(value(1)).isEqualTo("v3");
        assertThat(upsert(delete(1, 2))).as("replay of the delete").containsExactly(Result.OLDER);
        assertThat(upsert(row(1, 10, 1))).as("second ingester, far behind").containsExactly(Result.OLDER);
        assertThat(value(1)).isEqualTo("v3");
    }

    @Test
    void aDeleteOfAnAbsentRowIsRemembered() {
        assertThat(upsert(delete(1, 5))).containsExactly(Result.STORED);
        assertThat(value(1)).isNull();
        assertThat(upsert(row(1, 0, 4))).containsExactly(Result.OLDER);
        assertThat(scanAll(10)).isEmpty();
    }

    @Test
    void aRowIsNotReadableFromTheEndOfItsLifeOn() {
        schema = schema(table, TTL_MILLIS);
        assertThat(upsert(row(1, 0, 1), row(2, 30, 2))).containsExactly(Result.STORED, Result.STORED);
        clock.move(Duration.ofMillis(TTL_MILLIS - 1));
        assertThat(value(1)).isEqualTo("v1");
        clock.move(Duration.ofMillis(1));
        assertThat(value(1)).isNull();
        assertThat(value(2)).isEqualTo("v2");
        assertThat(scannedIds(10)).containsExactly(2L);
    }

    @Test
    void aRowThatComesTooLateForItsLifeIsRefused() {
        schema = schema(table, TTL_MILLIS);
        assertThat(upsert(row(1, -60, 1))).containsExactly(Result.EXPIRED);
        assertThat(upsert(row(1, -59, 2))).containsExactly(Result.STORED);
        assertThat(upsert(row(1, -61, 3))).containsExactly(Result.EXPIRED);
        assertThat(value(1)).isEqualTo("v2");
    }

    @Test
    void clearHidesWhatLiesBeforeItForEver() {
        upsert(row(1, 0, 1), row(2, 0, 5), row(3, 0, 9));
        clear(0, 6);
        assertThat(value(1)).isNull();
        assertThat(value(2)).isNull();
        assertThat(value(3)).isEqualTo("v9");
        assertThat(scannedIds(10)).containsExactly(3L);
        assertThat(upsert(row(1, 0, 1), row(1, 99, 5))).containsExactly(Result.OLDER, Result.OLDER);
        assertThat(value(1)).isNull();
        assertThat(upsert(row(1, -5, 6)))
                .as("older event time, after the clear")
                .containsExactly(Result.STORED);
        assertThat(value(1)).isEqualTo("v6");
        clear(0, 6);
        clear(0, 2);
        assertThat(value(1)).as("a repeated and an older clear change nothing").isEqualTo("v6");
    }

    @Test
    void clearKeepsToItsPartitionOfTheLogAndItsTable() {
        upsert(row(1, 0, 1));
        OnlineSchema other = schema(TABLES.incrementAndGet(), null);
        OnlineKey otherKey = KeyCodec.encode(other, new Object[] {1L});
        Object[] values = {1L, NOW_MICROS, "x"};
        rows().upsert(List.of(new RowWrite(otherKey, RowCodec.encode(other, values, new LogPosition(0, 1)))), soon());
        clear(1, 100);
        assertThat(value(1)).isEqualTo("v1");
        clear(0, 100);
        assertThat(value(1)).isNull();
        assertThat(rows().read(List.of(new TableRead(other, List.of(otherKey), Projection.ALL)), soon())
                        .getFirst())
                .isNotNull();
    }

    private void clear(int partition, long before) {
        rows().clear(table, new LogPosition(partition, before), soon());
    }

    @Test
    void aDroppedTableStaysEmpty() {
        upsert(row(1, 0, 1), row(2, 0, 2));
        rows().drop(table, soon());
        rows().drop(table, soon());
        assertThat(read(1, 2)).containsOnlyNulls();
        assertThat(scanAll(10)).isEmpty();
        assertThat(upsert(row(1, 9, 9))).containsExactly(Result.OLDER);
        clear(0, 1);
        assertThat(value(1)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 10_000})
    void pagesOfAScanJoinToTheWhole(int limit) {
        int count = limit == 1 ? 150 : 1_000;
        upsert(LongStream.range(0, count).mapToObj(id -> row(id, 0, id)).toArray(RowWrite[]::new));
        assertThat(scannedIds(limit))
                .isEqualTo(LongStream.range(0, count).boxed().toList());
    }

    @Test
    void aScanSeesItsTableOnlyAndLeavesTombstonesOut() {
        upsert(row(1, 0, 1), row(2, 0, 2), row(3, 0, 3), delete(2, 4));
        OnlineSchema mine = schema;
        // Numbers that agree modulo small powers and primes may share an order in a store.
        for (long distance : new long[] {1, 64, 256, 1_023, 1_024, 1L << 32}) {
            schema = schema(table + distance * 1_000_003, null);
            upsert(row(7, 0, 1));
            schema = schema(table + distance, null);
            upsert(row(8, 0, 1));
        }
        schema = mine;
        assertThat(scannedIds(2)).containsExactly(1L, 3L);
    }

    @Test
    void rowsThatAreThereDuringTheWholeScanComeOnceWhileOthersComeAndGo() throws Exception {
        upsert(LongStream.range(0, 500).mapToObj(id -> row(id, 0, id)).toArray(RowWrite[]::new));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong offset = new AtomicLong(1_000);
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<?> churn = executor.submit(() -> {
                Random random = new Random(1);
                while (!stop.get()) {
                    long other = 500L + random.nextInt(500);
                    upsert(row(other, 0, offset.incrementAndGet()));
                    upsert(
                            delete(other, offset.incrementAndGet()),
                            row(random.nextInt(500), offset.get(), offset.incrementAndGet()));
                }
            });
            try {
                for (int round = 0; round < 3; round++) {
                    List<Long> stable =
                            scannedIds(13).stream().filter(id -> id < 500).toList();
                    assertThat(stable)
                            .isEqualTo(LongStream.range(0, 500).boxed().toList());
                }
            } finally {
                stop.set(true);
            }
            churn.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aWrongCursorIsRefused() {
        assertThatThrownBy(() -> rows().scan(schema, Projection.ALL, new byte[] {9, 9, 9}, 10, soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("cursor");
    }

    @Test
    void aCursorOfAnotherTableIsRefused() {
        upsert(LongStream.range(0, 50).mapToObj(id -> row(id, 0, id)).toArray(RowWrite[]::new));
        byte[] cursor =
                rows().scan(schema, Projection.ALL, new byte[0], 5, soon()).next();
        assertThat(cursor).isNotEmpty();
        // Numbers that agree modulo 1,023 lie together in the engine.
        for (long distance : new long[] {1, 1_023}) {
            OnlineSchema other = schema(table + distance, null);
            assertInvalid(
                    () -> rows().scan(other, Projection.ALL, cursor, 5, soon()),
                    "cursor of a scan: " + cursor.length + " bytes (expected: what a page of this table said)");
        }
    }

    /** Writers, deleters, clearers and readers at once; the storm leaves one truth. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void afterAStormEveryReadSaysWhatAScanSays(long seed) throws Exception {
        AtomicLong offset = new AtomicLong(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> storm = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                long own = seed * 100 + number;
                storm.add(executor.submit(() -> storm(new Random(own), offset)));
            }
            for (Future<?> one : storm) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
        Map<Long, @Nullable Object> scanned = new HashMap<>();
        scanAll(17).forEach(row -> scanned.put((Long) Objects.requireNonNull(row.value(0)), row.value(2)));
        Map<Long, @Nullable Object> read = values(200);
        read.values().removeIf(Objects::isNull);
        assertThat(read).as("seed %d", seed).isEqualTo(scanned).isNotEmpty();
    }

    private void storm(Random random, AtomicLong offset) {
        for (int round = 0; round < 150; round++) {
            long id = random.nextInt(200);
            switch (random.nextInt(8)) {
                case 0 -> clear(0, Math.max(0, offset.get() - 100));
                case 1, 2 -> upsert(delete(id, offset.incrementAndGet()));
                case 3, 4 -> read(id, random.nextInt(200));
                default ->
                    upsert(
                            row(id, random.nextInt(50), offset.incrementAndGet()),
                            row(random.nextInt(200), random.nextInt(50), offset.incrementAndGet()));
            }
        }
    }

    @Test
    void boundsOfBatchesAndPagesAreChecked() {
        RowWrite write = row(1, 0, 1);
        List<RowWrite> many = IntStream.rangeClosed(0, OnlineRows.UPSERT_ROWS_MAX)
                .mapToObj(index -> write)
                .toList();
        assertInvalid(() -> rows().upsert(many, soon()), "upsert of 10001 rows (expected: at most 10000)");
        assertInvalid(
                () -> rows().scan(schema, Projection.ALL, new byte[0], 0, soon()),
                "limit of a scan: 0 (expected: 1 to 10000)");
        assertThat(value(1)).isNull();
    }

    private static void assertInvalid(Callable<?> call, String message) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessage(message);
    }

    @Test
    void aPassedDeadlineIsSaidBeforeAnythingIsDone() {
        Deadline past = new Deadline(System.nanoTime() - 1);
        List<Callable<?>> calls = List.of(
                () -> rows().upsert(List.of(row(1, 0, 1)), past),
                () -> rows().read(List.of(new TableRead(schema, List.of(key(1)), Projection.ALL)), past),
                () -> rows().scan(schema, Projection.ALL, new byte[0], 1, past),
                () -> {
                    rows().drop(table, past);
                    return true;
                });
        for (Callable<?> call : calls) {
            assertThatThrownBy(call::call)
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        }
        assertThat(value(1)).isNull();
    }

    @Test
    void nothingAskedIsNothingAnswered() {
        assertThat(rows().upsert(List.of(), soon())).isEmpty();
        assertThat(rows().read(List.of(), soon())).isEmpty();
    }

    @Test
    void rowsOfTheGreatestLengthAreStored() {
        String longest = "x".repeat(65_000);
        List<RowWrite> writes =
                LongStream.range(0, 200).mapToObj(id -> row(id, 0, id, longest)).toList();
        assertThat(rows().upsert(writes, soon())).containsOnly(Result.STORED);
        for (long id = 0; id < 200; id++) {
            assertThat(value(id)).isEqualTo(longest);
        }
        assertThat(scannedIds(1_000)).hasSize(200);
    }

    /** Several ingesters apply one log, each from some point on, in batches of its own, with restarts from before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void severalIngestersOfOneLogEndWhereOneDoes(long seed) throws Exception {
        Random random = new Random(seed);
        List<RowWrite> log = new ArrayList<>();
        for (int offset = 0; offset < 400; offset++) {
            long id = random.nextInt(12);
            log.add(random.nextInt(4) == 0 ? delete(id, offset) : row(id, random.nextInt(6), offset));
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            List<Future<?>> ingesters = new ArrayList<>();
            for (int number = 0; number < 3; number++) {
                long own = seed * 31 + number;
                ingesters.add(executor.submit(() -> ingest(log, new Random(own))));
            }
            for (Future<?> ingester : ingesters) {
                ingester.get(60, TimeUnit.SECONDS);
            }
        }
        Map<Long, @Nullable Object> concurrent = values(12);
        OnlineSchema first = schema;
        newTable();
        log.forEach(write -> rows().upsert(
                        List.of(new RowWrite(new OnlineKey(table, write.key().bytes()), write.image())), soon()));
        assertThat(concurrent).as("seed %d, table %d", seed, first.table()).isEqualTo(values(12));
    }

    private void ingest(List<RowWrite> log, Random random) {
        int at = 0;
        while (at < log.size()) {
            int end = Math.min(log.size(), at + 1 + random.nextInt(40));
            rows().upsert(log.subList(at, end), soon());
            at = random.nextInt(10) == 0 ? random.nextInt(end) : end;
        }
    }

    private Map<Long, @Nullable Object> values(int count) {
        Map<Long, @Nullable Object> values = new HashMap<>();
        for (long id = 0; id < count; id++) {
            values.put(id, value(id));
        }
        return values;
    }

    @Test
    void concurrentBatchesOverTheSameKeysInAnyOrderAllComeThrough() throws Exception {
        Set<Long> ids = new HashSet<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                int own = number;
                writers.add(executor.submit(() -> {
                    Random random = new Random(own);
                    for (int batch = 0; batch < 10; batch++) {
                        int base = batch * 1_000;
                        List<RowWrite> writes = new ArrayList<>();
                        for (int index = 0; index < 700; index++) {
                            long offset = base + index * 4L + own;
                            writes.add(row(random.nextInt(500), offset, offset));
                        }
                        rows().upsert(writes, soon());
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
        }
        scannedIds(1_000).forEach(ids::add);
        assertThat(ids).hasSize(500);
    }
}
