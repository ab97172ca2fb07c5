package io.hopyard.core.pair;

import org.jspecify.annotations.Nullable;

/**
 * What requests need to know of the pair, at one moment. The driver of {@link PairMember} publishes it in a volatile field
 * after each step and before it performs the step's actions.
 *
 * @param epoch of the newest record known, 0 for none
 * @param peer the other member; while joining the sponsor, while promoting the joiner; else null
 * @param lease the last one granted to this node by anybody
 * @param aloneFromNanos reading of the ticker before which a sole member must not answer
 * @param waitsFor for people: what keeps this node from serving or from a decision; empty when nothing does
 */
public record PairView(
        PairState state,
        long epoch,
        @Nullable Incarnation peer,
        @Nullable Lease lease,
        long aloneFromNanos,
        String waitsFor) {
    /** Whether this node is the only member and nobody can be reading under a lease of its any more. */
    boolean servesAlone(long nowNanos) {
        return state == PairState.SOLO && nowNanos - aloneFromNanos >= 0;
    }

    /** Whether writes go to both copies and must be on both. */
    boolean servesWithPeer() {
        return state == PairState.BOTH || state == PairState.PROMOTING;
    }
}
