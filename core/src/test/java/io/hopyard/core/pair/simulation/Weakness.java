package io.hopyard.core.pair.simulation;

/** What a simulated pair may lack, to show that the simulation notices. */
enum Weakness {
    NONE,
    /** The engine goes on without its peer as soon as it misses it. */
    ENGINE_ASKS_NOBODY,
    /** A write is acknowledged whenever the engine's call returns. */
    ACK_UNCHECKED,
    ENGINE_ASKS_NOBODY_AND_ACK_UNCHECKED,
    /** Members read whether they hold a lease or not. */
    LEASE_IGNORED,
    /** The register replaces whatever it holds. */
    REGISTER_WITHOUT_COMPARE;

    boolean engineAsksNobody() {
        return this == ENGINE_ASKS_NOBODY || this == ENGINE_ASKS_NOBODY_AND_ACK_UNCHECKED;
    }

    boolean ackUnchecked() {
        return this == ACK_UNCHECKED || this == ENGINE_ASKS_NOBODY_AND_ACK_UNCHECKED;
    }
}
