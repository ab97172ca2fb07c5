package io.hopyard.store;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.ignite.cache.affinity.AffinityFunction;
import org.apache.ignite.cache.affinity.AffinityFunctionContext;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.cluster.ClusterNode;

/**
 * Places rows by six bits out of the middle of the hash of their key bytes, so that the rows of one table lie together in
 * every partition ({@link StoredKey}). Which node has which partition is decided by the engine's rendezvous.
 */
final class PairAffinity implements AffinityFunction {
    private static final long serialVersionUID = 1L;
    private static final int SHIFT = 16;

    private final RendezvousAffinityFunction nodes;

    /** @param partitions a power of two, at most 64 */
    PairAffinity(int partitions) {
        this.nodes = new RendezvousAffinityFunction(false, partitions);
    }

    static int partition(int hash, int partitions) {
        return (hash >>> SHIFT) & (partitions - 1);
    }

    /** The hashes of a partition that share their upper bits begin here. */
    static int firstHash(int upperBits, int partition) {
        return upperBits | (partition << SHIFT);
    }

    @Override
    public void reset() {
        nodes.reset();
    }

    @Override
    public int partitions() {
        return nodes.partitions();
    }

    /** The engine hands over the key bytes or, mostly, their hash already. */
    @Override
    public int partition(Object key) {
        int hash = key instanceof byte[] bytes ? Arrays.hashCode(bytes) : (Integer) key;
        return partition(hash, partitions());
    }

    @Override
    public List<List<ClusterNode>> assignPartitions(AffinityFunctionContext context) {
        return nodes.assignPartitions(context);
    }

    @Override
    public void removeNode(UUID nodeId) {
        nodes.removeNode(nodeId);
    }
}
