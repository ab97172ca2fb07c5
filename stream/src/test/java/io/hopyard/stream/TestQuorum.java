package io.hopyard.stream;

import io.hopyard.stream.BrokerSettings.Address;
import io.hopyard.stream.BrokerSettings.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Settings of three brokers in three zones, and clients with a node's certificate. */
final class TestQuorum {
    static final List<String> ZONES = List.of("a", "b", "c");
    private static final String HOSTS = "127.0.48.";
    private static final UUID CLUSTER = new UUID(48, 1);

    private final TestAuthority authority = new TestAuthority("quorum");
    private final Path folder;
    private final Duration sessionTimeout;
    private final List<List<Address>> addresses = new ArrayList<>();

    TestQuorum(Path folder, Duration sessionTimeout) throws IOException {
        this.folder = folder;
        this.sessionTimeout = sessionTimeout;
        for (int id = 1; id <= 3; id++) {
            addresses.add(freeAddresses(HOSTS + id));
        }
    }

    private static List<Address> freeAddresses(String host) throws IOException {
        InetAddress bind = InetAddress.getByName(host);
        try (ServerSocket client = new ServerSocket(0, 1, bind);
                ServerSocket internal = new ServerSocket(0, 1, bind);
                ServerSocket controller = new ServerSocket(0, 1, bind)) {
            return List.of(
                    new Address(host, host, client.getLocalPort()),
                    new Address(host, host, internal.getLocalPort()),
                    new Address(host, host, controller.getLocalPort()));
        }
    }

    /** Of one broker while the log has that many. */
    BrokerSettings settings(int id, int size) {
        List<Address> own = addresses.get(id - 1);
        List<Member> members = new ArrayList<>();
        for (int member = 1; member <= size; member++) {
            Address controller = addresses.get(member - 1).get(2);
            members.add(new Member(member, controller.advertised(), controller.port()));
        }
        return new BrokerSettings(
                id,
                CLUSTER,
                folder.resolve("log-" + id),
                own.get(0),
                own.get(1),
                own.get(2),
                members,
                ZONES.get(id - 1),
                authority.issue("CN=node:head-" + id, HOSTS + id),
                BrokerSettings.RETENTION_DEFAULT,
                sessionTimeout);
    }

    LogConnection connection(int size) {
        return new LogConnection(
                addresses.subList(0, size).stream()
                        .map(own -> own.get(1).advertised() + ":" + own.get(1).port())
                        .collect(Collectors.joining(",")),
                authority.issue("CN=node:client", HOSTS + 9));
    }

    Admin admin(int size) {
        return Admin.create(connection(size).properties("test"));
    }

    KafkaProducer<byte[], byte[]> producer(int size) {
        Map<String, Object> properties = new HashMap<>(connection(size).properties("test"));
        properties.put("acks", "all");
        properties.put("request.timeout.ms", 2_000);
        properties.put("delivery.timeout.ms", 60_000);
        properties.put("max.block.ms", 60_000);
        properties.put("linger.ms", 0);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
