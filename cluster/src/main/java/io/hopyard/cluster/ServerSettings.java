package io.hopyard.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of one coordination server.
 *
 * @param serverId of this server among {@code servers}
 * @param servers all servers of the quorum, this one among them; now exactly one
 * @param directory where its snapshots and its log lie
 * @param tls certificate of this node, its common name being {@code node:<name>}
 * @param tick half of the shortest session, a twentieth of the longest
 * @param connectionsMax of one address
 */
public record ServerSettings(
        int serverId, List<Server> servers, Path directory, StoreFiles tls, Duration tick, int connectionsMax) {
    public static final Duration TICK_DEFAULT = Duration.ofSeconds(2);
    public static final int CONNECTIONS_MAX_DEFAULT = 256;

    /**
     * A server of the quorum.
     *
     * @param host address that is bound
     * @param port where clients come in; 0 = any free one
     */
    public record Server(int id, String host, int port) {
        public Server {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("coordination port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    public ServerSettings {
        servers = List.copyOf(servers);
        int id = serverId;
        if (servers.size() != 1 || servers.stream().noneMatch(server -> server.id() == id)) {
            throw new IllegalArgumentException(
                    "coordination servers: " + servers + " (expected: exactly server " + serverId + ")");
        }
        if (tick.toMillis() < 100 || tick.toMillis() > 60_000) {
            throw new IllegalArgumentException("coordination tick: " + tick + " (expected: PT0.1S to PT1M)");
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connections: " + connectionsMax + " (expected: >= 1)");
        }
    }

    /** A server that is its own quorum. */
    public static ServerSettings single(String host, int port, Path directory, StoreFiles tls) {
        return new ServerSettings(
                1, List.of(new Server(1, host, port)), directory, tls, TICK_DEFAULT, CONNECTIONS_MAX_DEFAULT);
    }

    Server own() {
        return servers.stream()
                .filter(server -> server.id() == serverId)
                .findFirst()
                .orElseThrow();
    }
}
