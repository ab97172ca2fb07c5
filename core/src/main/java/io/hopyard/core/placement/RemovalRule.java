package io.hopyard.core.placement;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.PairRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * May a data node be taken out of its pair for good? Only when the rows are safe without it: the record of its pair names the
 * other one alone. A node that comes back between this look and the change is not harmed: it may serve until it ends, and its
 * next start is refused.
 */
public final class RemovalRule {
    private RemovalRule() {}

    /**
     * @param record of the node's pair, null for none
     * @param alive whether the node is seen in the cluster now
     * @throws FeatureStoreException {@code INVALID_REQUEST} when it may not be, with what must happen before
     */
    public static void check(Placement placement, String node, @Nullable PairRecord record, boolean alive) {
        Pair pair = placement
                .pairOf(node)
                .orElseThrow(() -> refused(
                        node,
                        placement.removed().contains(node)
                                ? "a member of a pair; this one was removed before"
                                : "a member of a pair, one of " + names(placement)));
        if (alive) {
            throw refused(node, "one that is not alive; stop it, and wait until the cluster has noticed");
        }
        if (record == null) {
            throw refused(
                    node,
                    "a pair whose record is there; say first whose rows of pair " + pair.number()
                            + " count: hopyard data override");
        }
        if (record.member(node).isEmpty()) {
            return;
        }
        boolean last = record.members().size() == 1;
        throw refused(
                node,
                last
                        ? "not the last one that served pair " + pair.number() + " (epoch " + record.epoch()
                                + "): what it acknowledged alone would be lost"
                        : "one that pair " + pair.number() + " goes on without; it is a member in epoch "
                                + record.epoch() + ", and the other one takes over only while it serves");
    }

    private static List<String> names(Placement placement) {
        return placement.pairs().stream()
                .flatMap(pair -> pair.members().stream())
                .map(DataNode::name)
                .toList();
    }

    private static FeatureStoreException refused(String node, String expected) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST, "data node to remove: '" + node + "' (expected: " + expected + ")");
    }
}
