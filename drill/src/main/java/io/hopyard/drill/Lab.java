package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.store.remote.ClientSettings;
import io.hopyard.store.remote.DataClient;
import io.hopyard.store.remote.NodeTls;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A cluster of processes on which one drill after the other is run, and what they share: clients of its pairs and who starts
 * ended nodes again. Not thread safe, except {@link #rows} and {@link #copy}.
 */
final class Lab implements AutoCloseable {
    private static final int DOOR_PORT = 7700;
    private static final Duration READY_MAX = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(100);
    /** Between two starts of a node that ends again and again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int STARTS_MAX = 10;

    private final LocalCluster cluster;
    private final Ground ground;
    private final Consumer<String> progress;
    private final Ticker ticker = System::nanoTime;
    private final NodeTls tls;
    private final ClusterRows rows;
    private final Map<String, Integer> starts = new HashMap<>();
    private final Map<String, Long> startedAtNanos = new HashMap<>();
    private int rounds;

    /** @param cluster that has started; it is not closed with this */
    Lab(LocalCluster cluster, Ground ground, Consumer<String> progress) {
        this.cluster = cluster;
        this.ground = ground;
        this.progress = progress;
        Path identity = with(NodeRole.BROKER).getFirst().data().resolve("identity");
        Identity node = IdentityFiles.find(identity, "node", new SecureRandom());
        if (node == null) {
            throw new IllegalArgumentException("identity: none in " + identity + " (expected: that of a node)");
        }
        this.tls = NodeTls.ofClient(node.sslContext());
        this.rows = new ClusterRows(this::pairs, tls, ticker);
    }

    /** Data nodes are pairs in the order in which the cluster has them. */
    private List<List<LocalNode>> pairs() {
        List<LocalNode> nodes =
                with(NodeRole.DATA).stream().map(NodeProcess::node).toList();
        List<List<LocalNode>> pairs = new ArrayList<>();
        for (int first = 0; first < nodes.size(); first += 2) {
            pairs.add(nodes.subList(first, Math.min(first + 2, nodes.size())));
        }
        return pairs;
    }

    LocalCluster cluster() {
        return cluster;
    }

    Ground ground() {
        return ground;
    }

    Ticker ticker() {
        return ticker;
    }

    void say(String line) {
        progress.accept(line);
    }

    List<NodeProcess> with(NodeRole role) {
        return cluster.processes().stream()
                .filter(process -> process.node().is(role))
                .toList();
    }

    /** Rows of all pairs, as brokers and workers reach them. */
    OnlineRows rows() {
        return rows.router();
    }

    /** Each of the two copies of all rows by itself, by the names of its data nodes; to be closed. */
    Map<String, ClusterRows> copies() {
        Map<String, ClusterRows> copies = new LinkedHashMap<>();
        for (int side = 0; side < 2; side++) {
            int which = side;
            List<List<LocalNode>> copy =
                    pairs().stream().map(pair -> List.of(pair.get(which))).toList();
            String names = copy.stream().map(nodes -> nodes.getFirst().name()).collect(Collectors.joining("+"));
            copies.put(names, new ClusterRows(() -> copy, tls, ticker));
        }
        return copies;
    }

    /** One data node alone. */
    DataClient copy(LocalNode node) {
        return new DataClient(
                new DataClient.Target(node.name(), node.address(), DOOR_PORT), tls, ClientSettings.DEFAULT, ticker);
    }

    /** The number of the round that begins now, from 0. */
    int nextRound() {
        starts.clear();
        return rounds++;
    }

    /** Starts ended nodes again, as a service manager does; a node that ends again and again is left alone in the end. */
    void startEnded() {
        for (NodeProcess process : cluster.processes()) {
            String name = process.node().name();
            long now = ticker.nanos();
            if (!process.alive()
                    && starts.getOrDefault(name, 0) < STARTS_MAX
                    && now - startedAtNanos.getOrDefault(name, now - PAUSE.toNanos()) >= PAUSE.toNanos()) {
                starts.merge(name, 1, Integer::sum);
                startedAtNanos.put(name, now);
                cluster.start(process);
            }
        }
    }

    /** Starts ended nodes again until all are ready; false when that takes too long. */
    boolean awaitReady() {
        long end = ticker.nanos() + READY_MAX.toNanos();
        while (ticker.nanos() - end < 0) {
            startEnded();
            if (cluster.processes().stream().allMatch(NodeProcess::ready)) {
                return true;
            }
            pause(LOOK);
        }
        return false;
    }

    /** Starts ended nodes again for that time. */
    void keepAlive(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        while (ticker.nanos() - end < 0) {
            startEnded();
            pause(LOOK);
        }
    }

    void pause(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - ticker.nanos()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        rows.close();
    }
}
