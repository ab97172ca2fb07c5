package io.hopyard.server.node;

import io.hopyard.cluster.ZooKeeperNodes;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.PartReport;
import io.hopyard.wire.health.PartHealth;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the others how this node is, when that has changed, and at most once per interval. */
final class NodeReporter {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final String UNPACKAGED = "unpackaged";

    private final ZooKeeperNodes nodes;
    private final Supplier<NodeReport> report;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("node-report").daemon().factory());
    private @Nullable NodeReport last;

    NodeReporter(ZooKeeperNodes nodes, Supplier<NodeReport> report) {
        this.nodes = nodes;
        this.report = report;
    }

    /** Of the build that runs. */
    static String version() {
        String packaged = NodeReporter.class.getPackage().getImplementationVersion();
        return packaged == null ? UNPACKAGED : packaged;
    }

    static List<PartReport> parts(List<PartHealth> parts) {
        return parts.stream()
                .map(part -> new PartReport(part.part(), part.ready(), part.detail()))
                .toList();
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::tell, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tell() {
        try {
            NodeReport now = report.get();
            if (!now.equals(last)) {
                nodes.publish(now);
                last = now;
            }
        } catch (FeatureStoreException e) {
            LOG.atWarn().addKeyValue("reason", e.text()).log("The node could not report; it tries again.");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The node could not report.");
        }
    }

    void close() {
        timer.shutdownNow();
    }
}
