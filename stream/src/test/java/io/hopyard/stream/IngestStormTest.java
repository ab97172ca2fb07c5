package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.HookedDatabase;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.HookedOnlineRows;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ingesters on one topic while the database and the store fail, answer late or lose answers at random. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngestStormTest {
    private static final int ROWS = 3_000;
    private static final int KEYS = 100;
    /** Enough for batches that are stored by two calls at once. */
    private static final int BATCH_ROWS = 500;

    private TestLog log;
    private KafkaFeatureLog topics;

    @SuppressWarnings("NullAway.Init")
    IngestStormTest() {}

    @BeforeAll
    void start(@TempDir Path directory) {
        log = TestLog.start(directory.resolve("log"));
        topics = new KafkaFeatureLog(log.connection(), 1, System::nanoTime, () -> {});
    }

    @AfterAll
    void stop() {
        topics.close();
        log.close();
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, TestLog.PATIENCE);
    }

    private static void mayFail(RandomGenerator random, ErrorCode code) {
        if (random.nextInt(10) == 0) {
            throw new FeatureStoreException(code, "storm");
        }
    }

    /** Fails one call in ten, and loses the answer of one commit in ten. */
    private static Database flaky(MemoryDatabase there, RandomGenerator random) {
        return new HookedDatabase(there, new HookedDatabase.Hooks() {
            @Override
            public void before() {
                mayFail(random, ErrorCode.UNAVAILABLE);
            }

            @Override
            public Outcome around(Commit commit, Supplier<Outcome> there) {
                Outcome outcome = there.get();
                return random.nextInt(10) == 0 ? new Outcome.Unknown("storm") : outcome;
            }
        });
    }

    /** Fails one upsert in ten before and one in ten after it was applied. */
    private static OnlineRows flaky(MemoryOnlineRows there, RandomGenerator random) {
        return new HookedOnlineRows(there, (rows, upsert) -> {
            mayFail(random, ErrorCode.DEADLINE_EXCEEDED);
            List<RowMerge.Result> results = upsert.get();
            mayFail(random, ErrorCode.DEADLINE_EXCEEDED);
            return results;
        });
    }

    /** What the store must hold for a key at the end, and how many rows are of no use to it. */
    private static final class Model {
        private final Map<Long, Long> newestTime = new HashMap<>();
        private final Map<Long, String> values = new HashMap<>();
        private int offline;
        private int poison;
        private int deletes;

        void upsert(long key, long time, String value) {
            if (time >= newestTime.getOrDefault(key, Long.MIN_VALUE)) {
                newestTime.put(key, time);
                values.put(key, value);
            }
        }

        void delete(long key) {
            deletes++;
            newestTime.remove(key);
            values.remove(key);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRowIsCountedOnceAndTheNewestIsStored(long seed) {
        Random random = new Random(seed);
        String topic = "1_" + seed + "_g_1_onlinefs";
        OnlineSchema schema = new OnlineSchema(
                seed,
                List.of(
                        new OnlineColumn("id", FeatureType.parse("bigint"), null),
                        new OnlineColumn("ts", FeatureType.parse("timestamp"), null),
                        new OnlineColumn("v", FeatureType.parse("string"), null)),
                List.of(0),
                1,
                null);
        TestGroups groups = new TestGroups();
        groups.subject(1, AvroRowsTest.subject(schema));
        groups.put(TestGroups.online(1, seed, topic, schema));
        topics.createTopic(topic, soon());
        log.grant("shop__alice", topic);
        MemoryDatabase database = new MemoryDatabase();
        MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC());
        IngestLedger ledger = new IngestLedger(database, System::nanoTime, Clock.systemUTC(), new Random());
        long ingestion = ledger.open(1, seed, ROWS, soon());
        List<OnlineIngester> ingesters = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            OnlineIngester ingester = new OnlineIngester(
                    log.connection(),
                    new IngesterSettings(
                            BATCH_ROWS,
                            Duration.ofMillis(50),
                            Duration.ofMillis(20),
                            Duration.ofSeconds(2),
                            Duration.ofMillis(1),
                            Duration.ofMillis(5)),
                    groups,
                    groups,
                    flaky(rows, new Random(seed * 10 + number)),
                    new IngestLedger(
                            flaky(database, new Random(seed * 20 + number)),
                            System::nanoTime,
                            Clock.systemUTC(),
                            new Random()),
                    System::nanoTime,
                    Clock.systemUTC(),
                    new Random(),
                    new Metrics());
            ingesters.add(ingester);
            ingester.start();
        }
        Model model = send(topic, seed, ingestion, schema, random);

        Eventually.holds(
                Duration.ofMinutes(1),
                () -> assertThat(done(ledger, seed, ingestion))
                        .as("seed %d", seed)
                        .isEqualTo(ROWS));
        ingesters.forEach(OnlineIngester::close);
        Ingestion counted = ledger.find(1, seed, ingestion, soon());
        assertThat(counted).isNotNull();
        Map<IngestStatus, Long> counts = counted == null ? Map.of() : counted.rows();
        assertThat(counts).as("seed %d", seed).containsEntry(IngestStatus.FAILED, (long) model.poison);
        assertThat(counts).as("seed %d", seed).containsEntry(IngestStatus.DELETED, (long) model.deletes);
        assertThat(counts.getOrDefault(IngestStatus.IGNORED, 0L))
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(model.offline);
        for (long key = 0; key < KEYS; key++) {
            assertThat(value(rows, schema, key)).as("seed %d key %d", seed, key).isEqualTo(model.values.get(key));
        }
    }

    private static long done(IngestLedger ledger, long group, long ingestion) {
        Ingestion found = ledger.find(1, group, ingestion, soon());
        return found == null ? -1 : found.done();
    }

    private static @Nullable Object value(OnlineRows rows, OnlineSchema schema, long key) {
        OnlineRow row = rows.read(
                        List.of(new OnlineRows.TableRead(
                                schema, List.of(KeyCodec.encode(schema, new Object[] {key})), Projection.ALL)),
                        soon())
                .getFirst();
        return row == null ? null : row.value(2);
    }

    private Model send(String topic, long group, long ingestion, OnlineSchema schema, Random random) {
        Model model = new Model();
        try (KafkaProducer<byte[], byte[]> producer = log.user("shop__alice")) {
            for (int number = 0; number < ROWS; number++) {
                long key = random.nextInt(KEYS);
                long time = random.nextInt(1_000_000);
                String value = "row " + number;
                byte[] bytes = AvroRowsTest.row(schema, key, time, value);
                ProducerRecord<byte[], byte[]> record;
                switch (random.nextInt(20)) {
                    case 0 -> {
                        model.offline++;
                        record = new ProducerRecord<>(topic, bytes);
                        record.headers().add("storage", "offline".getBytes(UTF_8));
                    }
                    case 1 -> {
                        model.poison++;
                        record = new ProducerRecord<>(topic, new byte[] {1, 2, 3});
                    }
                    case 2 -> {
                        model.delete(key);
                        record = new ProducerRecord<>(topic, AvroRowsTest.row(schema, key, null, null));
                        record.headers().add("operation", "delete".getBytes(UTF_8));
                    }
                    default -> {
                        model.upsert(key, time, value);
                        record = new ProducerRecord<>(topic, bytes);
                    }
                }
                Map.of("projectId", 1L, "featureGroupId", group, "subjectId", 1L, "onlineIngestionId", ingestion)
                        .forEach((name, id) ->
                                record.headers().add(name, id.toString().getBytes(UTF_8)));
                assertThat(producer.send(record)).isNotNull();
            }
        }
        return model;
    }
}
