package io.hopyard.server.node;

import io.hopyard.core.cluster.Leadership;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.supervision.Fleet;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.NodeView;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says, once for the whole cluster, which nodes are missing and which fail again and again. */
final class NodeWatch implements LeaderDuties.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final Set<String> missing = new HashSet<>();
    private final Set<String> flapping = new HashSet<>();
    private volatile int missingNow;
    private volatile int flappingNow;
    private @Nullable ScheduledExecutorService timer;

    NodeWatch(Fleet fleet, Metrics metrics) {
        this.fleet = fleet;
        metrics.gauge(
                "hopyard_cluster_nodes_missing",
                "Nodes that should serve and are not seen, at the head that leads; 0 at others.",
                () -> missingNow);
        metrics.gauge(
                "hopyard_cluster_nodes_flapping",
                "Nodes that fail again and again, at the head that leads; 0 at others.",
                () -> flappingNow);
    }

    @Override
    public String name() {
        return "node-watch";
    }

    @Override
    public void start(Leadership leadership) {
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("node-watch").daemon().factory());
        timer = fresh;
        var _ = fresh.scheduleWithFixedDelay(
                () -> look(leadership), EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Leadership leadership) {
        try {
            if (!leadership.leads()) {
                return;
            }
            List<NodeView> nodes = fleet.nodes();
            tell(missing, names(nodes, NodeWatch::isMissing), "A node is not seen, though it should serve.");
            tell(flapping, names(nodes, NodeWatch::flaps), "A node fails again and again.");
            missingNow = missing.size();
            flappingNow = flapping.size();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The nodes could not be watched.");
        }
    }

    private static boolean isMissing(NodeView node) {
        return node.down() && !node.registration().wished().atRest();
    }

    private static boolean flaps(NodeView node) {
        NodeReport report = node.report();
        return report != null && report.flapping();
    }

    private static Set<String> names(List<NodeView> nodes, java.util.function.Predicate<NodeView> which) {
        return nodes.stream().filter(which).map(NodeView::name).collect(Collectors.toSet());
    }

    /** Each change once. */
    private static void tell(Set<String> known, Set<String> now, String sentence) {
        for (String name : now) {
            if (known.add(name)) {
                LOG.atWarn().addKeyValue("node", name).log(sentence);
            }
        }
        for (String name : Set.copyOf(known)) {
            if (!now.contains(name)) {
                known.remove(name);
                LOG.atInfo().addKeyValue("node", name).log("A node is well again, or is not expected any more.");
            }
        }
    }

    @Override
    public void stop() {
        ScheduledExecutorService running = timer;
        timer = null;
        if (running != null) {
            running.close();
        }
        missing.clear();
        flapping.clear();
        missingNow = 0;
        flappingNow = 0;
    }
}
