package io.hopyard.core.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Collection;

/** Who may join a cluster. Pure. */
public final class JoinRule {
    private JoinRule() {}

    /**
     * A cluster stands in one region, and the name of a node is its own as long as it lives. The same node may come again:
     * what it left behind in an earlier life does not stand in its way.
     *
     * @param alive the nodes that are there
     * @throws FeatureStoreException {@code JOIN_REFUSED}
     */
    public static void check(Node joining, Collection<Node> alive) {
        for (Node other : alive) {
            if (other.id().equals(joining.id())) {
                continue;
            }
            if (other.name().equals(joining.name())) {
                throw new FeatureStoreException(
                        ErrorCode.JOIN_REFUSED,
                        "node name: " + joining.name() + " (expected: another one, this one is alive at "
                                + other.addresses() + ")");
            }
            if (!other.region().equals(joining.region())) {
                throw new FeatureStoreException(
                        ErrorCode.JOIN_REFUSED,
                        "region: " + joining.region() + " (expected: " + other.region() + ", the region of node "
                                + other.name() + "; a cluster never spans regions)");
            }
        }
    }
}
