package io.hopyard.core.ingest;

import io.hopyard.core.cluster.Membership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;

/** What a worker has to read now. Thread safe. */
@FunctionalInterface
public interface IngestAssignment {
    /** Asked several times a second; answers at once. */
    IngestShare current();

    /** Everything, always: for a worker that has no others beside it. */
    static IngestAssignment whole() {
        return () -> IngestShare.WHOLE;
    }

    /**
     * The share among the workers that are members of the cluster. While nobody can be asked who is alive, the last answer
     * stands.
     *
     * @param nodeId of this worker
     */
    static IngestAssignment among(Membership members, String nodeId) {
        return () -> new IngestShare(
                nodeId,
                members.alive().stream()
                        .filter(node -> node.roles().contains(NodeRole.WORKER))
                        .map(Node::id)
                        .toList());
    }
}
