package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.ignite.IgniteCache;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreNodeTest {
    private static final OnlineSchema SCHEMA = schema(1);

    @TempDir
    private Path directory = Path.of("");

    private static OnlineSchema schema(long table) {
        return new OnlineSchema(
                table,
                List.of(
                        new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                        new OnlineColumn("value", FeatureType.Simple.STRING, null)),
                List.of(0),
                null,
                null);
    }

    private StoreNode start() {
        return TestStore.start(TestStore.settings(directory), Clock.systemUTC());
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    private static RowKey key(String rest) {
        return new RowKey("table", "group", rest);
    }

    private static OnlineKey key(OnlineSchema schema, long id) {
        return KeyCodec.encode(schema, new Object[] {id});
    }

    private static RowWrite row(OnlineSchema schema, long id, long offset) {
        Object[] values = {id, "v" + offset};
        return new RowWrite(key(schema, id), RowCodec.encode(schema, values, new LogPosition(0, offset)));
    }

    private static RowWrite delete(OnlineSchema schema, long id, long offset) {
        return new RowWrite(key(schema, id), RowCodec.tombstone(new LogPosition(0, offset)));
    }

    private static List<@Nullable Object> values(OnlineRows rows, OnlineSchema schema, long... ids) {
        List<OnlineKey> keys =
                LongStream.of(ids).mapToObj(id -> key(schema, id)).toList();
        List<@Nullable Object> values = new ArrayList<>();
        rows.read(List.of(new TableRead(schema, keys, Projection.ALL)), soon())
                .forEach(row -> values.add(row == null ? null : row.value(1)));
        return values;
    }

    @Test
    void everythingIsThereAfterARestart() {
        Commit commit = new Commit(
                new RequestId(new UUID(1, 1)),
                List.of(new Condition.Absent(key("a"))),
                List.of(new Write.Put(key("a"), new byte[] {1}), new Write.Put(key("b"), new byte[] {2})));
        Outcome first;
        try (StoreNode node = start()) {
            first = node.database().commit(commit, soon());
            node.database()
                    .commit(
                            new Commit(new RequestId(new UUID(1, 2)), List.of(), List.of(new Write.Remove(key("b")))),
                            soon());
            node.onlineRows().upsert(List.of(row(SCHEMA, 1, 1), row(SCHEMA, 2, 2), row(SCHEMA, 3, 3)), soon());
            node.onlineRows().upsert(List.of(delete(SCHEMA, 2, 4)), soon());
            node.onlineRows().upsert(List.of(row(schema(9), 1, 1)), soon());
            node.onlineRows().clear(1, new LogPosition(0, 2), soon());
            node.onlineRows().drop(9, soon());
        }
        try (StoreNode node = start()) {
            Database database = node.database();
            List<@Nullable Row> rows = database.read(List.of(key("a"), key("b")), soon());
            assertThat(Objects.requireNonNull(rows.get(0)).version()).isEqualTo(1);
            assertThat(rows.get(1)).isNull();
            assertThat(database.commit(commit, soon())).as("asked again").isEqualTo(first);
            assertThat(database.changes(0, soon())).isEqualTo(new Changes.Keys(List.of(key("b"), key("a")), 2));
            assertThat(database.commit(
                            new Commit(
                                    new RequestId(new UUID(1, 3)),
                                    List.of(new Condition.VersionEquals(key("a"), 1)),
                                    List.of(new Write.Put(key("a"), new byte[] {3}))),
                            soon()))
                    .isEqualTo(new Outcome.Applied(3));
            assertThat(values(node.onlineRows(), SCHEMA, 1, 2, 3)).containsExactly(null, null, "v3");
            assertThat(values(node.onlineRows(), schema(9), 1)).containsOnlyNulls();
            assertThat(node.onlineRows()
                            .upsert(List.of(row(SCHEMA, 1, 1), row(SCHEMA, 2, 3), row(schema(9), 1, 5)), soon()))
                    .containsOnly(io.hopyard.core.serving.RowMerge.Result.OLDER);
        }
    }

    @Test
    void theRoomOfClearedAndExpiredRowsIsFreed() throws Exception {
        try (StoreNode node = start()) {
            OnlineRows rows = node.onlineRows();
            rows.upsert(
                    LongStream.range(0, 2_000)
                            .mapToObj(id -> row(SCHEMA, id, id))
                            .toList(),
                    soon());
            rows.upsert(List.of(row(schema(2), 1, 1)), soon());
            rows.drop(1, soon());
            IgniteCache<byte[], byte[]> cache = node.engine().cache(EngineSettings.ONLINE);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (cache.size() > 2 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(10_000_000);
            }
            assertThat(cache.size())
                    .as("the other row and the mark of the drop")
                    .isEqualTo(2);
            assertThat(values(rows, schema(2), 1)).containsExactly("v1");
        }
    }

    @Test
    void aClosedNodeRefusesAndClosesAgain() {
        StoreNode node = start();
        Database database = node.database();
        assertThat(node.ready()).isTrue();
        node.close();
        node.close();
        assertThat(node.ready()).isFalse();
        assertThatThrownBy(() -> database.commit(
                        new Commit(
                                new RequestId(new UUID(1, 1)),
                                List.of(),
                                List.of(new Write.Put(key("a"), new byte[0]))),
                        soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                .hasMessageContaining("the store of this node does not run");
        assertThatThrownBy(() -> node.onlineRows().drop(1, soon()))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("the store of this node does not run");
    }

    @Test
    void aCommitThatIsTooBigIsRefused() {
        try (StoreNode node = start()) {
            Commit commit = new Commit(
                    new RequestId(new UUID(1, 1)),
                    List.of(),
                    List.of(new Write.Put(key("a"), new byte[EngineDatabase.COMMIT_BYTES_MAX + 1])));
            assertThatThrownBy(() -> node.database().commit(commit, soon()))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                    .hasMessageContaining("(expected: at most 4194304)");
            Commit biggest = new Commit(
                    new RequestId(new UUID(1, 2)),
                    List.of(),
                    List.of(new Write.Put(key("a"), new byte[EngineDatabase.COMMIT_BYTES_MAX - 1_000])));
            assertThat(node.database().commit(biggest, soon())).isInstanceOf(Outcome.Applied.class);
        }
    }

    @Test
    void theDiskTakesLittleRoomAtFirst() throws IOException {
        try (StoreNode node = start()) {
            assertThat(node.ready()).isTrue();
            try (Stream<Path> files = Files.walk(directory)) {
                assertThat(files.filter(Files::isRegularFile)
                                .mapToLong(StoreNodeTest::size)
                                .sum())
                        .isLessThan(200L << 20);
            }
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Writers, deleters and readers on few keys and a cache that holds a part of them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theRowCacheSaysWhatTheEngineHolds(long seed) throws Exception {
        StoreSettings.Memory small = new StoreSettings.Memory(64 << 20, 256 << 20, 1 << 20);
        int keys = 8_000;
        try (StoreNode node = TestStore.start(TestStore.settings(directory, small), Clock.systemUTC());
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> storm = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                long own = seed * 100 + thread;
                storm.add(threads.submit(() -> storm(node.onlineRows(), new Random(own), own, keys)));
            }
            for (Future<?> one : storm) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertThat(node.rowCache().bytes()).isLessThanOrEqualTo(1 << 20);
            int cached = 0;
            IgniteCache<byte[], byte[]> cache = node.engine().cache(EngineSettings.ONLINE);
            for (long id = 0; id < keys; id++) {
                OnlineKey key = key(SCHEMA, id);
                RowCache.Slot slot = node.rowCache().find(key);
                byte[] stored = cache.get(StoredKey.row(key));
                if (slot != null) {
                    cached++;
                    RowImage image = slot.image();
                    assertThat(image == null ? null : image.bytes())
                            .as("seed %d id %d", seed, id)
                            .isEqualTo(stored);
                }
            }
            assertThat(cached).as("rows in the cache").isBetween(1, keys - 1);
        }
    }

    private static void storm(OnlineRows rows, Random random, long own, int keys) {
        for (int round = 0; round < 150; round++) {
            long[] ids = random.longs(60, 0, keys).distinct().toArray();
            if (random.nextBoolean()) {
                long offset = round * 1_000L + own;
                rows.upsert(
                        LongStream.of(ids)
                                .mapToObj(id -> id % 5 == 0 ? delete(SCHEMA, id, offset) : row(SCHEMA, id, offset))
                                .toList(),
                        soon());
            } else {
                values(rows, SCHEMA, ids);
            }
        }
    }

    @Test
    void theFormOfStoredKeysLeadsBackAndGathersTables() {
        Random random = new Random(5);
        int[] perPartition = new int[StoredKey.PARTITIONS];
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(20)];
            random.nextBytes(bytes);
            long table = random.nextInt(5) == 0 ? random.nextLong() >>> 1 : random.nextInt(3_000);
            OnlineKey key = new OnlineKey(table, bytes);
            byte[] stored = StoredKey.row(key);
            assertThat(StoredKey.onlineKey(stored)).isEqualTo(key);
            int partition = StoredKey.partition(stored);
            perPartition[partition]++;
            byte[] lowest = StoredKey.lowest(table, partition);
            assertThat(StoredKey.partition(lowest)).isEqualTo(partition);
            assertThat(StoredKey.sameBucket(lowest, stored)).isTrue();
            assertThat(java.util.Arrays.hashCode(lowest)).isLessThanOrEqualTo(java.util.Arrays.hashCode(stored));
            assertThat(StoredKey.partition(StoredKey.first(partition))).isEqualTo(partition);
        }
        assertThat(perPartition).satisfies(counts -> {
            for (int count : counts) {
                assertThat(count).isBetween(200, 430);
            }
        });
    }

    @Test
    void clearingsKeepTheirFormOnDisk() {
        Clearing clearing = Clearing.NONE.with(new LogPosition(3, 7)).with(new LogPosition(0, 300));
        assertThat(java.util.HexFormat.of().formatHex(clearing.toBytes()))
                .isEqualTo("01" + "0200" + "0400" + "0406" + "06d804" + "060e");
        assertThat(Clearing.of(clearing.toBytes())).isEqualTo(clearing);
        assertThat(Clearing.of(Clearing.DROPPED.toBytes())).isEqualTo(Clearing.DROPPED);
    }
}
