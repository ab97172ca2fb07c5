package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers in processes of their own, killed while rows are written. */
class LogQuorumKillTest {
    private static final String TOPIC = "1_5_g_1_onlinefs";
    private static final int PARTITIONS = 3;
    /** Starved machines take long; a quiet one is far below. */
    private static final Duration GAP_MAX = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofMinutes(2));
    }

    /** Writes numbered rows without end, some on the way at a time, and remembers which were acknowledged, and when. */
    private static final class Writer implements AutoCloseable {
        private static final int ON_THE_WAY_MAX = 50;

        private final KafkaProducer<byte[], byte[]> producer;
        private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        private final Semaphore free = new Semaphore(ON_THE_WAY_MAX);
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
        private final AtomicLong gapNanos = new AtomicLong();
        private final Thread thread;

        Writer(KafkaProducer<byte[], byte[]> producer) {
            this.producer = producer;
            this.thread = Thread.ofPlatform().name("writer").start(this::write);
        }

        private void write() {
            for (long number = 0; !stop.get(); number++) {
                free.acquireUninterruptibly();
                long row = number;
                byte[] bytes = Long.toString(row).getBytes(UTF_8);
                var sent = producer.send(
                        new ProducerRecord<>(TOPIC, (int) (row % PARTITIONS), null, bytes), (where, failure) -> {
                            free.release();
                            if (failure == null) {
                                acknowledged(row);
                            }
                        });
                assertThat(sent).isNotNull();
            }
        }

        private void acknowledged(long row) {
            acknowledged.add(row);
            long now = System.nanoTime();
            gapNanos.accumulateAndGet(now - lastNanos.getAndSet(now), Math::max);
        }

        int count() {
            return acknowledged.size();
        }

        Duration longestGap() {
            return Duration.ofNanos(gapNanos.get());
        }

        @Override
        public void close() {
            stop.set(true);
            free.release(ON_THE_WAY_MAX);
            try {
                assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            producer.close(Duration.ofMinutes(1));
        }
    }

    private static Set<Long> readAll(TestQuorum quorum) {
        Map<String, Object> properties = quorum.connection(3).properties("reader");
        Set<Long> rows = new HashSet<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> parts = new ArrayList<>();
            for (int part = 0; part < PARTITIONS; part++) {
                parts.add(new TopicPartition(TOPIC, part));
            }
            consumer.assign(parts);
            consumer.seekToBeginning(parts);
            Map<TopicPartition, Long> ends = consumer.endOffsets(parts, Duration.ofSeconds(30));
            while (parts.stream()
                    .anyMatch(part -> consumer.position(part, Duration.ofSeconds(30)) < ends.getOrDefault(part, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    rows.add(Long.parseLong(new String(record.value(), UTF_8)));
                }
            }
        }
        return rows;
    }

    private static int activeController(Admin admin) throws Exception {
        return admin.describeMetadataQuorum()
                .quorumInfo()
                .get(30, TimeUnit.SECONDS)
                .leaderId();
    }

    private static void awaitVoters(Admin admin) {
        Eventually.holds(Duration.ofSeconds(90), () -> {
            try {
                assertThat(admin.describeMetadataQuorum()
                                .quorumInfo()
                                .get(10, TimeUnit.SECONDS)
                                .voters())
                        .hasSize(3);
            } catch (Exception e) { // the library's futures declare no narrower type
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void noAcknowledgedRowIsLostWhenTheControllerIsKilledAndThenAnotherBroker() throws Exception {
        TestQuorum quorum = new TestQuorum(folder, BrokerSettings.SESSION_TIMEOUT_DEFAULT);
        LogBroker.found(quorum.settings(1, 3));
        List<BrokerProcess> brokers = new ArrayList<>();
        try (Admin admin = quorum.admin(3);
                KafkaFeatureLog topics =
                        new KafkaFeatureLog(quorum.connection(3), PARTITIONS, System::nanoTime, () -> {})) {
            for (int id = 1; id <= 3; id++) {
                brokers.add(BrokerProcess.start(quorum.settings(id, 3)));
            }
            awaitVoters(admin);
            Eventually.holds(Duration.ofSeconds(90), () -> topics.createTopic(TOPIC, soon()));
            Set<Long> acknowledged;
            Duration gap;
            try (Writer writer = new Writer(quorum.producer(3))) {
                Eventually.holds(() -> assertThat(writer.count()).isGreaterThan(1_000));
                int killed = activeController(admin);
                brokers.get(killed - 1).kill();
                goesOn(writer);
                gap = writer.longestGap();
                brokers.set(killed - 1, BrokerProcess.start(quorum.settings(killed, 3)));
                awaitCopies(admin);
                int second = killed % 3 + 1;
                brokers.get(second - 1).kill();
                goesOn(writer);
                acknowledged = writer.acknowledged;
            }
            assertThat(gap).isLessThan(GAP_MAX);
            assertThat(readAll(quorum)).containsAll(acknowledged);
        } finally {
            brokers.forEach(BrokerProcess::close);
        }
    }

    private static void goesOn(Writer writer) {
        int before = writer.count();
        Eventually.holds(Duration.ofMinutes(1), () -> assertThat(writer.count()).isGreaterThan(before + 1_000));
    }

    private static void awaitCopies(Admin admin) {
        Eventually.holds(Duration.ofSeconds(90), () -> {
            try {
                assertThat(admin.describeTopics(List.of(TOPIC))
                                .allTopicNames()
                                .get(10, TimeUnit.SECONDS)
                                .values())
                        .allSatisfy(topic -> assertThat(topic.partitions())
                                .allSatisfy(part -> assertThat(part.isr()).hasSize(3)));
            } catch (Exception e) { // the library's futures declare no narrower type
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void nothingIsAcknowledgedByOneOfThree() throws Exception {
        TestQuorum quorum = new TestQuorum(folder, BrokerSettings.SESSION_TIMEOUT_DEFAULT);
        LogBroker.found(quorum.settings(1, 3));
        List<BrokerProcess> brokers = new ArrayList<>();
        try (Admin admin = quorum.admin(3);
                KafkaFeatureLog topics =
                        new KafkaFeatureLog(quorum.connection(3), PARTITIONS, System::nanoTime, () -> {})) {
            for (int id = 1; id <= 3; id++) {
                brokers.add(BrokerProcess.start(quorum.settings(id, 3)));
            }
            awaitVoters(admin);
            Eventually.holds(Duration.ofSeconds(90), () -> topics.createTopic(TOPIC, soon()));
            try (Writer writer = new Writer(quorum.producer(3))) {
                Eventually.holds(() -> assertThat(writer.count()).isGreaterThan(100));
                brokers.get(0).kill();
                brokers.get(1).kill();
                int before = writer.count();
                // Answers that were on their way when the second broker died may still come.
                Eventually.holds(
                        Duration.ofSeconds(10),
                        () -> assertThat(System.nanoTime() - writer.lastNanos.get())
                                .isGreaterThan(4_000_000_000L));
                assertThat(writer.count() - before).isLessThanOrEqualTo(Writer.ON_THE_WAY_MAX);
                brokers.set(0, BrokerProcess.start(quorum.settings(1, 3)));
                goesOn(writer);
            }
        } finally {
            brokers.forEach(BrokerProcess::close);
        }
    }
}
