package io.hopyard.stream;

import io.hopyard.core.ingest.TopicAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker with a certificate authority of its own, and rights that tests hand out. */
final class TestLog implements AutoCloseable {
    static final String HOST = "127.0.22.1";
    private static final UUID CLUSTER = new UUID(22, 1);

    final TestAuthority authority;
    final Queue<String> faults = new ConcurrentLinkedQueue<>();
    final LogBroker broker;
    final int clientPort;

    private final Set<List<String>> writers = ConcurrentHashMap.newKeySet();

    private TestLog(TestAuthority authority, Path directory, List<Integer> ports) {
        this.authority = authority;
        this.clientPort = ports.get(0);
        this.broker = new LogBroker(
                BrokerSettings.single(
                        CLUSTER,
                        directory,
                        address(ports.get(0)),
                        address(ports.get(1)),
                        address(ports.get(2)),
                        authority.issue("CN=node:1,O=Hopyard", HOST)),
                LogAccess.ofTopics(new Rights()),
                faults::add);
    }

    static TestLog start(Path directory) {
        return start(new TestAuthority("test authority"), directory);
    }

    static TestLog start(TestAuthority authority, Path directory) {
        return start(authority, directory, freePorts());
    }

    static TestLog start(TestAuthority authority, Path directory, List<Integer> ports) {
        TestLog log = new TestLog(authority, directory, ports);
        log.broker.start();
        return log;
    }

    private final class Rights implements TopicAccess {
        @Override
        public boolean mayWrite(String principal, String topic) {
            return writers.contains(List.of(principal, topic));
        }

        @Override
        public boolean mayDescribe(String principal, String topic) {
            return mayWrite(principal, topic);
        }
    }

    void grant(String principal, String topic) {
        writers.add(List.of(principal, topic));
    }

    void revoke(String principal, String topic) {
        writers.remove(List.of(principal, topic));
    }

    LogConnection connection() {
        return broker.connection();
    }

    /** Settings of a client that comes in from outside with the certificate. */
    Map<String, Object> client(TlsMaterial tls) {
        Map<String, Object> properties = new HashMap<>(tls.properties());
        properties.put("bootstrap.servers", HOST + ":" + clientPort);
        properties.put("security.protocol", "SSL");
        properties.put("ssl.endpoint.identification.algorithm", "");
        properties.put("max.block.ms", 5_000);
        properties.put("request.timeout.ms", 5_000);
        properties.put("default.api.timeout.ms", 5_000);
        properties.put("delivery.timeout.ms", 10_000);
        properties.put("linger.ms", 0);
        return properties;
    }

    KafkaProducer<byte[], byte[]> producer(TlsMaterial tls) {
        return new KafkaProducer<>(client(tls), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A producer with the certificate of a member who may do what was granted. */
    KafkaProducer<byte[], byte[]> user(String principal) {
        return producer(authority.issue("CN=" + principal));
    }

    static BrokerSettings.Address address(int port) {
        return new BrokerSettings.Address(HOST, HOST, port);
    }

    static List<Integer> freePorts() {
        try (ServerSocket first = bound();
                ServerSocket second = bound();
                ServerSocket third = bound()) {
            return List.of(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket bound() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName(HOST));
    }

    static final Duration PATIENCE = Duration.ofSeconds(20);

    @Override
    public void close() {
        broker.close();
    }
}
