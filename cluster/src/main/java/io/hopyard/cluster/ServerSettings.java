package io.hopyard.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Settings of one coordination server.
 *
 * @param serverId of this server among {@code servers}
 * @param servers all servers of the ensemble, this one among them, the same list on each of them; 1, 3 or 5 of them vote
 * @param directory where its snapshots and its log lie
 * @param tls certificate of this node, its common name being {@code node:<name>}
 * @param tick half of the shortest session; a server that the others did not hear for {@value #SYNC_TICKS} ticks is out
 * @param connectionsMax of one address
 */
public record ServerSettings(
        int serverId, List<Server> servers, Path directory, StoreFiles tls, Duration tick, int connectionsMax) {
    public static final Duration TICK_DEFAULT = Duration.ofMillis(500);
    public static final int CONNECTIONS_MAX_DEFAULT = 256;

    /** Ticks without a word after which a leader and a follower give each other up. */
    static final int SYNC_TICKS = 6;

    private static final Set<Integer> VOTERS = Set.of(1, 3, 5);

    /**
     * A server of the ensemble.
     *
     * @param id 1 to 255, never given to another server
     * @param host address that is bound
     */
    public record Server(int id, String host, Ports ports, Vote vote) {
        public Server {
            if (id < 1 || id > 255) {
                throw new IllegalArgumentException("coordination server: id " + id + " (expected: 1 to 255)");
            }
        }

        /** The only server of its ensemble, with any free ports where no other one will ever come. */
        public static Server alone(String host, int clientPort) {
            return new Server(1, host, new Ports(clientPort, 0, 0), Vote.VOTER);
        }

        Server at(Ports other) {
            return new Server(id, host, other, vote);
        }
    }

    /**
     * Ports of a server; 0 = any free one, for {@code quorum} and {@code election} only when the server is alone.
     *
     * @param client where nodes come in
     * @param quorum where followers come to their leader
     * @param election where servers elect
     */
    public record Ports(int client, int quorum, int election) {
        public Ports {
            for (int port : List.of(client, quorum, election)) {
                if (port < 0 || port > 65_535) {
                    throw new IllegalArgumentException("coordination port: " + port + " (expected: 0 to 65535)");
                }
            }
            List<Integer> fixed = IntStream.of(client, quorum, election)
                    .filter(port -> port != 0)
                    .boxed()
                    .toList();
            if (new HashSet<>(fixed).size() != fixed.size()) {
                throw new IllegalArgumentException("coordination ports: client " + client + ", quorum " + quorum
                        + ", election " + election + " (expected: each another one)");
            }
        }
    }

    /** Whether a server counts for the majority. */
    public enum Vote {
        VOTER,
        /** Has all data but no say: what a head is that is about to become a voter. */
        OBSERVER
    }

    public ServerSettings {
        servers = List.copyOf(servers);
        int id = serverId;
        if (servers.stream().noneMatch(server -> server.id() == id)) {
            throw new IllegalArgumentException(
                    "coordination servers: " + servers + " (expected: server " + serverId + " among them)");
        }
        if (servers.stream().map(Server::id).distinct().count() != servers.size()) {
            throw new IllegalArgumentException("coordination servers: " + servers + " (expected: each id once)");
        }
        long voters =
                servers.stream().filter(server -> server.vote() == Vote.VOTER).count();
        if (!VOTERS.contains((int) voters)) {
            throw new IllegalArgumentException("coordination servers that vote: " + voters
                    + " (expected: 1, 3 or 5; an even number survives no more failures than one less)");
        }
        if (servers.size() > 1) {
            servers.forEach(ServerSettings::checkReachable);
        }
        if (tick.toMillis() < 100 || tick.toMillis() > 60_000) {
            throw new IllegalArgumentException("coordination tick: " + tick + " (expected: PT0.1S to PT1M)");
        }
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connections: " + connectionsMax + " (expected: >= 1)");
        }
    }

    private static void checkReachable(Server server) {
        Ports ports = server.ports();
        if (ports.quorum() == 0 || ports.election() == 0) {
            throw new IllegalArgumentException(
                    "ports of coordination server " + server.id() + ": quorum " + ports.quorum() + ", election "
                            + ports.election() + " (expected: 1 to 65535, as others come there)");
        }
    }

    /** A server that is its own quorum. */
    public static ServerSettings single(String host, int port, Path directory, StoreFiles tls) {
        return new ServerSettings(
                1, List.of(Server.alone(host, port)), directory, tls, TICK_DEFAULT, CONNECTIONS_MAX_DEFAULT);
    }

    /** With this server in place of the one with its id. */
    ServerSettings with(Server changed) {
        return new ServerSettings(
                serverId,
                servers.stream()
                        .map(server -> server.id() == changed.id() ? changed : server)
                        .toList(),
                directory,
                tls,
                tick,
                connectionsMax);
    }

    boolean alone() {
        return servers.size() == 1;
    }

    Server own() {
        return servers.stream()
                .filter(server -> server.id() == serverId)
                .findFirst()
                .orElseThrow();
    }
}
