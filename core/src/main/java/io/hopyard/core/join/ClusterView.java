package io.hopyard.core.join;

import io.hopyard.core.cluster.Node;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a head knows of its cluster when somebody wants to join. Immutable.
 *
 * @param region in which the cluster stands
 * @param heads names of all heads it is to have, those included that have not joined yet
 * @param alive the nodes that are there, this head among them
 * @param known names of the nodes that it ever had and expects back
 */
public record ClusterView(String region, Set<String> heads, List<Node> alive, Set<String> known) {
    /** The door of {@link Node#addresses()} at which others join. */
    public static final String JOIN_DOOR = "join";

    public ClusterView {
        heads = Set.copyOf(heads);
        alive = List.copyOf(alive);
        known = Set.copyOf(known);
    }

    /** {@code host:port} at which that node lets others join, or null when it is not alive or has no such door. */
    public @Nullable String joinAddress(String name) {
        return alive.stream()
                .filter(node -> node.name().equals(name))
                .map(node -> node.addresses().get(JOIN_DOOR))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
