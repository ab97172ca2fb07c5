package io.hopyard.server.local;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A cluster of processes on one machine. A node whose directory has been used before comes back with what it had; a new one
 * joins. Not thread safe, except that {@link #processes} may be asked for while the cluster runs.
 */
public final class LocalCluster implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final Duration PROBE = Duration.ofSeconds(2);
    private static final int JOIN_PORT = 8444;

    private final LocalPlan plan;
    private final Admission admission;
    private final Duration startTimeout;
    private final Consumer<String> progress;
    private final Launch.Source launches;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE).build();
    private final Path root;
    /** Replaced as a whole when the cluster changes, so that it may be looked at meanwhile. */
    private volatile Map<String, NodeProcess> processes;

    private final Restarts restarts = new Restarts();
    private final ReentrantLock starting = new ReentrantLock();
    private boolean killed;

    /** Lets new nodes in. */
    public interface Admission {
        /** True once tokens can be made in that directory. */
        boolean open(Path founderData);

        /** Makes a token for that node alone. */
        String token(Path founderData, LocalNode node);

        /** True when the node in that directory has joined before. */
        boolean joined(Path data);
    }

    /**
     * @param root where every node has a directory of its name
     * @param startTimeout for all nodes together
     * @param progress hears a line now and then
     */
    public LocalCluster(
            LocalPlan plan, Path root, Admission admission, Duration startTimeout, Consumer<String> progress) {
        this(plan, root, admission, startTimeout, progress, (node, data) -> Launch.PLAIN);
    }

    /**
     * @param root where every node has a directory of its name
     * @param startTimeout for all nodes together
     * @param progress hears a line now and then
     * @param launches how each node is started
     */
    public LocalCluster(
            LocalPlan plan,
            Path root,
            Admission admission,
            Duration startTimeout,
            Consumer<String> progress,
            Launch.Source launches) {
        this.launches = launches;
        this.plan = plan;
        this.admission = admission;
        this.startTimeout = startTimeout;
        this.progress = progress;
        this.root = root;
        Map<String, NodeProcess> made = new LinkedHashMap<>();
        plan.nodes().forEach(node -> made.put(node.name(), process(node)));
        this.processes = made;
    }

    private NodeProcess process(LocalNode node) {
        return new NodeProcess(node, root.resolve(node.name()), http);
    }

    /** Another node, which was never started, in the place of one that has ended and is not started again. */
    public NodeProcess replace(NodeProcess ended, LocalNode fresh) {
        NodeProcess added = process(fresh);
        Map<String, NodeProcess> changed = new LinkedHashMap<>();
        processes.forEach((name, process) -> {
            NodeProcess now = process == ended ? added : process;
            changed.put(now.node().name(), now);
        });
        processes = changed;
        return added;
    }

    /** A node that the plan does not know, after all others; it is not started. */
    public NodeProcess add(LocalNode node) {
        if (processes.containsKey(node.name())) {
            throw new IllegalArgumentException("node: " + node.name() + " (expected: a new one)");
        }
        Map<String, NodeProcess> changed = new LinkedHashMap<>(processes);
        NodeProcess added = process(node);
        changed.put(node.name(), added);
        processes = changed;
        return added;
    }

    public NodeProcess process(String name) {
        NodeProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalArgumentException("node: " + name + " (expected: one of " + processes.keySet() + ")");
        }
        return process;
    }

    public List<NodeProcess> processes() {
        return List.copyOf(processes.values());
    }

    /**
     * Returns when all nodes serve.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when a node ends or is not ready in time, or the thread is
     *     interrupted; what runs goes on until {@link #close}
     */
    public void start() {
        long deadline = System.nanoTime() + startTimeout.toNanos();
        NodeProcess founder = process(plan.founder().name());
        start(founder);
        await("the founding head takes nodes in", deadline, () -> admission.open(founder.data()));
        processes.values().stream().filter(process -> process != founder).forEach(this::start);
        awaitReady(deadline);
    }

    /** Starts one node and does not wait. */
    public void start(NodeProcess process) {
        try {
            Files.createDirectories(process.data());
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "directory " + process.data() + ": " + e.getMessage(), e);
        }
        LocalNode founder = plan.founder();
        List<String> options = new ArrayList<>();
        if (process.node().equals(founder)) {
            options.addAll(List.of(
                    "--heads",
                    plan.heads().stream()
                            .map(head -> head.name() + "@" + head.address())
                            .collect(Collectors.joining(","))));
        } else if (!admission.joined(process.data())) {
            options.addAll(List.of(
                    "--join",
                    founder.address() + ":" + JOIN_PORT,
                    "--token",
                    admission.token(process(founder.name()).data(), process.node())));
        }
        if (process.node().is(NodeRole.DATA)) {
            options.addAll(List.of("--set", "database.copies=" + copies()));
            options.addAll(List.of(
                    "--set", "node.data-group=" + process.node().group().name().toLowerCase(Locale.ROOT)));
        }
        starting.lock();
        try {
            if (killed) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "node " + process.node().name() + ": all nodes were told to end");
            }
            process.start(options, launches.of(process.node(), process.data()));
        } finally {
            starting.unlock();
        }
    }

    /** Ends all nodes at once, and none is started any more; for another thread, when the process is told to stop. */
    public void kill() {
        starting.lock();
        try {
            killed = true;
            processes.values().stream().filter(NodeProcess::alive).forEach(NodeProcess::kill);
        } finally {
            starting.unlock();
        }
    }

    private long copies() {
        return Math.min(
                2, plan.nodes().stream().filter(node -> node.is(NodeRole.DATA)).count());
    }

    /**
     * Starts those again that have ended by themselves, as a service manager does. A node that ends again and again is tried
     * again after a growing pause.
     */
    public void restartEnded() {
        for (NodeProcess process : processes.values()) {
            if (process.ended() && restarts.due(process.node().name(), System.nanoTime())) {
                progress.accept("node " + process.node().name() + " has ended; it is started again, its log is "
                        + process.log());
                start(process);
            }
        }
    }

    private void awaitReady(long deadline) {
        List<NodeProcess> waiting = new ArrayList<>(processes.values());
        await("all nodes serve", deadline, () -> {
            int before = waiting.size();
            waiting.removeIf(NodeProcess::ready);
            if (waiting.size() < before) {
                progress.accept((processes.size() - waiting.size()) + " of " + processes.size() + " nodes serve"
                        + (waiting.isEmpty() ? "." : "; still starting: " + names(waiting)));
            }
            return waiting.isEmpty();
        });
    }

    private void await(String what, long deadline, BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            for (NodeProcess process : processes.values()) {
                if (process.ended()) {
                    throw new FeatureStoreException(
                            ErrorCode.UNAVAILABLE,
                            "node " + process.node().name() + " has ended while waiting until " + what + "; its log is "
                                    + process.log());
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "waiting until " + what + ": not within " + startTimeout.toSeconds() + " s; logs are in "
                                + processes.values().stream()
                                        .map(process -> process.log().toString())
                                        .collect(Collectors.joining(", ")));
            }
            // Cleared, so that what runs is stopped in order and not at once.
            if (Thread.interrupted()) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "waiting until " + what + ": told to stop");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static String names(List<NodeProcess> processes) {
        return processes.stream().map(process -> process.node().name()).collect(Collectors.joining(", "));
    }

    /** Stops all nodes, the heads last, and waits until they are gone. */
    @Override
    public void close() {
        List<NodeProcess> order = new ArrayList<>(processes.values()).reversed();
        order.forEach(NodeProcess::askToStop);
        order.forEach(process -> process.stop(STOP_GRACE));
        http.close();
    }
}
