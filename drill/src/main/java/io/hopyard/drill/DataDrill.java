package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Timings;
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
import io.hopyard.store.remote.PairClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one fault against a cluster that serves, and checks every acknowledged row on each data node afterwards. */
final class DataDrill {
    private static final int DOOR_PORT = 7700;
    private static final int WRITERS = 4;
    private static final int READERS = 4;
    /** Until there are rows that every read must find, and connections. */
    private static final Duration WARM = Duration.ofSeconds(6);

    private static final Duration PAUSES_OF_A_SHARED_MACHINE = Duration.ofSeconds(15);
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration RECOVERY_MAX = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final LocalCluster cluster;
    private final NodeTls tls;
    private final Ticker ticker = System::nanoTime;
    private final Clock clock = Clock.systemUTC();
    private final Consumer<String> progress;
    private final Map<Double, String> marks = new TreeMap<>();
    private final List<Supplier<@Nullable String>> checks = new ArrayList<>();
    private final Ground ground;

    /** @param identity directory of a node whose certificate the load may show */
    DataDrill(LocalCluster cluster, Ground ground, Path identity, Consumer<String> progress) {
        this.ground = ground;
        this.cluster = cluster;
        Identity node = IdentityFiles.find(identity, "node", new SecureRandom());
        if (node == null) {
            throw new IllegalArgumentException("identity: none in " + identity + " (expected: that of a node)");
        }
        this.tls = NodeTls.ofClient(node.sslContext());
        this.progress = progress;
    }

    /** Seconds since the load began, and what was done then. */
    Map<Double, String> marks() {
        return Map.copyOf(marks);
    }

    /**
     * @param time of load after the fault
     * @param shared true when others use the machine too, so that pauses say little
     */
    DrillReport run(Fault fault, long seed, Duration time, boolean shared) {
        PairClient pair = new PairClient(
                () -> dataNodes().stream().map(DataDrill::member).toList(),
                tls,
                PairClient.Settings.of("a"),
                new PairClient.Chance(ticker, new SecureRandom()),
                new Metrics());
        OnlineRows rows = pair.onlineRows();
        DataLoad load = new DataLoad(rows, ticker, Timings.DEFAULT.onlineReadStalenessMax(), seed);
        List<String> problems = new ArrayList<>();
        try (pair) {
            load.start(WRITERS, READERS);
            pause(WARM);
            load.observe();
            long begin = ticker.nanos();
            pause(BEFORE);
            fault.action().cause(new Stage(begin, seed, rows, problems));
            keepAlive(time);
            load.close();
        }
        progress.accept("checking " + load.acknowledged() + " acknowledged rows on each data node ...");
        Map<String, Long> lost = check(load, problems);
        for (Supplier<@Nullable String> check : checks) {
            String problem = check.get();
            if (problem != null) {
                problems.add(problem);
            }
        }
        judge(fault, load, shared, problems);
        return new DrillReport(
                fault.name(),
                seed,
                load.acknowledged(),
                lost,
                load.staleReads(),
                List.of(load.reads(), load.writes()),
                problems);
    }

    private List<LocalNode> dataNodes() {
        return cluster.processes().stream()
                .map(NodeProcess::node)
                .filter(node -> node.is(NodeRole.DATA))
                .toList();
    }

    private static PairClient.Member member(LocalNode node) {
        return new PairClient.Member(node.name(), node.zone(), node.address(), DOOR_PORT);
    }

    private DataClient copy(LocalNode node) {
        return new DataClient(
                new DataClient.Target(node.name(), node.address(), DOOR_PORT), tls, ClientSettings.DEFAULT, ticker);
    }

    private final class Stage implements Fault.Scene {
        private final long begin;
        private final SplittableRandom random;
        private final OnlineRows rows;
        private final List<String> problems;

        Stage(long begin, long seed, OnlineRows rows, List<String> problems) {
            this.rows = rows;
            this.problems = problems;
            this.begin = begin;
            this.random = new SplittableRandom(seed);
        }

        @Override
        public LocalCluster cluster() {
            return cluster;
        }

        @Override
        public SplittableRandom random() {
            return random;
        }

        @Override
        public void mark(String what) {
            marks.put((ticker.nanos() - begin) / 1e9, what);
            progress.accept(what);
        }

        @Override
        public void wait(Duration time) {
            pause(time);
        }

        @Override
        public <G extends Ground> G ground(Class<G> kind) {
            return kind.cast(ground);
        }

        @Override
        public void note(String what) {
            progress.accept(what);
        }

        @Override
        public void problem(String what) {
            progress.accept(what);
            problems.add(what);
        }

        @Override
        public OnlineRows rows() {
            return rows;
        }

        @Override
        public void onCopy(LocalNode node, Consumer<OnlineRows> use) {
            try (DataClient copy = copy(node)) {
                use.accept(copy.onlineRows());
            }
        }

        @Override
        public Ticker ticker() {
            return ticker;
        }

        @Override
        public Clock clock() {
            return clock;
        }

        @Override
        public void atEnd(Supplier<@Nullable String> check) {
            checks.add(check);
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Starts ended nodes again, as a service manager does, until the time is over. */
    private void keepAlive(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        while (ticker.nanos() - end < 0) {
            cluster.restartEnded();
            pause(LOOK);
        }
    }

    /** Waits until both copies serve, then looks for every row on each. */
    private Map<String, Long> check(DataLoad load, List<String> problems) {
        Map<String, Long> lost = new TreeMap<>();
        for (LocalNode node : dataNodes()) {
            NodeProcess process = cluster.process(node.name());
            long end = ticker.nanos() + RECOVERY_MAX.toNanos();
            while (!process.ready() && ticker.nanos() - end < 0) {
                cluster.restartEnded();
                pause(LOOK);
            }
            try (DataClient copy = copy(node)) {
                long missing = load.missing(copy.onlineRows());
                lost.put(node.name(), missing);
                if (missing > 0) {
                    problems.add(missing + " acknowledged rows are not on " + node.name());
                }
            } catch (FeatureStoreException e) {
                problems.add(node.name() + " does not serve: " + e.text());
            }
        }
        return lost;
    }

    private static void judge(Fault fault, DataLoad load, boolean shared, List<String> problems) {
        if (load.staleReads() > 0) {
            problems.add(load.staleReads() + " reads missed rows that were acknowledged longer ago than allowed");
        }
        if (load.acknowledged() == 0) {
            problems.add("nothing was acknowledged, so nothing was tried");
        }
        Duration more = shared ? PAUSES_OF_A_SHARED_MACHINE : Duration.ZERO;
        gap(load.reads(), fault.readGapMax().plus(more), problems);
        gap(load.writes(), fault.writeGapMax().plus(more), problems);
    }

    private static void gap(Timeline.Summary timeline, Duration max, List<String> problems) {
        if (timeline.longestGap().compareTo(max) > 0) {
            problems.add("longest gap of " + timeline.name() + ": "
                    + timeline.longestGap().toMillis() + " ms (expected: at most " + max.toMillis() + " ms)");
        }
    }
}
