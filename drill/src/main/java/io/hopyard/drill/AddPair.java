package io.hopyard.drill;

import io.hopyard.core.database.Commits;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.slot.SlotMap;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.store.remote.NodeTls;
import io.hopyard.store.remote.PairClient;
import io.hopyard.store.remote.SlotRouter;
import io.hopyard.wire.admin.RestClient;
import io.hopyard.wire.admin.SlotCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Two data nodes join a cluster under load and become its second pair, and the slots are shared out: no read may fail and no
 * acknowledged row may be missing on the copies of the pair that owns it. In the harder form a data node is killed in the middle
 * of the moving.
 */
final class AddPair {
    static final String PLAIN = "add-pair";
    static final String KILL = "add-pair-kill";

    private static final int DOOR_PORT = 7700;
    private static final int WRITERS = 4;
    private static final int READERS = 4;
    private static final Duration WARM = Duration.ofSeconds(6);
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final Duration BALANCE_MAX = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final LocalCluster cluster;
    private final LocalPlan plan;
    private final Path root;
    private final NodeTls tls;
    private final Ticker ticker = System::nanoTime;
    private final Consumer<String> progress;

    /**
     * @param plan of the cluster as it was started, with one pair
     * @param root directory of the nodes
     */
    AddPair(LocalCluster cluster, LocalPlan plan, Path root, Consumer<String> progress) {
        this.cluster = cluster;
        this.plan = plan;
        this.root = root;
        this.progress = progress;
        Path identity = cluster.process("broker-1").data().resolve("identity");
        Identity node = IdentityFiles.find(identity, "node", new SecureRandom());
        if (node == null) {
            throw new IllegalArgumentException("identity: none in " + identity + " (expected: that of a node)");
        }
        this.tls = new NodeTls(node.sslContext(), name -> true);
    }

    /** What a client of both pairs needs; asks all members of each, or one alone. */
    private final class Client implements AutoCloseable {
        private final Map<Integer, PairClient> pairs = new TreeMap<>();
        private final PairClient metadata;
        private final SlotRouter router;
        private final StoredSlotMap maps;

        /** @param members by the number of their pair */
        Client(Map<Integer, List<LocalNode>> members) {
            members.forEach((number, nodes) -> pairs.put(number, client(nodes)));
            metadata = client(nodesOf(1));
            maps = new StoredSlotMap(
                    metadata.database(),
                    new Commits(metadata.database(), new SecureRandom(), ticker, Pause.NONE),
                    () -> 1);
            router = new SlotRouter(this::pair, pairs::keySet, maps, ticker);
        }

        private PairClient pair(int number) {
            PairClient pair = pairs.get(number);
            if (pair == null) {
                throw new IllegalStateException("pair: " + number);
            }
            return pair;
        }

        @Override
        public void close() {
            router.close();
            pairs.values().forEach(PairClient::close);
            metadata.close();
        }
    }

    private PairClient client(List<LocalNode> nodes) {
        List<PairClient.Member> members = nodes.stream()
                .map(node -> new PairClient.Member(node.name(), node.zone(), node.address(), DOOR_PORT))
                .toList();
        return new PairClient(
                () -> members,
                tls,
                PairClient.Settings.of("a"),
                new PairClient.Chance(ticker, new SecureRandom()),
                new Metrics());
    }

    private List<LocalNode> nodesOf(int pair) {
        String block = plan.founder().address();
        LocalPlan whole = plan.withPairs(block.substring(0, block.lastIndexOf('.')), 2);
        return whole.nodes().stream()
                .filter(node -> node.name().equals("data-" + (2 * pair - 1))
                        || node.name().equals("data-" + 2 * pair))
                .toList();
    }

