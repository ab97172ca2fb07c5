package io.hopyard.store.pair;

import io.hopyard.core.pair.Incarnation;

/**
 * Stands between the engine's network and the engine: before the engine may believe that the other node is gone, the
 * register must have excluded that node. Thread safe; two of the calls hold their caller for as long as this takes, which
 * may be for ever.
 */
public interface PairGate {
    /** The ring has dropped the node; returns when the engine may be told. */
    void dropped(Incarnation peer);

    /** A message could not be sent to the node; returns when the engine may be told. */
    void sendFailed(Incarnation peer);

    /** The ring has thrown this node out. */
    void thrownOut();

    /** Whether that process may come into the ring: never a third one, nor one that was removed from the pair. */
    boolean admits(Incarnation joiner);

    /** True when the engine must see the node as gone, whether the ring still has it or not. */
    boolean excluded(Incarnation peer);
}
