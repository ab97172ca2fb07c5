package io.hopyard.core.pair;

import io.hopyard.core.pair.PairEvent.EngineSeen;
import org.jspecify.annotations.Nullable;

/** When the sole member makes a joiner a member: everything has looked right for a while. Not thread safe. */
final class PromotionRule {
    private final long calmNanos;
    private final long leaseNanos;
    private @Nullable Incarnation calm;
    private long calmSinceNanos;

    PromotionRule(Timings timings) {
        calmNanos = timings.promotionCalm().toNanos();
        leaseNanos = timings.lease().toNanos();
    }

    /** Nothing looks right any more. */
    void disturbed() {
        calm = null;
    }

    /** Who may be promoted now, null for nobody. Called with each look at the engine. */
    @Nullable
    Incarnation ready(EngineSeen seen, PairView view, @Nullable Heartbeat peer, long nowNanos) {
        Incarnation joiner = seen.other();
        if (joiner == null || !looksRight(joiner, seen, view, peer, nowNanos)) {
            calm = null;
            return null;
        }
        if (!joiner.equals(calm)) {
            calm = joiner;
            calmSinceNanos = nowNanos;
        }
        return nowNanos - calmSinceNanos >= calmNanos ? joiner : null;
    }

    private boolean looksRight(
            Incarnation joiner, EngineSeen seen, PairView view, @Nullable Heartbeat peer, long nowNanos) {
        return seen.copiesComplete()
                && view.servesAlone(nowNanos)
                && joins(joiner, peer)
                && leased(joiner, view.lease(), nowNanos);
    }

    static boolean joins(Incarnation joiner, @Nullable Heartbeat peer) {
        return peer != null && peer.from().equals(joiner) && peer.state() == PairState.JOINING;
    }

    private boolean leased(Incarnation joiner, @Nullable Lease lease, long nowNanos) {
        return lease != null && lease.grantor().equals(joiner) && nowNanos - lease.sentNanos() - leaseNanos < 0;
    }
}
