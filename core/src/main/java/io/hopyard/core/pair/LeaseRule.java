package io.hopyard.core.pair;

import io.hopyard.core.pair.Heartbeat.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a node promises to its peer, and how long the promise binds it. The peer grants, not the register, so a healthy pair
 * needs no register to read.
 */
final class LeaseRule {
    private final long bindsNanos;
    private final long startedNanos;
    private @Nullable Incarnation holder;
    private long grantedNanos;

    /** A former life of this node may have granted until the moment it ended, so every life begins bound. */
    LeaseRule(Timings timings, long startedNanos) {
        this.bindsNanos = timings.grantBinds().toNanos();
        this.startedNanos = startedNanos;
    }

    /**
     * A member grants to the other member, and a joiner to its sponsor, who needs that once the joiner is a member without
     * knowing it. Who promotes does not grant: the joiner has no need of it before it is a member.
     */
    static Verdict verdict(PairView view, @Nullable PairRecord record, Heartbeat ask) {
        boolean grants = view.state() == PairState.BOTH || view.state() == PairState.JOINING;
        boolean served =
                ask.state() == PairState.BOTH || ask.state() == PairState.SOLO || ask.state() == PairState.PROMOTING;
        if (grants && served && ask.from().equals(view.peer())) {
            return Verdict.GRANT;
        }
        boolean fenced = record != null
                && view.state().claimsMembership()
                && ask.state().claimsMembership()
                && ask.epoch() < record.epoch()
                && !record.has(ask.from());
        return fenced ? Verdict.FENCED : Verdict.NO;
    }

    void granted(Incarnation to, long nowNanos) {
        holder = to;
        grantedNanos = nowNanos;
    }

    /** A process that has ended reads nothing any more. */
    void ended(Incarnation incarnation) {
        if (incarnation.equals(holder)) {
            holder = null;
        }
    }

    /** From when on nobody can read under a promise of this node. */
    long aloneFromNanos() {
        long former = startedNanos + bindsNanos;
        if (holder == null) {
            return former;
        }
        long last = grantedNanos + bindsNanos;
        return last - former > 0 ? last : former;
    }
}
