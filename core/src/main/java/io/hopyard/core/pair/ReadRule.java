package io.hopyard.core.pair;

/**
 * May a row be read from the local copy? Ask before the read, and again after it, before the row is given away: what holds
 * after the read held while the row was taken. A pause behind that does no harm.
 */
public final class ReadRule {
    /** What the local copy is good for. */
    public enum Read {
        /** No acknowledged write is missing. */
        FRESH,
        /** Nothing is missing that was acknowledged longer ago than the allowed staleness; the answer says so. */
        STALE,
        REFUSED
    }

    private final long leaseNanos;
    private final long stalenessNanos;

    public ReadRule(Timings timings) {
        leaseNanos = timings.lease().toNanos();
        stalenessNanos = timings.onlineReadStalenessMax().toNanos();
    }

    /** For what decides about other things: never {@link Read#STALE}. */
    public Read strict(PairView view, long nowNanos) {
        return fresh(view, nowNanos) ? Read.FRESH : Read.REFUSED;
    }

    /**
     * For rows of features: goes on for a bounded time while the pair is undecided, so that models keep getting them while
     * a node freezes. A sole member that only waits for the other's lease to end misses nothing, but is ahead of it.
     */
    public Read online(PairView view, long nowNanos) {
        if (fresh(view, nowNanos)) {
            return Read.FRESH;
        }
        if (stalenessNanos == 0) {
            return Read.REFUSED;
        }
        boolean stale = view.state() == PairState.SOLO || granted(view, nowNanos, stalenessNanos);
        return stale ? Read.STALE : Read.REFUSED;
    }

    private boolean fresh(PairView view, long nowNanos) {
        return view.servesAlone(nowNanos) || granted(view, nowNanos, leaseNanos);
    }

    private static boolean granted(PairView view, long nowNanos, long forNanos) {
        boolean guarded = view.servesWithPeer() || view.state() == PairState.ARBITRATING;
        Lease lease = view.lease();
        return guarded
                && lease != null
                && lease.grantor().equals(view.peer())
                && nowNanos - lease.sentNanos() - forNanos < 0;
    }
}
