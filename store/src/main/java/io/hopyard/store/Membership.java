package io.hopyard.store;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.Fence;

/** What a node is in its pair, from its start to its stop. Start and close are for one thread. */
interface Membership extends AutoCloseable {
    /**
     * Returns when the engine runs and holds every row.
     *
     * @throws FeatureStoreException UNAVAILABLE when it does not in time
     */
    EngineNode start(Deadline deadline);

    /**
     * Returns when this node may serve what its engine holds.
     *
     * @throws FeatureStoreException UNAVAILABLE when it may not in time
     */
    void awaitService(Deadline deadline);

    /** What requests must ask. */
    Fence fence();

    /** What keeps the node from serving, for people; empty when nothing does. */
    String waitsFor();

    /** Stops the engine; nothing is served any more. May be repeated. */
    @Override
    void close();
}
