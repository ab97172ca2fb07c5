package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.ingest.TopicAccess;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers in this process: a log that one founded and that has grown. */
class LogQuorumTest {
    private static final String TOPIC = "1_5_g_1_onlinefs";

    @TempDir
    private Path folder;

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofMinutes(1));
    }

    private static LogBroker broker(BrokerSettings settings) {
        return new LogBroker(
                settings,
                LogAccess.ofTopics(new TopicAccess() {
                    @Override
                    public boolean mayWrite(String principal, String topic) {
                        return false;
                    }

                    @Override
                    public boolean mayDescribe(String principal, String topic) {
                        return false;
                    }
                }),
                reason -> {});
    }

    /** Together, as none of them is there before a majority is. */
    private static void start(List<LogBroker> brokers) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(brokers.size())) {
            List<Future<?>> starts = new ArrayList<>();
            brokers.forEach(broker -> starts.add(threads.submit(broker::start)));
            for (Future<?> start : starts) {
                start.get(120, TimeUnit.SECONDS);
            }
        }
    }

    private static void send(TestQuorum quorum, int size, String text) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = quorum.producer(size)) {
            producer.send(new ProducerRecord<>(TOPIC, text.getBytes(UTF_8))).get(60, TimeUnit.SECONDS);
        }
    }

    private static TopicDescription describe(Admin admin, String topic) {
        try {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(30, TimeUnit.SECONDS)
                    .get(topic));
        } catch (Exception e) { // the library's futures declare no narrower type
            throw new IllegalStateException(e);
        }
    }

    private static List<String> zones(TopicPartitionInfo part) {
        return part.replicas().stream().map(Node::rack).sorted().toList();
    }

    @Test
    void copiesLieInThreeZonesAndAnAcknowledgementNeedsTwo() throws Exception {
        TestQuorum quorum = new TestQuorum(folder, Duration.ofSeconds(6));
        LogBroker.found(quorum.settings(1, 3));
        List<LogBroker> brokers =
                List.of(broker(quorum.settings(1, 3)), broker(quorum.settings(2, 3)), broker(quorum.settings(3, 3)));
        try (KafkaFeatureLog topics = new KafkaFeatureLog(quorum.connection(3), 4, System::nanoTime, () -> {});
                Admin admin = quorum.admin(3)) {
            start(brokers);
            topics.createTopic(TOPIC, soon());
            assertThat(describe(admin, TOPIC).partitions())
                    .hasSize(4)
                    .allSatisfy(part -> assertThat(zones(part)).isEqualTo(TestQuorum.ZONES));
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
            assertThat(admin.describeConfigs(List.of(topic)).all().get(30, TimeUnit.SECONDS))
                    .extractingByKey(topic)
                    .satisfies(config -> assertThat(
                                    config.get("min.insync.replicas").value())
                            .isEqualTo("2"));
            Eventually.holds(() -> assertThat(voters(admin)).isEqualTo(3));
            send(quorum, 3, "kept");

            assertThat(admin.listConsumerGroupOffsets("nobody")
                            .partitionsToOffsetAndMetadata()
                            .get(30, TimeUnit.SECONDS))
                    .isEqualTo(Map.of());
            assertThat(describe(admin, "__consumer_offsets").partitions())
                    .allSatisfy(part -> assertThat(zones(part)).isEqualTo(TestQuorum.ZONES));
        } finally {
            brokers.forEach(LogBroker::close);
        }
    }

    private static int voters(Admin admin) {
        try {
            return admin.describeMetadataQuorum()
                    .quorumInfo()
                    .get(30, TimeUnit.SECONDS)
                    .voters()
                    .size();
        } catch (Exception e) { // the library's futures declare no narrower type
            throw new IllegalStateException(e);
        }
    }

    @Test
    void logOfOneBrokerGrowsToThreeWithAllRows() throws Exception {
        TestQuorum quorum = new TestQuorum(folder, Duration.ofSeconds(6));
        try (LogBroker alone = broker(quorum.settings(1, 1));
                KafkaFeatureLog topics = new KafkaFeatureLog(quorum.connection(1), 2, System::nanoTime, () -> {})) {
            alone.start();
            topics.createTopic(TOPIC, soon());
            send(quorum, 1, "from the first day");
        }
        List<LogBroker> brokers =
                List.of(broker(quorum.settings(1, 3)), broker(quorum.settings(2, 3)), broker(quorum.settings(3, 3)));
        try {
            start(brokers);
            try (LogCopies copies = new LogCopies(quorum.connection(3), quorum.settings(1, 3), System::nanoTime);
                    Admin admin = quorum.admin(3);
                    KafkaFeatureLog topics = new KafkaFeatureLog(quorum.connection(3), 2, System::nanoTime, () -> {})) {
                Eventually.holds(() -> assertThat(voters(admin)).isEqualTo(3));
                Eventually.holds(() -> assertThat(copies.step(soon())).isZero());
                assertThat(describe(admin, TOPIC).partitions()).allSatisfy(part -> {
                    assertThat(zones(part)).isEqualTo(TestQuorum.ZONES);
                    assertThat(part.isr()).hasSize(3);
                });
                send(quorum, 3, "from the second");
                brokers.getFirst().close();
                Eventually.holds(() -> assertThat(topics.endOffsets(TOPIC, soon()).stream()
                                .mapToLong(end -> end)
                                .sum())
                        .isEqualTo(2));
                send(quorum, 3, "with two of three");
            }
        } finally {
            brokers.forEach(LogBroker::close);
        }
    }
}
