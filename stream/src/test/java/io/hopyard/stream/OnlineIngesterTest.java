package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.ingest.IngestAssignment;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestPartition;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows from a real log over TLS into fakes of the database and the online store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OnlineIngesterTest {
    private static final String USER = "shop__alice";
    private static final long PROJECT = 7;

    private final AtomicLong ids = new AtomicLong(100);
    private TestLog log;
    private KafkaFeatureLog topics;
    private KafkaProducer<byte[], byte[]> producer;

    @SuppressWarnings("NullAway.Init")
    OnlineIngesterTest() {}

    @BeforeAll
    void start(@TempDir Path directory) {
        log = TestLog.start(directory.resolve("log"));
        topics = new KafkaFeatureLog(log.connection(), 1, System::nanoTime, () -> {});
        producer = log.user(USER);
    }

    @AfterAll
    void stop() {
        producer.close();
        topics.close();
        log.close();
        assertThat(log.faults).isEmpty();
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, TestLog.PATIENCE);
    }

    private static OnlineSchema schema(long id, String... namesAndTypes) {
        List<OnlineColumn> columns = new ArrayList<>();
        for (int index = 0; index < namesAndTypes.length; index += 2) {
            columns.add(new OnlineColumn(namesAndTypes[index], FeatureType.parse(namesAndTypes[index + 1]), null));
        }
        return new OnlineSchema(id, columns, List.of(0), null, null);
    }

    /** One feature group with its own database, store and ingester. */
    private final class Group implements AutoCloseable {
        final long id = ids.getAndIncrement();
        final String topic = PROJECT + "_" + id + "_g_1_onlinefs";
        final TestGroups catalogue = new TestGroups();
        final MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC());
        final Faults faults = new Faults();
        final Database database = new HookedDatabase(new MemoryDatabase(), faults);
        final IngestLedger ledger = ledger();
        final List<OnlineIngester> ingesters = new ArrayList<>();
        final Metrics metrics = new Metrics();
        final List<Future<RecordMetadata>> sent = new ArrayList<>();
        OnlineSchema schema;

        Group(String... namesAndTypes) {
            schema = schema(id, namesAndTypes);
            topics.createTopic(topic, soon());
            log.grant(USER, topic);
            publish();
        }

        /** Puts the group into the catalogue as it is now; its subject has the number of its columns. */
        void publish() {
            catalogue.subject(subjectId(), AvroRowsTest.subject(schema));
            catalogue.put(TestGroups.online(PROJECT, id, topic, schema));
        }

        long subjectId() {
            return schema.columns().size();
        }

        IngestLedger ledger() {
            return new IngestLedger(database, System::nanoTime, Clock.systemUTC(), new Random());
        }

        OnlineIngester ingester(OnlineRows store) {
            OnlineIngester ingester = new OnlineIngester(
                    log.connection(),
                    IngesterSettings.DEFAULT,
                    IngestAssignment.whole(),
                    catalogue,
                    catalogue,
                    store,
                    ledger(),
                    System::nanoTime,
                    Clock.systemUTC(),
                    new Random(),
                    metrics);
            ingesters.add(ingester);
            ingester.start();
            return ingester;
        }

        Map<String, String> headers(long ingestion) {
            Map<String, String> headers = new HashMap<>();
            headers.put("projectId", Long.toString(PROJECT));
            headers.put("featureGroupId", Long.toString(id));
            headers.put("subjectId", Long.toString(subjectId()));
            headers.put("onlineIngestionId", Long.toString(ingestion));
            return headers;
        }

        void send(long ingestion, @Nullable Object... values) {
            send(headers(ingestion), AvroRowsTest.row(schema, values));
        }

        void send(Map<String, String> headers, byte @Nullable [] value) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, "k".getBytes(UTF_8), value);
            headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
            sent.add(producer.send(record));
        }

        long open(int rowsSent) {
            return ledger.open(PROJECT, id, rowsSent, soon());
        }

        Map<IngestStatus, Long> counts(long ingestion) {
            Ingestion found = ledger.find(PROJECT, id, ingestion, soon());
            return found == null ? Map.of() : found.rows();
        }

        /** Waits as the public client does: until the sum reaches the number. */
        void awaitDone(long ingestion, long number) {
            Eventually.holds(() -> assertThat(counts(ingestion).values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(number));
        }

        @Nullable
        OnlineRow read(Object... key) {
            return rows.read(
                            List.of(new OnlineRows.TableRead(
                                    schema, List.of(KeyCodec.encode(schema, key)), Projection.ALL)),
                            soon())
                    .getFirst();
        }

        /** Rows that can be read. */
        int size() {
            int size = 0;
            byte[] cursor = new byte[0];
            do {
                OnlineRows.RowPage page = rows.scan(schema, Projection.ALL, cursor, OnlineRows.SCAN_ROWS_MAX, soon());
                size += page.rows().size();
                cursor = page.next();
            } while (cursor.length > 0);
            return size;
        }

        @Nullable
        Object value(int column, Object... key) {
            OnlineRow row = read(key);
            return row == null ? "absent" : row.value(column);
        }

        @Override
        public void close() {
            sent.forEach(row -> assertThat(row).succeedsWithin(TestLog.PATIENCE));
            ingesters.forEach(OnlineIngester::close);
        }
    }

    /** Makes a database fail, counts what it is asked, and runs something before it stores offsets. */
    private static final class Faults implements HookedDatabase.Hooks {
        private final AtomicBoolean down = new AtomicBoolean();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile Runnable beforeOffsets = () -> {};

        void beforeOffsets(Runnable action) {
            beforeOffsets = action;
        }

        @Override
        public void before() {
            calls.incrementAndGet();
            if (down.get()) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the database is down");
            }
        }

        @Override
        public Outcome around(Commit commit, Supplier<Outcome> there) {
            if (commit.writes().stream().anyMatch(write -> write.key().table().equals("offsets"))) {
                beforeOffsets.run();
            }
            return there.get();
        }
    }

    @Test
    void rowsArriveAndAreCounted() {
        try (Group group = new Group("id", "bigint", "name", "string", "score", "double")) {
            group.ingester(group.rows);
            long ingestion = group.open(3);
            group.send(ingestion, 1L, "Ärger", 1.5);
            group.send(ingestion, 2L, null, Double.NaN);
            group.send(ingestion, 3L, "", -0.0);

            group.awaitDone(ingestion, 3);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 3L));
            assertThat(group.value(1, 1L)).isEqualTo("Ärger");
            assertThat(group.value(1, 2L)).isNull();
            assertThat(group.value(2, 2L)).isNull();
            assertThat(group.value(2, 3L)).isEqualTo(-0.0);
            assertThat(group.metrics.prometheus()).contains("stream_ingested_rows_total{status=\"upserted\"} 3");
        }
    }

    @Test
    void newGroupIsPickedUpAtOnceWhenToldAndSoonWhenNot() {
        try (Group first = new Group("id", "bigint")) {
            OnlineIngester ingester = first.ingester(first.rows);
            long warm = first.open(1);
            first.send(warm, 1L);
            first.awaitDone(warm, 1);
            for (boolean told : List.of(true, false)) {
                try (Group second = new Group("id", "bigint")) {
                    first.catalogue.subject(1, AvroRowsTest.subject(second.schema));
                    second.send(second.headers(0), AvroRowsTest.row(second.schema, 5L));
                    producer.flush();
                    first.catalogue.put(TestGroups.online(PROJECT, second.id, second.topic, second.schema));
                    long started = System.nanoTime();
                    if (told) {
                        ingester.changed();
                    }
                    Eventually.holds(() -> assertThat(first.rows.read(
                                    List.of(new OnlineRows.TableRead(
                                            second.schema,
                                            List.of(KeyCodec.encode(second.schema, new Object[] {5L})),
                                            Projection.ALL)),
                                    soon()))
                            .doesNotContainNull());
                    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
                }
            }
        }
    }

    @Test
    void offlineRowsAreIgnoredAndDeletesDelete() {
        try (Group group = new Group("id", "bigint", "v", "string", "list", "array<int>")) {
            group.ingester(group.rows);
            long ingestion = group.open(5);
            group.send(ingestion, 1L, "a", List.of(1, 2));
            Map<String, String> headers = group.headers(ingestion);
            headers.put("storage", "offline");
            group.send(headers, AvroRowsTest.row(group.schema, 2L, "offline", null));
            headers.put("storage", "0");
            group.send(headers, "not even Avro".getBytes(UTF_8));
            headers.put("storage", "online");
            group.send(headers, AvroRowsTest.row(group.schema, 3L, "online", null));
            headers.put("operation", "delete");
            group.send(headers, AvroRowsTest.row(group.schema, 1L, null, null));

            group.awaitDone(ingestion, 5);

            assertThat(group.counts(ingestion))
                    .isEqualTo(Map.of(IngestStatus.UPSERTED, 2L, IngestStatus.IGNORED, 2L, IngestStatus.DELETED, 1L));
            assertThat(group.read(1L)).isNull();
            assertThat(group.read(2L)).isNull();
            assertThat(group.value(1, 3L)).isEqualTo("online");
        }
    }

    @Test
    void poisonRowsAreSetAsideWithReasonAndPositionAndTheRestGoesOn() {
        try (Group group = new Group("id", "string", "small", "tinyint", "list", "array<int>")) {
            group.ingester(group.rows);
            long ingestion = group.open(12);
            Map<String, String> good = group.headers(ingestion);
            byte[] row = AvroRowsTest.row(group.schema, "k", 1, null);
            group.send(good, "nonsense".getBytes(UTF_8));
            group.send(good, null);
            group.send(good, AvroRowsTest.row(group.schema, null, 1, null));
            group.send(good, AvroRowsTest.row(group.schema, "k", 128, null));
            group.send(good, AvroRowsTest.row(group.schema, "x".repeat(5_000), 1, null));
            group.send(
                    good,
                    AvroRowsTest.row(group.schema, "k", 1, new ArrayList<>(java.util.Collections.nCopies(40_000, 5))));
            group.send(with(good, "featureGroupId", "1"), row);
            group.send(with(good, "projectId", "x"), row);
            group.send(with(good, "subjectId", "77"), row);
            group.send(with(good, "operation", "upset"), row);
            group.send(with(good, "subjectId", ""), row);
            group.send(good, AvroRowsTest.row(group.schema, "good", 1, List.of(1)));

            group.awaitDone(ingestion, 12);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 1L, IngestStatus.FAILED, 11L));
            assertThat(group.value(1, "good")).isEqualTo(1L);
            List<RejectedRow> rejected = group.ledger.rejected(PROJECT, group.id, soon());
            assertThat(rejected)
                    .extracting(RejectedRow::reason)
                    .containsExactly(
                            RejectReason.BAD_AVRO,
                            RejectReason.BAD_AVRO,
                            RejectReason.NULL_KEY,
                            RejectReason.BAD_VALUE,
                            RejectReason.BAD_VALUE,
                            RejectReason.BAD_VALUE,
                            RejectReason.UNKNOWN_GROUP,
                            RejectReason.UNKNOWN_GROUP,
                            RejectReason.UNKNOWN_SUBJECT,
                            RejectReason.BAD_VALUE,
                            RejectReason.UNKNOWN_SUBJECT);
            assertThat(rejected)
                    .extracting(RejectedRow::offset)
                    .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
            assertThat(rejected.get(3).detail()).isEqualTo("small: 128 (expected: -128 to 127)");
            assertThat(rejected.get(5).detail()).startsWith("row of more than 65535 bytes");
            assertThat(rejected.get(0).payload()).isEqualTo("nonsense".getBytes(UTF_8));
            assertThat(rejected.get(0).ingestionId()).isEqualTo(ingestion);
        }
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    @Test
    void newestEventTimeWinsAndLateAndExpiredRowsAreIgnored() {
        try (Group group = new Group("id", "bigint", "ts", "timestamp", "v", "string")) {
            long now = System.currentTimeMillis() * 1_000;
            long hour = 3_600_000_000L;
            group.schema = new OnlineSchema(
                    group.id,
                    group.schema.columns(),
                    List.of(0),
                    1,
                    Duration.ofHours(2).toMillis());
            group.publish();
            group.ingester(group.rows);
            long ingestion = group.open(4);
            group.send(ingestion, 1L, now, "new");
            group.send(ingestion, 1L, now - hour, "late");
            group.send(ingestion, 2L, now - 3 * hour, "expired");
            group.send(ingestion, 1L, now + 1, "newest");

            group.awaitDone(ingestion, 4);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 2L, IngestStatus.IGNORED, 2L));
            assertThat(group.value(2, 1L)).isEqualTo("newest");
            assertThat(group.read(2L)).isNull();
        }
    }

    @Test
    void addedFeatureIsStoredFromTheFirstRowThatHasIt() {
        try (Group group = new Group("id", "bigint")) {
            group.ingester(group.rows);
            long ingestion = group.open(2);
            group.send(ingestion, 1L);
            group.awaitDone(ingestion, 1);
            group.schema = schema(group.id, "id", "bigint", "added", "string");
            group.publish();
            group.send(ingestion, 2L, "value");
            group.awaitDone(ingestion, 2);

            assertThat(group.value(1, 2L)).isEqualTo("value");
        }
    }

    @Test
    void crashBetweenStoreAndLedgerKeepsCountsExact() throws Exception {
        try (Group group = new Group("id", "bigint", "v", "int")) {
            int number = 2_000;
            long ingestion = group.open(number);
            CountDownLatch reached = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            group.faults.beforeOffsets(() -> {
                reached.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "killed", e);
                }
            });
            OnlineIngester first = group.ingester(group.rows);
            for (long row = 0; row < number; row++) {
                group.send(ingestion, row, (int) row);
            }
            producer.flush();
            reached.await();
            assertThat(group.size()).isPositive();
            assertThat(group.counts(ingestion)).isEmpty();

            group.faults.beforeOffsets(() -> {});
            group.ingester(group.rows);
            group.awaitDone(ingestion, number);
            never.countDown();
            first.changed();
            Eventually.holds(() -> assertThat(group.metrics.prometheus()).contains("stream_ingest_refusals_total 1"));

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, (long) number));
            assertThat(group.size()).isEqualTo(number);
        }
    }

    @Test
    void twoIngestersAtOnceCountEveryRowOnce() {
        try (Group group = new Group("id", "bigint", "v", "int")) {
            int number = 20_000;
            long ingestion = group.open(number);
            group.ingester(group.rows);
            group.ingester(group.rows);
            for (long row = 0; row < number; row++) {
                group.send(ingestion, row, (int) row);
            }
            producer.flush();
            group.awaitDone(ingestion, number);

            assertThat(group.size()).isEqualTo(number);
            assertThat(group.ledger
                            .load(List.of(new IngestPartition(PROJECT, group.id, 0)), soon())
                            .getFirst()
                            .nextOffset())
                    .isEqualTo(number);
            assertThat(group.counts(ingestion).getOrDefault(IngestStatus.FAILED, 0L))
                    .isZero();
        }
    }

    @Test
    void restartedIngesterGoesOnWhereTheFirstStopped() {
        try (Group group = new Group("id", "bigint")) {
            long ingestion = group.open(20);
            for (long restart = 0; restart < 2; restart++) {
                try (OnlineIngester ingester = group.ingester(group.rows)) {
                    for (long row = 0; row < 10; row++) {
                        group.send(ingestion, restart * 10 + row);
                    }
                    group.awaitDone(ingestion, (restart + 1) * 10);
                    assertThat(ingester.trouble()).isNull();
                }
            }
            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 20L));
        }
    }

    @Test
    void unavailableDatabaseIsWaitedForWithoutSpinning() {
        try (Group group = new Group("id", "bigint")) {
            OnlineIngester ingester = group.ingester(group.rows);
            long ingestion = group.open(1);
            group.faults.down.set(true);
            group.send(ingestion, 1L);
            Eventually.holds(() -> assertThat(ingester.trouble()).isEqualTo("the database is down"));
            int before = group.faults.calls.get();
            long started = System.nanoTime();
            Eventually.holds(() -> assertThat(group.faults.calls.get()).isGreaterThan(before + 3));
            long millis = (System.nanoTime() - started) / 1_000_000;
            assertThat(millis).as("time of four tries").isGreaterThan(40);
            group.faults.down.set(false);

            group.awaitDone(ingestion, 1);
            Eventually.holds(() -> assertThat(ingester.trouble()).isNull());
            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 1L));
        }
    }

    @Test
    void unavailableCatalogueIsWaitedFor() {
        try (Group group = new Group("id", "bigint")) {
            group.catalogue.down(true);
            OnlineIngester ingester = group.ingester(group.rows);
            Eventually.holds(() -> assertThat(ingester.trouble()).isEqualTo("the catalogue is down"));
            long ingestion = group.open(1);
            group.send(ingestion, 1L);
            group.catalogue.down(false);

            group.awaitDone(ingestion, 1);
        }
    }

    @Test
    void rowThatTheStoreRefusesIsFoundAmongTheOthers() {
        try (Group group = new Group("id", "bigint")) {
            OnlineKey poison = KeyCodec.encode(group.schema, new Object[] {13L});
            group.ingester(new HookedOnlineRows(group.rows, (rows, upsert) -> {
                if (rows.stream().anyMatch(row -> row.key().equals(poison))) {
                    throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, "a row is wrong");
                }
                return upsert.get();
            }));
            long ingestion = group.open(50);
            for (long row = 0; row < 50; row++) {
                group.send(ingestion, row);
            }
            group.awaitDone(ingestion, 50);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 49L, IngestStatus.FAILED, 1L));
            assertThat(group.ledger
                            .rejected(PROJECT, group.id, soon())
                            .getFirst()
                            .offset())
                    .isEqualTo(13);
        }
    }

    @Test
    void rowsThatWereUnderWayWhileTheirTableWasClearedAreIgnored() {
        try (Group group = new Group("id", "bigint")) {
            group.ingester(group.rows);
            long ingestion = group.open(3);
            group.rows.clear(group.id, new RowCodec.LogPosition(0, 2), soon());
            group.send(ingestion, 1L);
            group.send(ingestion, 2L);
            group.send(ingestion, 3L);
            group.awaitDone(ingestion, 3);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 1L, IngestStatus.IGNORED, 2L));
            assertThat(group.size()).isEqualTo(1);
        }
    }

    @Test
    void rowsBeforeAClearAreIgnoredByAnIngesterThatComesLater() {
        try (Group group = new Group("id", "bigint")) {
            long ingestion = group.open(3);
            group.send(ingestion, 1L);
            group.send(ingestion, 2L);
            group.send(ingestion, 3L);
            group.catalogue.put(new IngestTarget(PROJECT, group.id, group.topic, group.schema, List.of(2L)));
            group.ingester(group.rows);
            group.awaitDone(ingestion, 3);

            assertThat(group.counts(ingestion)).isEqualTo(Map.of(IngestStatus.UPSERTED, 1L, IngestStatus.IGNORED, 2L));
            assertThat(group.size()).isEqualTo(1);
        }
    }

    @Test
    void rowsThatTheLogDroppedByAgeAreReportedLostAndTheRestIsApplied() throws Exception {
        try (Group group = new Group("id", "bigint");
                Admin admin = Admin.create(log.connection().properties("test"))) {
            long ingestion = group.open(5);
            for (long row = 0; row < 5; row++) {
                group.send(ingestion, row);
            }
            producer.flush();
            admin.deleteRecords(Map.of(new TopicPartition(group.topic, 0), RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get(20, TimeUnit.SECONDS);
            group.ingester(group.rows);
            group.awaitDone(ingestion, 2);

            assertThat(group.size()).isEqualTo(2);
            assertThat(group.metrics.prometheus()).contains("stream_ingest_lost_rows_total 3");
        }
    }

    @Test
    void manyGroupsAreReadByOneIngester() {
        try (Group first = new Group("id", "bigint")) {
            OnlineIngester ingester = first.ingester(first.rows);
            List<Group> groups = new ArrayList<>();
            for (int more = 0; more < 8; more++) {
                Group group = new Group("id", "bigint");
                groups.add(group);
                first.catalogue.put(TestGroups.online(PROJECT, group.id, group.topic, group.schema));
            }
            ingester.changed();
            Map<Group, Long> ingestions = new HashMap<>();
            for (Group group : groups) {
                ingestions.put(group, first.ledger.open(PROJECT, group.id, 100, soon()));
            }
            for (long row = 0; row < 100; row++) {
                for (Group group : groups) {
                    group.send(java.util.Objects.requireNonNull(ingestions.get(group)), row);
                }
            }
            for (Group group : groups) {
                Eventually.holds(() -> assertThat(first.ledger.latest(PROJECT, group.id, soon()))
                        .extracting(Ingestion::rows)
                        .isEqualTo(Map.of(IngestStatus.UPSERTED, 100L)));
                group.close();
            }
        }
    }

    @Test
    void removedGroupIsNoLongerRead() {
        try (Group group = new Group("id", "bigint")) {
            OnlineIngester ingester = group.ingester(group.rows);
            long ingestion = group.open(2);
            group.send(ingestion, 1L);
            group.awaitDone(ingestion, 1);
            group.catalogue.remove(group.id);
            topics.deleteTopic(group.topic, soon());
            ingester.changed();
            Eventually.holds(() -> assertThat(group.metrics.prometheus()).contains("stream_ingest_partitions 0"));
            assertThat(ingester.trouble()).isNull();
        }
    }
}
