package io.hopyard.core.pair;

/** What a data node is to its pair. Only {@link PairMember} moves from one to another. */
public enum PairState {
    /** Knows the record or waits for it; the engine does not run, or starts alone. */
    STARTING,
    /** Both were members and both start again: neither knows more than the other, so they start together. */
    SYSTEM_RESTART,
    /** The engine runs beside the sponsor's and its copy is being filled; not a member. */
    JOINING,
    /** Member beside an undisputed peer. */
    BOTH,
    /** The peer is suspected and the register has not yet answered. */
    ARBITRATING,
    /** The only member. */
    SOLO,
    /** The only member so far; the joiner may become one at any moment. */
    PROMOTING,
    /** Not a member any more, or unable to tell; the process must end. */
    HALTED;

    /** Whether such a node had a part in serving, so that who is no longer a member must hear that. */
    boolean claimsMembership() {
        return this == BOTH || this == ARBITRATING || this == SOLO || this == PROMOTING;
    }
}
