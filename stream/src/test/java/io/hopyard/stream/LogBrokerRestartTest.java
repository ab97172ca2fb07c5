package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBrokerRestartTest {
    private static final String TOPIC = "1_1_a_1_onlinefs";

    @TempDir
    Path directory;

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, TestLog.PATIENCE);
    }

    @Test
    void restartedBrokerHasItsRowsOnOtherPortsAndLeavesNoThreadsBehind() throws Exception {
        TestAuthority authority = new TestAuthority("test");
        Set<String> before = threads();
        try (TestLog log = TestLog.start(authority, directory);
                KafkaFeatureLog topics = new KafkaFeatureLog(log.connection(), 1, System::nanoTime, () -> {});
                KafkaProducer<byte[], byte[]> alice = log.user("shop__alice")) {
            topics.createTopic(TOPIC, soon());
            log.grant("shop__alice", TOPIC);
            alice.send(new ProducerRecord<>(TOPIC, "row".getBytes(UTF_8))).get(20, TimeUnit.SECONDS);
        }

        try (TestLog log = TestLog.start(authority, directory);
                KafkaFeatureLog topics = new KafkaFeatureLog(log.connection(), 1, System::nanoTime, () -> {})) {
            assertThat(topics.endOffsets(TOPIC, soon())).containsExactly(1L);
        }
        Eventually.holds(() -> assertThat(threads()).isSubsetOf(before));
    }

    /** The engine's meters tick in two daemon threads of the process that belong to no broker. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("metrics-meter-tick-thread") && !name.startsWith("ForkJoinPool"))
                .collect(Collectors.toSet());
    }

    @Test
    void takenPortStopsTheStartWithATypedFailureAndEverythingIsClosed() throws Exception {
        TestAuthority authority = new TestAuthority("test");
        Set<String> before = threads();
        List<Integer> ports = TestLog.freePorts();
        try (ServerSocket taken = new ServerSocket(ports.get(0), 1, InetAddress.getByName(TestLog.HOST))) {
            LogBroker broker = new LogBroker(
                    BrokerSettings.single(
                            new UUID(1, 1),
                            directory,
                            TestLog.address(taken.getLocalPort()),
                            TestLog.address(ports.get(1)),
                            TestLog.address(ports.get(2)),
                            authority.issue("CN=node:1", TestLog.HOST)),
                    LogAccess.ofTopics(new NoAccess()),
                    reason -> {});

            assertThatThrownBy(broker::start)
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .hasMessageStartingWith("log broker 1 does not start: ");
            broker.close();
        }
        Eventually.holds(() -> assertThat(threads()).isSubsetOf(before));
    }

    private static final class NoAccess implements io.hopyard.core.ingest.TopicAccess {
        @Override
        public boolean mayWrite(String principal, String topic) {
            return false;
        }

        @Override
        public boolean mayDescribe(String principal, String topic) {
            return false;
        }
    }

    @Test
    void wrongSettingsAreAllReportedTogether() {
        BrokerSettings.Address same = TestLog.address(1);
        assertThatThrownBy(() -> new BrokerSettings(
                        0,
                        new UUID(1, 1),
                        directory,
                        same,
                        same,
                        TestLog.address(70_000),
                        List.of(),
                        "",
                        new TlsMaterial.Pem("", "", ""),
                        BrokerSettings.RETENTION_DEFAULT,
                        BrokerSettings.SESSION_TIMEOUT_DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node id: 0")
                .hasMessageContaining("port of a listener: 1 ")
                .hasMessageContaining("port of a listener: 70000")
                .hasMessageContaining("quorum: []")
                .hasMessageContaining("members of the log's quorum: 0 (expected: 1, 3 or 5")
                .hasMessageContaining("zone: ''");
    }
}
