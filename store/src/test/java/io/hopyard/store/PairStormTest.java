package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.time.Deadline;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers on one member while the other comes, goes, is cut off, and comes back: then the copies in memory, the content of
 * the engine and the content of the other member must be the same, key by key, and nothing acknowledged may be missing.
 */
class PairStormTest {
    private static final int WRITERS = 3;
    private static final int KEYS = 600;
    private static final OnlineSchema SCHEMA = schema(1);

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

    @Test
    void aMemberThatComesHasEverythingInMemoryThatTheOtherHasWhileCommitsGoOn(@TempDir Path directory)
            throws Exception {
        long seed = Long.getLong("seed", 7);
        try (TestPair pair = new TestPair(directory, StoreSettings.Memory.SMALL, Clock.systemUTC());
                ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            pair.before(0, PairStormTest::first);
            pair.start(0);
            List<Writer> writers = new ArrayList<>();
            for (int number = 0; number < WRITERS; number++) {
                writers.add(new Writer(pair.node(0), number, new Random(seed * 10 + number)));
            }
            storm(threads, writers, () -> pair.start(1));
            check(pair, writers, "seed %d: first join".formatted(seed));
            storm(threads, writers, () -> {
                pair.stop(1);
                pair.start(1);
            });
            check(pair, writers, "seed %d: closed and started".formatted(seed));
            storm(threads, writers, () -> {
                pair.cut(1);
                pair.start(1);
            });
            check(pair, writers, "seed %d: cut off and started".formatted(seed));
            storm(threads, writers, () -> {
                pair.cut(1);
                pair.emptyDisk(1, directory.resolve("replaced"));
                pair.start(1);
            });
            check(pair, writers, "seed %d: cut off and started with an empty disk".formatted(seed));
        }
    }

    /** There is something before there is a peer. */
    private static void first(StoreNode node) {
        Deadline soon = Deadline.after(System::nanoTime, Duration.ofSeconds(30));
        node.database()
                .commit(
                        new Commit(
                                new RequestId(new UUID(99, 1)),
                                List.of(),
                                List.of(new Write.Put(new RowKey("table", "group", "first"), new byte[8]))),
                        soon);
        node.onlineRows().drop(77, soon);
    }

    private interface Fault {
        void run() throws Exception;
    }

