package io.hopyard.core.cluster;

import java.util.List;

/** The nodes that are alive, as far as this node knows. Thread safe. */
@FunctionalInterface
public interface Membership {
    /** By name; may lag behind by a session time-out when a node died. Answers at once, from what was last heard. */
    List<Node> alive();
}
