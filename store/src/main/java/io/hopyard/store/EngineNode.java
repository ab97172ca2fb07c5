package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteState;
import org.apache.ignite.IgniteTransactions;
import org.apache.ignite.Ignition;
import org.apache.ignite.cluster.BaselineNode;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.cache.CacheGroupContext;
import org.apache.ignite.internal.processors.cache.GridCachePartitionExchangeManager;
import org.apache.ignite.internal.processors.cache.distributed.dht.preloader.GridDhtPartitionsExchangeFuture;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtLocalPartition;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionState;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtPartitionTopology;

/**
 * The engine of one data node from its start to its stop, and its view of the ring and of who has which copy. Who owns a
 * partition is known to internals of engine version 2.18.0 only. Thread safe.
 */
final class EngineNode implements AutoCloseable {
    private final IgniteEx engine;

    private EngineNode(IgniteEx engine) {
        this.engine = engine;
    }

    /** @throws FeatureStoreException UNAVAILABLE when the engine does not start */
    static EngineNode start(IgniteConfiguration settings) {
        EngineSettings.quietProperties();
        try {
            return new EngineNode((IgniteEx) Ignition.start(settings));
        } catch (IgniteException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "store in " + settings.getWorkDirectory() + ": the engine does not start",
                    e);
        }
    }

    /** True when no node of this ring has ever had data. */
    boolean blank() {
        return engine.cluster().currentBaselineTopology() == null;
    }

    /**
     * Serves without waiting for members that are not there. Only for who knows that no other node has newer rows.
     */
    void activate() {
        engine.cluster().state(ClusterState.ACTIVE);
        engine.cluster().baselineAutoAdjustEnabled(false);
    }

    boolean active() {
        return engine.cluster().state() == ClusterState.ACTIVE;
    }

    /** The servers of the ring that the engine knows of, which may be fewer than the ring has for a moment. */
    private Collection<ClusterNode> servers() {
        return engine.cluster().forServers().nodes();
    }

    /**
     * From now on rows are copied to this node and the joiner; a member that is gone is given up for ever. May be repeated.
     *
     * @return false when the engine does not know the joiner yet
     */
    boolean admit(Predicate<ClusterNode> joiner) {
        List<ClusterNode> members = servers().stream()
                .filter(node -> node.isLocal() || joiner.test(node))
                .toList();
        if (members.size() < 2) {
            return false;
        }
        Collection<BaselineNode> before = engine.cluster().currentBaselineTopology();
        if (before == null || !names(before).equals(names(members))) {
            engine.cluster().setBaselineTopology(List.copyOf(members));
        }
        return true;
    }

    private static Set<Object> names(Collection<? extends BaselineNode> nodes) {
        return nodes.stream().map(BaselineNode::consistentId).collect(Collectors.toSet());
    }

    /** True when every row is on this node, so that it may answer for all. */
    boolean holdsEverything() {
        return settled()
                && topologies().stream()
                        .allMatch(topology -> topology.localPartitions().size() == topology.partitions()
                                && topology.localPartitions().stream()
                                        .map(GridDhtLocalPartition::state)
                                        .allMatch(GridDhtPartitionState.OWNING::equals));
    }

    /** True when every row is on two nodes. */
    boolean everythingIsDoubled() {
        return settled() && servers().size() == 2 && topologies().stream().allMatch(EngineNode::isDoubled);
    }

    private static boolean isDoubled(GridDhtPartitionTopology topology) {
        for (int partition = 0; partition < topology.partitions(); partition++) {
            if (topology.owners(partition).size() != 2) {
                return false;
            }
        }
        return true;
    }

    private List<GridDhtPartitionTopology> topologies() {
        return engine.context().cache().cacheGroups().stream()
                .filter(group -> !group.systemCache())
                .map(CacheGroupContext::topology)
                .toList();
    }

    /** True when no change of the ring is being worked on. */
    private boolean settled() {
        GridCachePartitionExchangeManager<?, ?> exchanges =
                engine.context().cache().context().exchange();
        GridDhtPartitionsExchangeFuture last = exchanges.lastTopologyFuture();
        return active() && last != null && last.isDone() && !exchanges.hasPendingServerExchange();
    }

    boolean running() {
        return Ignition.state(engine.name()) == IgniteState.STARTED;
    }

    IgniteCache<byte[], byte[]> cache(String name) {
        return Objects.requireNonNull(engine.cache(name), name);
    }

    IgniteTransactions transactions() {
        return engine.transactions();
    }

    TableCursor cursor(String cache) {
        return new TableCursor(engine, cache);
    }

    IgniteEx engine() {
        return engine;
    }

    /** The engine writes its pages out, so that the next start has nothing to repeat. May be repeated. */
    @Override
    public void close() {
        if (running()) {
            Ignition.stop(engine.name(), false);
        }
    }
}