    DrillReport run(String name, long seed, Duration after) throws IOException {
        List<String> problems = new ArrayList<>();
        DataLoad load;
        try (Client client = new Client(Map.of(1, nodesOf(1), 2, nodesOf(2)))) {
            load = new DataLoad(client.router, ticker, Timings.DEFAULT.onlineReadStalenessMax(), seed);
            load.start(WRITERS, READERS);
            pause(WARM);
            load.observe();
            progress.accept("two data nodes join");
            List<NodeProcess> joined =
                    nodesOf(2).stream().map(node -> cluster.add(node, root)).toList();
            until(START_MAX, () -> joined.stream().allMatch(NodeProcess::ready));
            balance(client, name.equals(KILL) ? new SplittableRandom(seed) : null, problems);
            alive(after);
            load.close();
            SlotMap map = client.maps.read(Deadline.after(ticker, Duration.ofSeconds(30)));
            if (map.slotsOf(2).size() != map.slotsOf(1).size()) {
                problems.add(map.slotsOf(1).size() + " and " + map.slotsOf(2).size() + " slots (expected: as many)");
            }
        }
        Map<String, Long> lost = check(load, problems);
        if (load.staleReads() > 0) {
            problems.add(load.staleReads() + " reads missed rows that were acknowledged longer ago than allowed");
        }
        if (!load.reads().failures().isEmpty()) {
            problems.add("failed reads: " + load.reads().failures() + " (expected: none)");
        }
        if (load.acknowledged() == 0) {
            problems.add("nothing was acknowledged, so nothing was tried");
        }
        return new DrillReport(
                name,
                seed,
                load.acknowledged(),
                lost,
                load.staleReads(),
                List.of(load.reads(), load.writes()),
                problems);
    }

    /** By the command that people use; nodes that end meanwhile are started again. */
    private void balance(Client client, @Nullable SplittableRandom kill, List<String> problems) throws IOException {
        NodeProcess founder = cluster.process(plan.founder().name());
        String key = Files.readString(founder.data().resolve("admin.key")).strip();
        String authority = Files.readString(founder.data().resolve("identity").resolve("ca.pem"));
        String url = "https://" + founder.node().address() + ":8443";
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RestClient rest = new RestClient(url, key, TrustedAuthority.sslContext(authority))) {
            Future<Boolean> balanced =
                    threads.submit(() -> new SlotCommands(rest, System.out).run(List.of("slots", "balance")));
            if (kill != null) {
                until(BALANCE_MAX, () -> balanced.isDone() || moved(client) >= 96);
                NodeProcess victim = cluster.process("data-" + (1 + kill.nextInt(4)));
                progress.accept("kill -9 " + victim.node().name());
                victim.kill();
            }
            until(BALANCE_MAX, balanced::isDone);
            if (!balanced.get()) {
                problems.add("the slots were not balanced");
            }
        } catch (ExecutionException e) {
            problems.add("the slots were not balanced: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int moved(Client client) {
        try {
            return client.maps
                    .read(Deadline.after(ticker, Duration.ofSeconds(2)))
                    .slotsOf(2)
                    .size();
        } catch (FeatureStoreException e) {
            return 0;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private void until(Duration max, Condition condition) {
        long end = ticker.nanos() + max.toNanos();
        while (!condition.holds()) {
            if (ticker.nanos() - end > 0) {
                throw new IllegalStateException("not within " + max.toSeconds() + " s");
            }
            cluster.restartEnded();
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void alive(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        until(time.plusMinutes(1), () -> ticker.nanos() - end > 0);
        until(START_MAX, () -> cluster.processes().stream().allMatch(NodeProcess::ready));
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Every row on each copy of the pair that owns it: all first members alone, then all second ones. */
    private Map<String, Long> check(DataLoad load, List<String> problems) {
        Map<String, Long> lost = new TreeMap<>();
        for (int side = 0; side < 2; side++) {
            List<LocalNode> copies = List.of(nodesOf(1).get(side), nodesOf(2).get(side));
            String names = copies.getFirst().name() + "+" + copies.getLast().name();
            progress.accept("checking " + load.acknowledged() + " acknowledged rows on " + names + " ...");
            try (Client client = new Client(Map.of(1, copies.subList(0, 1), 2, copies.subList(1, 2)))) {
                long missing = load.missing(client.router);
                lost.put(names, missing);
                if (missing > 0) {
                    problems.add(missing + " acknowledged rows are not on " + names);
                }
            } catch (FeatureStoreException e) {
                problems.add(names + " does not serve: " + e.text());
            }
        }
        return lost;
    }

    /** As the command knows it; {@link #run} does it, since the cluster is another one afterwards. */
    static Fault fault(String name) {
        String what = "two data nodes join as a second pair, and slots are moved to it"
                + (name.equals(KILL) ? "; kill -9 of a data node in the middle" : "");
        return new Fault(name, what, false, Duration.ofMinutes(3), Duration.ofMinutes(3), scene -> {});
    }

    /** True when the drill is one of these. */
    static boolean has(String name) {
        return Set.of(PLAIN, KILL).contains(name);
    }
}
