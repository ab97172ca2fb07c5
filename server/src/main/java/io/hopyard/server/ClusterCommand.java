package io.hopyard.server;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalPlan;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.server.local.TokenAdmission;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Starts a cluster of separate processes over three zones on loopback addresses, and keeps it running until it is stopped. */
final class ClusterCommand {
    private static final String BLOCK = "127.0.20";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(500);

    private ClusterCommand() {}

    /**
     * @param small one head, two data nodes, one broker, one worker
     * @param api nodes with nothing but the REST API, beside the heads
     * @param pairs of data nodes
     * @param split metadata and online rows on pairs of their own
     */
    private record Options(boolean small, int api, Path data, int pairs, boolean split) {
        static Options parse(List<String> arguments) {
            boolean small = false;
            boolean split = false;
            int api = 0;
            int pairs = 0;
            Path data = Path.of("data", "cluster");
            for (int index = 0; index < arguments.size(); index++) {
                switch (arguments.get(index)) {
                    case "--small" -> small = true;
                    case "--api" -> {
                        index++;
                        String count = index < arguments.size() ? arguments.get(index) : "";
                        if (!count.matches("[0-9]")) {
                            throw new UsageException("--api: '" + count + "' (expected: --api N, 0 to 9)");
                        }
                        api = Integer.parseInt(count);
                    }
                    case "--split-data" -> split = true;
                    case "--pairs" -> {
                        index++;
                        pairs = pairs(index == arguments.size() ? "nothing" : arguments.get(index));
                    }
                    case "--data" -> {
                        index++;
                        if (index == arguments.size()) {
                            throw new UsageException("--data: nothing follows (expected: --data DIR)");
                        }
                        data = Path.of(arguments.get(index));
                    }
                    default ->
                        throw new UsageException(
                                arguments.get(index)
                                        + ": no such option (expected: --small, --api N, --pairs N, --split-data or --data DIR)");
                }
            }
            if (split && pairs == 1) {
                throw new UsageException("--split-data with --pairs 1 (expected: at least 2)");
            }
            return new Options(small, api, data, pairs == 0 ? (split ? 2 : 1) : pairs, split);
        }

        private static int pairs(String text) {
            if (text.length() == 1 && text.charAt(0) >= '1' && text.charAt(0) <= '4') {
                return text.charAt(0) - '0';
            }
            throw new UsageException("--pairs " + text + " (expected: 1 to 4)");
        }

        LocalPlan plan() {
            LocalPlan plan = (small ? LocalPlan.small(BLOCK) : LocalPlan.full(BLOCK))
                    .withApi(BLOCK, api)
                    .withPairs(BLOCK, pairs);
            return split ? plan.withSplitData() : plan;
        }
    }

    static int run(List<String> arguments, PrintStream out) {
        Options options = Options.parse(arguments);
        Path root = options.data().toAbsolutePath();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "directory " + root + ": " + e.getMessage(), e);
        }
        LocalPlan plan = options.plan();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean started = new AtomicBoolean();
        Thread starter = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.countDown();
            // Later than the start an interruption would only cut short how the nodes are stopped.
            if (!started.get()) {
                starter.interrupt();
            }
            awaitQuietly(closed);
        }));
        long before = System.nanoTime();
        try (LocalCluster cluster = new LocalCluster(
                plan,
                root,
                new TokenAdmission(Clock.systemUTC(), new SecureRandom()),
                START_TIMEOUT,
                line -> say(out, line))) {
            cluster.start();
            started.set(true);
            print(out, cluster, Duration.ofNanos(System.nanoTime() - before));
            while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                cluster.restartEnded();
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            closed.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(PrintStream out, String line) {
        out.println(line);
        out.flush();
    }

    private static void print(PrintStream out, LocalCluster cluster, Duration time) {
        out.println();
        out.printf("  %-10s %-8s %-5s %-14s %-8s %s%n", "node", "roles", "zone", "address", "pid", "log");
        for (NodeProcess process : cluster.processes()) {
            out.printf(
                    "  %-10s %-8s %-5s %-14s %-8d %s%n",
                    process.node().name(),
                    process.node().rolesText(),
                    process.node().zone(),
                    process.node().address(),
                    process.pid(),
                    process.log());
        }
        NodeProcess founder = cluster.processes().getFirst();
        out.println();
        out.printf("  log in at    https://%s:8443%n", founder.node().address());
        out.printf("  admin's key  %s%n", founder.data().resolve("admin.key"));
        out.printf("Ready after %.1f s; Ctrl-C stops the cluster.%n", time.toMillis() / 1e3);
        out.flush();
    }
}
