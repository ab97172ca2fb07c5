package io.hopyard.store.pair;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.PairEvent.EngineSeen;
import org.jspecify.annotations.Nullable;

/** What a member of a pair asks of the engine. Thread safe, except that it is started once and before all other calls. */
public interface PairEngine {
    /**
     * Starts the engine; it need not have its rows yet when this returns.
     *
     * @param gate stands between its network and it
     * @return the second server in its ring, null for none
     * @throws io.hopyard.core.error.FeatureStoreException when it does not start
     */
    @Nullable
    Incarnation start(How how, PairGate gate);

    /** How it stands; null when it runs no more. */
    @Nullable
    EngineSeen look();

    /** Whether the ring holds that process, excluded or not. Cheap. */
    boolean inRing(Incarnation peer);

    /**
     * From now on rows are copied to this node and the joiner, and to no other. May be repeated.
     *
     * @return false when that is not possible yet
     */
    boolean admit(Incarnation joiner);

    /** Has the ring drop the node if it still has it. May be repeated. */
    void drop(Incarnation peer);
}
