package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogBrokerTest {
    private TestLog log;
    private KafkaFeatureLog topics;

    @SuppressWarnings("NullAway.Init")
    LogBrokerTest() {}

    @BeforeAll
    void start(@TempDir Path directory) {
        log = TestLog.start(directory.resolve("log"));
        topics = new KafkaFeatureLog(log.connection(), 2, System::nanoTime, () -> {});
    }

    @AfterAll
    void stop() {
        topics.close();
        log.close();
        assertThat(log.faults).isEmpty();
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, TestLog.PATIENCE);
    }

    private static ProducerRecord<byte[], byte[]> row(String topic) {
        return new ProducerRecord<>(topic, "1".getBytes(UTF_8), "row".getBytes(UTF_8));
    }

    private static long send(KafkaProducer<byte[], byte[]> producer, String topic) throws Exception {
        return producer.send(row(topic)).get(20, TimeUnit.SECONDS).offset();
    }

    private static @Nullable Throwable refusal(KafkaProducer<byte[], byte[]> producer, String topic) {
        Throwable thrown = catchThrowable(() -> send(producer, topic));
        return thrown instanceof ExecutionException ? thrown.getCause() : thrown;
    }

    @Test
    void memberWritesToATopicOfItsProject() throws Exception {
        topics.createTopic("1_1_a_1_onlinefs", soon());
        log.grant("shop__alice", "1_1_a_1_onlinefs");

        try (KafkaProducer<byte[], byte[]> alice = log.user("shop__alice")) {
            assertThat(send(alice, "1_1_a_1_onlinefs")).isZero();
        }
        assertThat(topics.endOffsets("1_1_a_1_onlinefs", soon())).containsExactlyInAnyOrder(0L, 1L);
    }

    @Test
    void memberWritesWithKeyStoreFilesToo(@TempDir Path directory) throws Exception {
        topics.createTopic("1_2_a_1_onlinefs", soon());
        log.grant("shop__alice", "1_2_a_1_onlinefs");
        TlsMaterial.Stores files = log.authority.issueStores("CN=shop__alice", directory);

        try (KafkaProducer<byte[], byte[]> alice = log.producer(files)) {
            assertThat(send(alice, "1_2_a_1_onlinefs")).isZero();
        }
    }

    @Test
    void secretsOfTlsMaterialAreNotShown() {
        TlsMaterial.Pem pem = log.authority.issue("CN=shop__alice");

        assertThat(pem.toString()).doesNotContain("BEGIN").contains("privateKey=***");
        assertThat(new TlsMaterial.Stores(Path.of("k"), Path.of("t"), "hush", "JKS").toString())
                .isEqualTo("Stores[keyStore=k, trustStore=t, password=***]");
    }

    @Test
    void strangerIsRefusedAndNothingIsWritten() {
        topics.createTopic("2_1_b_1_onlinefs", soon());
        log.grant("shop__alice", "2_1_b_1_onlinefs");

        try (KafkaProducer<byte[], byte[]> mallory = log.user("other__mallory")) {
            assertThat(refusal(mallory, "2_1_b_1_onlinefs")).isInstanceOf(TopicAuthorizationException.class);
        }
        assertThat(topics.endOffsets("2_1_b_1_onlinefs", soon())).containsExactly(0L, 0L);
    }

    @Test
    void revokedRightEndsTheNextWriteOfAnOpenProducer() throws Exception {
        topics.createTopic("2_2_c_1_onlinefs", soon());
        log.grant("shop__bob", "2_2_c_1_onlinefs");

        try (KafkaProducer<byte[], byte[]> bob = log.user("shop__bob")) {
            send(bob, "2_2_c_1_onlinefs");
            log.revoke("shop__bob", "2_2_c_1_onlinefs");

            assertThat(refusal(bob, "2_2_c_1_onlinefs")).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void topicsOfOtherProjectsAreHiddenAndOffsetsOfOwnOnesAreShown() {
        topics.createTopic("3_1_mine_1_onlinefs", soon());
        topics.createTopic("4_1_theirs_1_onlinefs", soon());
        log.grant("shop__carol", "3_1_mine_1_onlinefs");
        Map<String, Object> settings = log.client(log.authority.issue("CN=shop__carol"));
        settings.put("group.id", "hsfs_consumer_group");

        try (KafkaConsumer<byte[], byte[]> carol =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<String, List<PartitionInfo>> seen = carol.listTopics(Duration.ofSeconds(10));
            TopicPartition mine = new TopicPartition("3_1_mine_1_onlinefs", 0);

            assertThat(seen).containsOnlyKeys("3_1_mine_1_onlinefs");
            assertThat(carol.endOffsets(Set.of(mine), Duration.ofSeconds(10))).containsEntry(mine, 0L);
            carol.assign(Set.of(mine));
            carol.seek(mine, 0);
            assertThatThrownBy(() -> carol.poll(Duration.ofSeconds(10)))
                    .as("reading rows")
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void userCannotAdministerTheLog() {
        topics.createTopic("5_1_d_1_onlinefs", soon());
        log.grant("shop__dave", "5_1_d_1_onlinefs");

        try (Admin dave = Admin.create(log.client(log.authority.issue("CN=shop__dave")))) {
            NewTopic own = new NewTopic("5_2_e_1_onlinefs", 1, (short) 1);
            assertThatThrownBy(() -> dave.createTopics(List.of(own)).all().get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() ->
                            dave.deleteTopics(List.of("5_1_d_1_onlinefs")).all().get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
        assertThat(topics.endOffsets("5_1_d_1_onlinefs", soon())).hasSize(2);
    }

    @Test
    void userCertificateIsNoPassOnTheInternalListener() {
        topics.createTopic("6_1_f_1_onlinefs", soon());
        log.grant("shop__erin", "6_1_f_1_onlinefs");
        Map<String, Object> settings = log.client(log.authority.issue("CN=shop__erin"));
        settings.put("bootstrap.servers", log.connection().bootstrapServers());

        try (KafkaProducer<byte[], byte[]> erin = new KafkaProducer<>(
                settings,
                new org.apache.kafka.common.serialization.ByteArraySerializer(),
                new org.apache.kafka.common.serialization.ByteArraySerializer())) {
            assertThat(refusal(erin, "6_1_f_1_onlinefs")).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused() {
        TlsMaterial.Pem foreign = new TestAuthority("foreign").issue("CN=node:1");
        TlsMaterial.Pem trusting =
                new TlsMaterial.Pem(foreign.certificateChain(), foreign.privateKey(), log.authority.trusted());

        try (KafkaProducer<byte[], byte[]> stranger = log.producer(trusting)) {
            assertThat(refusal(stranger, "1_1_a_1_onlinefs"))
                    .isInstanceOfAny(SslAuthenticationException.class, TimeoutException.class);
        }
    }

    @Test
    void clientWithoutCertificateIsRefused() {
        Map<String, Object> settings = log.client(new TlsMaterial.Pem("", "", ""));
        settings.keySet().removeIf(key -> key.startsWith("ssl.keystore") || key.startsWith("ssl.truststore"));
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", log.authority.trusted());

        try (KafkaProducer<byte[], byte[]> nobody = new KafkaProducer<>(
                settings,
                new org.apache.kafka.common.serialization.ByteArraySerializer(),
                new org.apache.kafka.common.serialization.ByteArraySerializer())) {
            assertThat(refusal(nobody, "1_1_a_1_onlinefs"))
                    .isInstanceOfAny(SslAuthenticationException.class, TimeoutException.class);
        }
    }

    @Test
    void certificateWithTwoCommonNamesIsNobody() {
        topics.createTopic("7_1_g_1_onlinefs", soon());
        log.grant("shop__frank", "7_1_g_1_onlinefs");

        try (KafkaProducer<byte[], byte[]> frank = log.producer(log.authority.issue("CN=node:1,OU=x,CN=shop__frank"))) {
            assertThat(refusal(frank, "7_1_g_1_onlinefs")).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void topicsAreMadeAndRemovedOnceHoweverOftenAsked() {
        topics.createTopic("8_1_h_1_onlinefs", soon());
        topics.createTopic("8_1_h_1_onlinefs", soon());
        assertThat(topics.endOffsets("8_1_h_1_onlinefs", soon())).containsExactly(0L, 0L);

        topics.deleteTopic("8_1_h_1_onlinefs", soon());
        topics.deleteTopic("8_1_h_1_onlinefs", soon());
        Eventually.holds(() -> assertThatThrownBy(() -> topics.endOffsets("8_1_h_1_onlinefs", soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOPIC_NOT_FOUND))
                .hasMessage("topic: '8_1_h_1_onlinefs' (expected: one that was created)"));
    }

    @Test
    void badTopicNameIsTheCallersFault() {
        assertThatThrownBy(() -> topics.createTopic("no topic", soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageStartingWith("topic: 'no topic'");
    }

    @Test
    void passedDeadlineIsATypedFailure() {
        assertThatThrownBy(() -> topics.createTopic("9_1_i_1_onlinefs", new Deadline(System.nanoTime() - 1)))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
    }

    @Test
    void engineThatWantsToEndTheProcessReachesTheFaultHandlerInstead() {
        assertThatThrownBy(() -> Exit.exit(1, "disk is gone"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the log engine asked for exit 1: disk is gone");
        assertThatThrownBy(() -> Exit.halt(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the log engine asked for halt 2");
        assertThat(log.faults)
                .containsExactly("the log engine asked for exit 1: disk is gone", "the log engine asked for halt 2");
        log.faults.clear();
    }
}
