package io.hopyard.server.local;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.placement.DataGroup;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node of a cluster on one machine.
 *
 * @param address a loopback address of its own, so that every node has the usual ports
 * @param heapMebibytes the JVM's heap at most
 * @param group what its pair holds, when it is a data node
 */
public record LocalNode(
        String name, Set<NodeRole> roles, String zone, String address, int heapMebibytes, DataGroup group) {
    public LocalNode {
        roles = Set.copyOf(roles);
    }

    /** The same node, whose pair holds that. */
    LocalNode of(DataGroup other) {
        return new LocalNode(name, roles, zone, address, heapMebibytes, other);
    }

    public boolean is(NodeRole role) {
        return roles.contains(role);
    }

    /** As the setting {@code node.roles} takes them. */
    public String rolesText() {
        return roles.stream()
                .sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
    }
}
