package io.hopyard.server;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.node.HopyardNode;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Setting;
import io.hopyard.server.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a node and serves until the process is told to stop. */
final class UpCommand {
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);

    private UpCommand() {}

    static int run(UpOptions options, PrintStream out) {
        Settings settings = options.settings();
        long before = System.nanoTime();
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        AtomicBoolean started = new AtomicBoolean();
        AtomicInteger exit = new AtomicInteger(Main.EXIT_FAILURE);
        Thread starter = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.countDown();
            if (!started.get()) { // it may wait long for other nodes
                starter.interrupt();
            }
            awaitQuietly(closed);
            // Being told to stop is no failure; by itself the JVM would say 143.
            Runtime.getRuntime().halt(exit.get());
        }));
        try (HopyardNode node = HopyardNode.open(settings, options.data(), options.token(), UpCommand::halt)) {
            node.start();
            started.set(true);
            print(out, settings, node, Duration.ofNanos(System.nanoTime() - before));
            awaitQuietly(stop);
            LOG.info("The node stops.");
            exit.set(0);
            return 0;
        } catch (Exception | Error e) {
            if (stop.getCount() == 0) { // engines refuse to start in a JVM that ends
                LOG.atInfo().addKeyValue("reason", e.toString()).log("The node was told to stop while it started.");
                exit.set(0);
                return 0;
            }
            if (e instanceof FeatureStoreException refusal) {
                throw refusal;
            }
            LOG.atError().setCause(e).log("The node could not start.");
            out.println("The node could not start: " + e.getMessage());
            return Main.EXIT_FAILURE;
        } finally {
            closed.countDown();
        }
    }

    /**
     * Of a data node whose pair goes on without it whatever it still has in its hands must not get out; a head whose log has
     * failed can do no better.
     */
    private static void halt(String why) {
        LOG.atError()
                .addKeyValue("reason", why)
                .log("The node cannot go on and ends at once; it is to be started again.");
        Runtime.getRuntime().halt(Main.EXIT_EXCLUDED);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(PrintStream out, Settings settings, HopyardNode node, Duration time) {
        Set<NodeRole> roles = settings.get(AllSettings.NODE_ROLES);
        out.println();
        if (roles.contains(NodeRole.HEAD) || roles.contains(NodeRole.API)) {
            line(out, "REST API", "https://" + at(settings, AllSettings.REST_ADDRESS, AllSettings.REST_PORT));
        }
        if (roles.contains(NodeRole.HEAD)) {
            line(out, "log (Kafka)", at(settings, AllSettings.LOG_ADDRESS, AllSettings.LOG_PORT));
            line(out, "joins at", at(settings, AllSettings.JOIN_ADDRESS, AllSettings.JOIN_PORT));
        }
        if (roles.contains(NodeRole.BROKER)) {
            line(out, "online API", "https://" + at(settings, AllSettings.ONLINE_ADDRESS, AllSettings.ONLINE_PORT));
            line(out, "MySQL door", at(settings, AllSettings.MYSQL_ADDRESS, AllSettings.MYSQL_PORT));
        }
        line(
                out,
                "health, metrics",
                "http://" + at(settings, AllSettings.HEALTH_ADDRESS, AllSettings.HEALTH_PORT) + "/ready, /metrics");
        if (Files.exists(node.adminKeyFile())) {
            line(out, "admin's key", node.adminKeyFile().toString());
        }
        out.printf("Ready after %.1f s; Ctrl-C stops the node.%n", time.toMillis() / 1e3);
        out.flush();
    }

    private static void line(PrintStream out, String what, String where) {
        out.printf("  %-16s %s%n", what, where);
    }

    private static String at(Settings settings, Setting<String> address, Setting<Integer> port) {
        String own = settings.get(address);
        return (own.isEmpty() ? settings.get(AllSettings.NODE_ADDRESS) : own) + ":" + settings.get(port);
    }
}
