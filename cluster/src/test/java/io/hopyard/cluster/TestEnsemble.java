package io.hopyard.cluster;

import io.hopyard.cluster.ServerSettings.Ports;
import io.hopyard.cluster.ServerSettings.Server;
import io.hopyard.cluster.ServerSettings.Vote;
import io.hopyard.testkit.wait.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Coordination servers of one ensemble in this process, each at an address of its own. */
final class TestEnsemble implements AutoCloseable {
    private final Path folder;
    private final TestCluster cluster;
    private final List<Server> servers;
    private final Map<Integer, EmbeddedZooKeeper> running = new TreeMap<>();

    private TestEnsemble(Path folder, List<Server> servers) {
        this.folder = folder;
        this.cluster = new TestCluster(folder);
        this.servers = servers;
    }

    /** A new ensemble with all of its servers started; waits for its majority. */
    static TestEnsemble start(Path folder, int size) throws IOException {
        TestEnsemble ensemble = new TestEnsemble(folder, servers(size));
        for (Server server : ensemble.servers) {
            EmbeddedZooKeeper.found(ensemble.directory(server.id()));
            ensemble.start(server.id());
        }
        ensemble.awaitAll();
        return ensemble;
    }

    static List<Server> servers(int size) throws IOException {
        List<Server> servers = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            servers.add(new Server(id, host(id), freePorts(host(id)), Vote.VOTER));
        }
        return servers;
    }

    private static String host(int id) {
        return "127.0.47." + id;
    }

    private static Ports freePorts(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        try (ServerSocket client = new ServerSocket(0, 1, address);
                ServerSocket quorum = new ServerSocket(0, 1, address);
                ServerSocket election = new ServerSocket(0, 1, address)) {
            return new Ports(client.getLocalPort(), quorum.getLocalPort(), election.getLocalPort());
        }
    }

    Path directory(int id) {
        return folder.resolve("server-" + id);
    }

    ServerSettings settings(int id, List<Server> all) {
        return new ServerSettings(
                id,
                all,
                directory(id),
                cluster.certificate("node:head-" + id),
                ServerSettings.TICK_DEFAULT,
                ServerSettings.CONNECTIONS_MAX_DEFAULT);
    }

    List<Server> servers() {
        return servers;
    }

    TestCluster cluster() {
        return cluster;
    }

    EmbeddedZooKeeper start(int id) {
        return start(settings(id, servers));
    }

    EmbeddedZooKeeper start(ServerSettings settings) {
        EmbeddedZooKeeper server = new EmbeddedZooKeeper(settings, EmbeddedZooKeeper.Gates.OPEN);
        server.start();
        running.put(settings.serverId(), server);
        return server;
    }

    /** Ends a server as abruptly as its engine can: nobody is told, sockets are closed. */
    void kill(int id) {
        EmbeddedZooKeeper server = running.remove(id);
        if (server != null) {
            server.close();
        }
    }

    /** The disk of a killed server is empty when it starts again. */
    void loseDisk(int id) throws IOException {
        try (Stream<Path> files = Files.walk(directory(id))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    EmbeddedZooKeeper server(int id) {
        EmbeddedZooKeeper server = running.get(id);
        if (server == null) {
            throw new IllegalStateException("server " + id + " does not run");
        }
        return server;
    }

    void awaitAll() {
        Eventually.holds(() -> {
            if (!running.values().stream().allMatch(EmbeddedZooKeeper::serves)) {
                throw new AssertionError("not every server serves: " + running.keySet());
            }
        });
    }

    int leader() {
        return running.entrySet().stream()
                .filter(server -> server.getValue().leads())
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    int follower() {
        return running.entrySet().stream()
                .filter(server -> !server.getValue().leads())
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Connected to all servers. */
    Coordination connect(String commonName) {
        return connect(commonName, servers);
    }

    Coordination connect(String commonName, List<Server> to) {
        String all = to.stream()
                .map(server -> server.host() + ":" + server.ports().client())
                .collect(Collectors.joining(","));
        Coordination coordination = new Coordination(new ConnectionSettings(
                all,
                cluster.certificate(commonName),
                ConnectionSettings.SESSION_TIMEOUT_DEFAULT,
                Duration.ofSeconds(20)));
        coordination.start();
        return coordination;
    }

    @Override
    public void close() {
        List.copyOf(running.keySet()).forEach(this::kill);
    }
}
