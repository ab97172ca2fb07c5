package io.hopyard.core.cluster;

import java.util.Set;
import java.util.TreeSet;

/**
 * Who is at the other end of a connection, as its certificate says. Immutable.
 *
 * @param name of the node
 * @param roles what the cluster's authority lets it be; empty in certificates that were made before roles stood in them
 */
public record Peer(String name, Set<NodeRole> roles) {
    public Peer {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name of a node: '" + name + "' (expected: not blank)");
        }
        roles = Set.copyOf(roles);
    }

    public boolean is(NodeRole role) {
        return roles.contains(role);
    }

    /** Roles in the order of the enumeration, so that equal peers read the same. */
    @Override
    public String toString() {
        return "node " + name + " " + new TreeSet<>(roles);
    }
}