    private static void storm(ExecutorService threads, List<Writer> writers, Fault fault) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> running = new ArrayList<>();
        writers.forEach(writer -> running.add(threads.submit(() -> writer.run(over))));
        try {
            fault.run();
        } finally {
            over.set(true);
        }
        for (Future<?> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    /** Owns every third key; remembers what was acknowledged. */
    private static final class Writer {
        private final StoreNode node;
        private final int number;
        private final Random random;
        private final Map<RowKey, Long> rows = new HashMap<>();
        private final Map<OnlineKey, Long> online = new HashMap<>();
        private long count;

        Writer(StoreNode node, int number, Random random) {
            this.node = node;
            this.number = number;
            this.random = random;
        }

        void run(AtomicBoolean over) {
            while (!over.get()) {
                count++;
                try {
                    if (random.nextBoolean()) {
                        commit();
                    } else if (random.nextInt(20) == 0) {
                        long table = 10 + random.nextLong(5);
                        node.onlineRows().clear(table, new LogPosition(number, count), soon());
                    } else {
                        upsert();
                    }
                } catch (FeatureStoreException e) {
                    assertThat(e.code().retryable()).as(e.toString()).isTrue();
                }
            }
        }

        private static Deadline soon() {
            return Deadline.after(System::nanoTime, Duration.ofSeconds(10));
        }

        private RowKey ownKey() {
            return new RowKey("table", "group", "row" + (random.nextLong(KEYS) * WRITERS + number));
        }

        private void commit() {
            Map<RowKey, Long> puts = new HashMap<>();
            List<Write> writes = new ArrayList<>();
            for (int index = random.nextInt(4); index >= 0; index--) {
                RowKey key = ownKey();
                if (puts.putIfAbsent(key, count) == null) {
                    byte[] value =
                            ByteBuffer.allocate(Long.BYTES).putLong(count).array();
                    writes.add(new Write.Put(key, value));
                }
            }
            RowKey fleeting = new RowKey("table", "fleeting", "row" + number);
            writes.add(
                    random.nextBoolean()
                            ? new Write.Remove(fleeting)
                            : new Write.Put(fleeting, new byte[] {(byte) count}));
            RequestId request = new RequestId(new UUID(number, count));
            if (node.database().commit(new Commit(request, List.of(), writes), soon()) instanceof Outcome.Applied) {
                rows.putAll(puts);
            }
        }

        private void upsert() {
            Map<OnlineKey, Long> puts = new HashMap<>();
            List<RowWrite> writes = new ArrayList<>();
            for (int index = random.nextInt(30); index >= 0; index--) {
                long id = random.nextLong(KEYS) * WRITERS + number;
                OnlineKey key = KeyCodec.encode(SCHEMA, new Object[] {id});
                LogPosition position = new LogPosition(number, count);
                puts.put(key, count);
                writes.add(new RowWrite(
                        key,
                        id % 5 == 0
                                ? RowCodec.tombstone(position)
                                : RowCodec.encode(SCHEMA, new Object[] {id, "v" + count}, position)));
            }
            node.onlineRows().upsert(writes, soon());
            online.putAll(puts);
        }
    }

    private static void check(TestPair pair, List<Writer> writers, String when) {
        StoreNode one = pair.node(0);
        StoreNode other = pair.node(1);
        Map<String, String> metadata = content(one, EngineSettings.METADATA, MetadataKey.PARTITIONS);
        assertThat(content(other, EngineSettings.METADATA, MetadataKey.PARTITIONS))
                .as(when)
                .isEqualTo(metadata);
        Map<String, String> online = content(one, EngineSettings.ONLINE, StoredKey.PARTITIONS);
        assertThat(content(other, EngineSettings.ONLINE, StoredKey.PARTITIONS))
                .as(when)
                .isEqualTo(online);
        for (StoreNode node : List.of(one, other)) {
            assertThat(mirrored(node)).as(when).isEqualTo(rows(metadata));
            assertThat(node.store().mirror().version())
                    .as(when)
                    .isEqualTo(Long.parseLong(Objects.requireNonNull(metadata.get(hex(MetadataKey.version()))), 16));
            checkCache(node, online, when);
        }
        for (Writer writer : writers) {
            writer.rows.forEach((key, count) -> {
                Row row = Objects.requireNonNull(other.store().mirror().find(key), key::toString);
                assertThat(ByteBuffer.wrap(row.value()).getLong())
                        .as("%s: %s", when, key)
                        .isGreaterThanOrEqualTo(count);
            });
            writer.online.forEach((key, count) -> {
                String row = Objects.requireNonNull(online.get(hex(StoredKey.row(key))), key::toString);
                assertThat(RowImage.of(HexFormat.of().parseHex(row)).logOffset())
                        .as("%s: %s", when, key)
                        .isGreaterThanOrEqualTo(count);
            });
        }
        assertThat(writers)
                .as(when + ": all have written")
                .allSatisfy(writer -> assertThat(writer.rows).isNotEmpty());
    }

    private static void checkCache(StoreNode node, Map<String, String> online, String when) {
        Map<String, String> clearings = new TreeMap<>();
        node.rowCache()
                .clearings()
                .forEach((table, clearing) -> clearings.put(
                        hex(StoredKey.clearing(table)), HexFormat.of().formatHex(clearing.toBytes())));
        Map<String, String> stored = new TreeMap<>(online);
        stored.keySet().removeIf(key -> StoredKey.isRow(HexFormat.of().parseHex(key)));
        assertThat(clearings).as(when).isEqualTo(stored);
        for (int id = 0; id < KEYS * WRITERS; id++) {
            OnlineKey key = KeyCodec.encode(SCHEMA, new Object[] {(long) id});
            RowCache.Slot slot = node.rowCache().find(key);
            if (slot != null) {
                RowImage image = slot.image();
                assertThat(image == null ? null : HexFormat.of().formatHex(image.bytes()))
                        .as("%s: cached row %d", when, id)
                        .isEqualTo(online.get(hex(StoredKey.row(key))));
            }
        }
    }

    /** What the engine of one member has on its own disk. */
    private static Map<String, String> content(StoreNode node, String cache, int partitions) {
        Map<String, String> content = new TreeMap<>();
        TableCursor cursor = new TableCursor(node.engine(), cache);
        for (int partition = 0; partition < partitions; partition++) {
            cursor.walkPartition(partition, null, (key, value) -> {
                content.put(hex(key), hex(value));
                return true;
            });
        }
        return content;
    }

    private static Map<RowKey, String> rows(Map<String, String> metadata) {
        Map<RowKey, String> rows = new TreeMap<>();
        metadata.forEach((key, value) -> {
            byte[] stored = HexFormat.of().parseHex(key);
            if (stored[0] == MetadataKey.KIND_ROW) {
                rows.put(MetadataKey.rowKey(stored), value);
            }
        });
        return rows;
    }

    private static Map<RowKey, String> mirrored(StoreNode node) {
        Map<RowKey, String> rows = new TreeMap<>();
        for (String group : List.of("group", "fleeting")) {
            for (Row row : node.store()
                    .mirror()
                    .scan(new Scan("table", group, "", "", 10_000))
                    .rows()) {
                rows.put(row.key(), hex(MetadataMirror.stored(row.version(), row.value())));
            }
        }
        return rows;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
