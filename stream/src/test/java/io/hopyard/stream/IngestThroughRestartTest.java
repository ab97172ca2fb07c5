package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.ingest.IngestAssignment;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestThroughRestartTest {
    private static final String TOPIC = "1_5_g_1_onlinefs";

    private final OnlineSchema schema = new OnlineSchema(
            5, List.of(new OnlineColumn("id", FeatureType.parse("bigint"), null)), List.of(0), null, null);

    private static Deadline in(Duration time) {
        return Deadline.after(System::nanoTime, time);
    }

    private void send(TestLog log, long ingestion, long id) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = log.user("shop__alice")) {
            ProducerRecord<byte[], byte[]> row = new ProducerRecord<>(TOPIC, AvroRowsTest.row(schema, id));
            Map.of("projectId", 1L, "featureGroupId", 5L, "subjectId", 1L, "onlineIngestionId", ingestion)
                    .forEach((name, number) ->
                            row.headers().add(name, number.toString().getBytes(UTF_8)));
            producer.send(row).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void ingesterSaysThatTheLogIsGoneAndGoesOnWhenItIsBack(@TempDir Path directory) throws Exception {
        TestAuthority authority = new TestAuthority("test");
        List<Integer> ports = TestLog.freePorts();
        TestGroups groups = new TestGroups();
        groups.subject(1, AvroRowsTest.subject(schema));
        groups.put(TestGroups.online(1, 5, TOPIC, schema));
        IngestLedger ledger =
                new IngestLedger(new MemoryDatabase(), System::nanoTime, Clock.systemUTC(), new Random(1));
        long ingestion = ledger.open(1, 5, 2, in(TestLog.PATIENCE));
        TestLog log = TestLog.start(authority, directory, ports);
        IngesterSettings impatient = new IngesterSettings(
                100,
                Duration.ofMillis(100),
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                Duration.ofMillis(10),
                Duration.ofMillis(100));
        try (KafkaFeatureLog topics = new KafkaFeatureLog(log.connection(), 1, System::nanoTime, () -> {});
                OnlineIngester ingester = new OnlineIngester(
                        log.connection(),
                        impatient,
                        IngestAssignment.whole(),
                        groups,
                        groups,
                        new MemoryOnlineRows(Clock.systemUTC()),
                        ledger,
                        System::nanoTime,
                        Clock.systemUTC(),
                        new Random(2),
                        new Metrics())) {
            ingester.start();
            topics.createTopic(TOPIC, in(TestLog.PATIENCE));
            log.grant("shop__alice", TOPIC);
            send(log, ingestion, 1);
            awaitRows(ledger, ingestion, 1);

            log.close();
            Eventually.holds(() -> assertThat(ingester.trouble()).isNotNull());
            assertThat(catchThrowable(() -> topics.endOffsets(TOPIC, in(Duration.ofMillis(300)))))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            e -> assertThat(e.code()).isIn(ErrorCode.DEADLINE_EXCEEDED, ErrorCode.UNAVAILABLE));

            log = TestLog.start(authority, directory, ports);
            log.grant("shop__alice", TOPIC);
            send(log, ingestion, 2);
            awaitRows(ledger, ingestion, 2);
            Eventually.holds(() -> assertThat(ingester.trouble()).isNull());
        } finally {
            log.close();
        }
    }

    private static void awaitRows(IngestLedger ledger, long ingestion, long rows) {
        Eventually.holds(() -> assertThat(ledger.find(1, 5, ingestion, in(TestLog.PATIENCE)))
                .extracting(Ingestion::rows)
                .isEqualTo(Map.of(IngestStatus.UPSERTED, rows)));
    }
}
