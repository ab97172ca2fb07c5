package io.hopyard.core.supervision;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.Pair;
import io.hopyard.core.placement.Placement;
import java.util.List;
import java.util.Optional;

/**
 * What operators may wish of a node, given what the others do. What would lose rows or the way back is refused always; what
 * only interrupts service is refused unless it is forced.
 *
 * @param all nodes that are registered
 */
record WishRules(List<NodeView> all, Placement placement) {
    WishRules {
        all = List.copyOf(all);
    }

    /** @throws FeatureStoreException {@code NODE_STATE_REFUSED} */
    void check(NodeView node, WishedState wish, boolean force) {
        switch (wish) {
            case SERVING -> {
                // Serving harms nobody.
            }
            case DRAINING -> checkDrain(node, force);
            case STOPPED -> checkStop(node, force);
            case REMOVED -> checkRemove(node);
        }
    }

    private void checkDrain(NodeView node, boolean force) {
        if (!node.is(NodeState.SERVING) && !node.is(NodeState.DRAINING) && !node.is(NodeState.DRAINED)) {
            throw refused(node, "is " + node.stateWord(), "a node that serves");
        }
        if (node.is(NodeRole.DATA)) {
            checkPeer(node);
        }
        checkOthers(node, List.of(NodeRole.HEAD, NodeRole.BROKER, NodeRole.WORKER), force);
    }

    private void checkStop(NodeView node, boolean force) {
        if (node.down() || node.is(NodeState.STOPPED)) {
            return;
        }
        if (node.is(NodeRole.HEAD)) {
            checkMajority(node);
        }
        if (node.is(NodeRole.DATA)) {
            checkPeer(node);
        }
        checkOthers(node, List.of(NodeRole.BROKER, NodeRole.WORKER), force);
    }

    /** Heads that are not seen count too: they are voters until another list of heads is set. */
    private void checkMajority(NodeView node) {
        long heads = all.stream().filter(other -> other.is(NodeRole.HEAD)).count();
        long majority = heads / 2 + 1;
        long left = serving(node, NodeRole.HEAD);
        if (left < majority) {
            throw refused(
                    node,
                    "is one of " + (left + 1) + " heads that serve, of " + heads,
                    "that " + majority + " of the other heads serve: the log and coordination need a majority");
        }
    }

    private void checkPeer(NodeView node) {
        Optional<Pair> pair = placement.pairOf(node.name());
        if (pair.isEmpty()) {
            return;
        }
        Optional<DataNode> peer = pair.get().peerOf(node.name());
        boolean serves = peer.isPresent()
                && all.stream()
                        .anyMatch(other -> other.name().equals(peer.get().name()) && serves(other) && other.healthy());
        if (!serves) {
            throw refused(
                    node,
                    "is the last data node of pair " + pair.get().number() + " that serves",
                    peer.map(other -> "that " + other.name() + " serves first")
                            .orElse("that another data node stands beside it first"));
        }
    }

    private void checkOthers(NodeView node, List<NodeRole> roles, boolean force) {
        for (NodeRole role : roles) {
            if (!force && node.is(role) && serving(node, role) == 0) {
                throw refused(
                        node, "is the last " + role.word() + " that serves", "another " + role.word() + ", or --force");
            }
        }
    }

    private long serving(NodeView but, NodeRole role) {
        return all.stream()
                .filter(other -> !other.name().equals(but.name()) && other.is(role) && serves(other))
                .count();
    }

    /** One that was told to end does not count any more, though it may not have heard it yet. */
    private static boolean serves(NodeView node) {
        return node.is(NodeState.SERVING) && node.registration().wished() == WishedState.SERVING;
    }

    private void checkRemove(NodeView node) {
        if (!node.down() && !node.is(NodeState.STOPPED)) {
            throw refused(node, "is " + node.stateWord(), "a node that is stopped or down");
        }
        if (node.is(NodeRole.HEAD)) {
            throw refused(node, "is a head", "another list in cluster.heads: heads are members of a quorum");
        }
        placement.pairOf(node.name()).ifPresent(pair -> {
            throw refused(
                    node,
                    "holds a copy of the rows of pair " + pair.number(),
                    "a data node whose place in its pair was given up");
        });
    }

    private static FeatureStoreException refused(NodeView node, String what, String expected) {
        return new FeatureStoreException(
                ErrorCode.NODE_STATE_REFUSED, "node " + node.name() + ": " + what + " (expected: " + expected + ")");
    }
}
