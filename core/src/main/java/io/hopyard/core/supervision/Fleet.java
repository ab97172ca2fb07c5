package io.hopyard.core.supervision;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.error.Nearest;
import io.hopyard.core.placement.Placement;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** All nodes of the cluster, and what they shall do. Thread safe. */
public final class Fleet {
    private static final int ATTEMPTS_MAX = 10;

    private final NodeRegister register;
    private final Supplier<Placement> placement;
    private final Clock clock;
    private final Removal removal;

    /** What else is to be done when a node was removed; may be repeated. */
    @FunctionalInterface
    public interface Removal {
        void removed(String node, Deadline deadline);
    }

    /** @param placement as last heard */
    public Fleet(NodeRegister register, Supplier<Placement> placement, Clock clock, Removal removal) {
        this.register = register;
        this.placement = placement;
        this.clock = clock;
        this.removal = removal;
    }

    /** By name, those too that are registered and not seen. */
    public List<NodeView> nodes() {
        Map<String, NodeReport> reports = register.reports();
        return register.registered().stream()
                .map(node -> new NodeView(node, reports.get(node.node().name())))
                .toList();
    }

    /** @throws FeatureStoreException {@code NODE_NOT_FOUND}, and names the nearest */
    public NodeView node(String name) {
        List<NodeView> all = nodes();
        return all.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new FeatureStoreException(
                        ErrorCode.NODE_NOT_FOUND,
                        "node: '" + name + "' (expected: a node of this cluster, such as '"
                                + Nearest.of(
                                        name, all.stream().map(NodeView::name).toList())
                                + "')"));
    }

    /**
     * Writes down what a node shall do; it follows by itself.
     *
     * @param force allows what interrupts service
     * @return the node as it was seen before
     * @throws FeatureStoreException {@code NODE_NOT_FOUND}, {@code NODE_STATE_REFUSED}, or {@code UNAVAILABLE}
     */
    public NodeView wish(String name, WishedState wish, boolean force, Deadline deadline) {
        NodeView node = node(name);
        new WishRules(nodes(), placement.get()).check(node, wish, force);
        change(node.registration().node(), deadline, old -> {
            if (old.wished() == WishedState.REMOVED && wish != WishedState.REMOVED) {
                throw removed(name);
            }
            return old.wished() == wish ? old : old.wishing(wish, clock.millis());
        });
        if (wish == WishedState.REMOVED) {
            removal.removed(name, deadline);
        }
        return node;
    }

    /**
     * Writes down that a node belongs to the cluster, when it starts. A name may be used again by another node after its
     * first one was removed.
     *
     * @return with what it shall do
     * @throws FeatureStoreException {@code JOIN_REFUSED} for a node that was removed, or a name that another node has
     */
    public Registration register(Node node, Deadline deadline) {
        return change(node, deadline, old -> {
            if (old.node().id().equals(node.id())) {
                if (old.wished() == WishedState.REMOVED) {
                    throw removed(node.name());
                }
                return old.describedBy(node);
            }
            if (old.wished() != WishedState.REMOVED && register.reports().containsKey(node.name())) {
                throw new FeatureStoreException(
                        ErrorCode.JOIN_REFUSED,
                        "node name: " + node.name() + " (expected: another one, this one is alive with another id)");
            }
            return fresh(node);
        });
    }

    private static FeatureStoreException removed(String name) {
        return new FeatureStoreException(
                ErrorCode.JOIN_REFUSED,
                "node " + name
                        + ": was removed from the cluster (expected: to join anew, with an empty data directory)");
    }

    private Registration fresh(Node node) {
        return new Registration(node, WishedState.SERVING, clock.millis());
    }

    private Registration change(Node node, Deadline deadline, UnaryOperator<Registration> change) {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            NodeRegister.Written read = register.read(node.name(), deadline);
            Registration wanted = read == null ? fresh(node) : change.apply(read.registration());
            boolean stands = read != null && wanted.equals(read.registration());
            if (stands || register.replace(read, wanted, deadline)) {
                return wanted;
            }
        }
        throw new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "registration of node " + node.name() + ": others change it all the time");
    }
}
