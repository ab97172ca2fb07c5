package io.hopyard.server.node;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.supervision.Fleet;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.pair.Halt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What lives as long as the process of a node, also while its services are stopped: who it is, its way to the others, and at
 * a head what the others need to come and to hear what they shall do.
 *
 * @param engineFailed told when an engine of a head cannot go on
 * @param draining true while the node is to be named to nobody
 */
record NodeBase(
        Surroundings around,
        NodeIdentity identity,
        Heads heads,
        Founding founding,
        CoordinationRole coordination,
        DataNodes dataNodes,
        Fleet fleet,
        Halt engineFailed,
        BooleanSupplier draining) {
    static NodeBase of(Surroundings around, NodeIdentity identity, Halt halt, BooleanSupplier draining) {
        Heads heads = new Heads(around);
        Founding founding = new Founding(around);
        // A mere head is of more use when it is started anew; where other roles serve in the process, they go on.
        Halt engineFailed = around.get(AllSettings.NODE_ROLES).equals(Set.of(NodeRole.HEAD)) ? halt : why -> {};
        CoordinationRole coordination = new CoordinationRole(around, identity, heads, founding, engineFailed);
        DataNodes dataNodes = new DataNodes(around, coordination.connection());
        return new NodeBase(
                around,
                identity,
                heads,
                founding,
                coordination,
                dataNodes,
                new Fleet(
                        coordination.nodes(),
                        dataNodes::placement,
                        around.clock(),
                        new NodeRevocation(around, heads, coordination.revocations())::revoke),
                engineFailed,
                draining);
    }

    /** In start order. */
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        if (around.is(NodeRole.HEAD)) {
            parts.add(
                    JoinRole.part(around, identity, heads, coordination.membership(), coordination.gates(), founding));
        }
        parts.addAll(coordination.parts());
        parts.add(dataNodes.part());
        return parts;
    }
}
