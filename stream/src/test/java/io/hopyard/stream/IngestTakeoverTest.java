package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Database;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestPartition;
import io.hopyard.core.ingest.IngestShare;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that share the partitions of a feature group, come, and die in the middle of a batch. */
class IngestTakeoverTest {
    private static final int PARTITIONS = 8;
    private static final int ROWS = 4_000;
    private static final long GROUP = 5;
    private static final String TOPIC = "1_5_g_1_onlinefs";

    private final OnlineSchema schema = new OnlineSchema(
            GROUP,
            List.of(
                    new OnlineColumn("id", FeatureType.parse("bigint"), null),
                    new OnlineColumn("v", FeatureType.parse("string"), null)),
            List.of(0),
            null,
            null);
    private final TestGroups groups = new TestGroups();
    private final MemoryDatabase database = new MemoryDatabase();
    private final MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC());
    private final AtomicReference<List<String>> alive = new AtomicReference<>(List.of());

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, TestLog.PATIENCE);
    }

    /** A worker's way to the database and the store; after so many steps it is as good as killed. */
    private static final class Life {
        private final AtomicInteger steps;
        private final AtomicInteger stored = new AtomicInteger();

        Life(int steps) {
            this.steps = new AtomicInteger(steps);
        }

        void step() {
            if (steps.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "this worker is dead");
            }
        }

        boolean over() {
            return steps.get() == 0;
        }

        Database of(MemoryDatabase there) {
            return new HookedDatabase(there, new HookedDatabase.Hooks() {
                @Override
                public void before() {
                    step();
                }
            });
        }

        OnlineRows of(MemoryOnlineRows there) {
            return new HookedOnlineRows(there, (written, upsert) -> {
                step();
                List<RowMerge.Result> results = upsert.get();
                stored.addAndGet(written.size());
                return results;
            });
        }
    }

    private OnlineIngester worker(TestLog log, String name, Life life) {
        OnlineIngester worker = new OnlineIngester(
                log.connection(),
                new IngesterSettings(
                        50,
                        Duration.ofMillis(50),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(2),
                        Duration.ofMillis(1),
                        Duration.ofMillis(5)),
                () -> new IngestShare(name, alive.get()),
                groups,
                groups,
                life.of(rows),
                new IngestLedger(life.of(database), System::nanoTime, Clock.systemUTC(), new Random()),
                System::nanoTime,
                Clock.systemUTC(),
                new Random(),
                new Metrics());
        worker.start();
        return worker;
    }

    private long open(TestLog log, IngestLedger ledger) {
        groups.subject(1, AvroRowsTest.subject(schema));
        groups.put(TestGroups.online(1, GROUP, TOPIC, schema));
        try (KafkaFeatureLog topics = new KafkaFeatureLog(log.connection(), PARTITIONS, System::nanoTime, () -> {})) {
            topics.createTopic(TOPIC, soon());
        }
        log.grant("shop__alice", TOPIC);
        return ledger.open(1, GROUP, ROWS, soon());
    }

    private void send(TestLog log, long ingestion, int from, int to) {
        try (KafkaProducer<byte[], byte[]> producer = log.user("shop__alice")) {
            for (int row = from; row < to; row++) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        TOPIC, row % PARTITIONS, null, AvroRowsTest.row(schema, (long) row, "row " + row));
                Map.of("projectId", 1L, "featureGroupId", GROUP, "subjectId", 1L, "onlineIngestionId", ingestion)
                        .forEach((name, id) ->
                                record.headers().add(name, id.toString().getBytes(UTF_8)));
                assertThat(producer.send(record)).isNotNull();
            }
        }
    }

    private static void awaitCount(IngestLedger ledger, long ingestion, long wanted) {
        Eventually.holds(
                Duration.ofMinutes(1),
                () -> assertThat(ledger.find(1, GROUP, ingestion, soon()))
                        .extracting(Ingestion::rows)
                        .isEqualTo(Map.of(IngestStatus.UPSERTED, wanted)));
    }

    private void assertStored() {
        List<OnlineKey> keys = new ArrayList<>();
        for (long row = 0; row < ROWS; row++) {
            keys.add(KeyCodec.encode(schema, new Object[] {row}));
        }
        List<@Nullable OnlineRow> there =
                rows.read(List.of(new OnlineRows.TableRead(schema, keys, Projection.ALL)), soon());
        for (int row = 0; row < ROWS; row++) {
            assertThat(there.get(row))
                    .isNotNull()
                    .extracting(found -> found.value(1))
                    .isEqualTo("row " + row);
        }
    }

    private static int share(String worker, List<String> alive) {
        IngestShare share = new IngestShare(worker, alive);
        int held = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            held += share.holds(new IngestPartition(1, GROUP, partition)) ? 1 : 0;
        }
        return held;
    }

    @Test
    void workersReadEachRowOnceBetweenThem(@TempDir Path directory) {
        List<String> both = List.of("one", "two");
        alive.set(both);
        Life first = new Life(Integer.MAX_VALUE);
        Life second = new Life(Integer.MAX_VALUE);
        IngestLedger ledger = new IngestLedger(database, System::nanoTime, Clock.systemUTC(), new Random());
        try (TestLog log = TestLog.start(directory);
                OnlineIngester one = worker(log, "one", first);
                OnlineIngester two = worker(log, "two", second)) {
            long ingestion = open(log, ledger);
            send(log, ingestion, 0, ROWS);
            awaitCount(ledger, ingestion, ROWS);
            assertStored();
            assertThat(List.of(first.stored.get(), second.stored.get()))
                    .containsExactly(share("one", both) * ROWS / PARTITIONS, share("two", both) * ROWS / PARTITIONS)
                    .doesNotContain(0);
            assertThat(one.trouble()).isNull();
            assertThat(two.trouble()).isNull();
        }
    }

    /** The steps at which the worker dies lie before, in and after its first batches. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 20, 41})
    void sharesOfADeadWorkerGoToTheOtherAndCountsStayExact(int steps, @TempDir Path directory) {
        alive.set(List.of("one", "two"));
        Life mortal = new Life(steps);
        Life other = new Life(Integer.MAX_VALUE);
        IngestLedger ledger = new IngestLedger(database, System::nanoTime, Clock.systemUTC(), new Random());
        try (TestLog log = TestLog.start(directory)) {
            long ingestion = open(log, ledger);
            try (OnlineIngester dying = worker(log, "one", mortal);
                    OnlineIngester living = worker(log, "two", other)) {
                send(log, ingestion, 0, ROWS / 2);
                Eventually.holds(() -> assertThat(mortal.over()).isTrue());
                send(log, ingestion, ROWS / 2, ROWS);
                alive.set(List.of("two"));
                awaitCount(ledger, ingestion, ROWS);
                assertStored();
                assertThat(dying.trouble()).isNotNull();
                assertThat(living.trouble()).isNull();
            }
        }
    }

    @Test
    void aNewWorkerGetsItsShareOfWhatIsBeingRead(@TempDir Path directory) {
        alive.set(List.of("one"));
        Life first = new Life(Integer.MAX_VALUE);
        Life second = new Life(Integer.MAX_VALUE);
        IngestLedger ledger = new IngestLedger(database, System::nanoTime, Clock.systemUTC(), new Random());
        try (TestLog log = TestLog.start(directory)) {
            long ingestion = open(log, ledger);
            try (OnlineIngester one = worker(log, "one", first);
                    OnlineIngester two = worker(log, "two", second)) {
                send(log, ingestion, 0, ROWS / 2);
                Eventually.holds(() -> assertThat(first.stored.get()).isPositive());
                alive.set(List.of("one", "two"));
                Eventually.holds(() -> assertThat(two.trouble()).isNull());
                send(log, ingestion, ROWS / 2, ROWS);
                awaitCount(ledger, ingestion, ROWS);
                assertStored();
                assertThat(second.stored.get()).isPositive();
                assertThat(one.trouble()).isNull();
            }
        }
    }
}
