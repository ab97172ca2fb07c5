package io.hopyard.cluster;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Settings and certificates for a coordination server and its clients below one folder. */
final class TestCluster {
    static final String HOST = "127.0.23.1";
    private static final String PASSWORD = "secret123";
    private static final List<String> HOSTS =
            List.of(HOST, "127.0.47.1", "127.0.47.2", "127.0.47.3", "127.0.47.4", "127.0.47.5");

    private final Path folder;
    private final CertificateAuthority authority;

    TestCluster(Path folder) {
        this(folder, "authority");
    }

    TestCluster(Path folder, String authority) {
        this.folder = folder;
        this.authority = CertificateAuthority.open(folder.resolve(authority), Clock.systemUTC(), new SecureRandom());
    }

    StoreFiles certificate(String commonName) {
        Identity identity = authority.issue(commonName, HOSTS, Duration.ofDays(1));
        try {
            return StoreFiles.write(
                    folder.resolve(commonName.replace(':', '-')),
                    identity.keyStore(StoreFiles.TYPE, PASSWORD.toCharArray()),
                    identity.trustStore(StoreFiles.TYPE),
                    PASSWORD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServerSettings server(int port) {
        return ServerSettings.single(HOST, port, folder.resolve("zk"), certificate("node:server"));
    }

    EmbeddedZooKeeper start() {
        EmbeddedZooKeeper server = new EmbeddedZooKeeper(server(0), EmbeddedZooKeeper.Gates.OPEN);
        server.start();
        return server;
    }

    Coordination connect(EmbeddedZooKeeper server, String commonName) {
        Coordination coordination = connection(server, commonName, ConnectionSettings.CONNECT_TIMEOUT_DEFAULT);
        coordination.start();
        return coordination;
    }

    Coordination connection(EmbeddedZooKeeper server, String commonName, Duration connectTimeout) {
        return new Coordination(new ConnectionSettings(
                HOST + ":" + server.port(),
                certificate(commonName),
                ConnectionSettings.SESSION_TIMEOUT_DEFAULT,
                connectTimeout));
    }

    static Node node(String id, String name, String region) {
        SortedMap<String, String> addresses = new TreeMap<>();
        addresses.put("rest", HOST + ":8443");
        return new Node(id, name, region, "a", EnumSet.of(NodeRole.HEAD, NodeRole.DATA), addresses);
    }
}
