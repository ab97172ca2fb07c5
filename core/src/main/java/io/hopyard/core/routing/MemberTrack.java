package io.hopyard.core.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of a member from its answers. One that failed or kept silent is doubted: its twin is asked first, but for
 * one call now and then, until an answer restores the trust. Thread safe.
 */
public final class MemberTrack {
    /** Time between calls that try a doubted member first. */
    static final long PROBE_NANOS = 100_000_000;

    private static final long TRUSTED = 0;

    /** {@link #TRUSTED}, or the reading of the ticker at which the next call may try, never 0. */
    private final AtomicLong doubtedUntil = new AtomicLong(TRUSTED);

    private volatile long heardAt = Long.MIN_VALUE;

    /** It did what it was asked for. */
    public void served(long nowNanos) {
        heardAt = nowNanos;
        if (doubtedUntil.get() != TRUSTED) {
            doubtedUntil.set(TRUSTED);
        }
    }

    /** It is alive but did not do it. */
    public void refused(long nowNanos) {
        heardAt = nowNanos;
    }

    public void doubt(long nowNanos) {
        doubtedUntil.compareAndSet(TRUSTED, (nowNanos + PROBE_NANOS) | 1);
    }

    public boolean trusted() {
        return doubtedUntil.get() == TRUSTED;
    }

    /** True when it may be asked first; of a doubted one once per {@link #PROBE_NANOS}. */
    boolean mayLead(long nowNanos) {
        long until = doubtedUntil.get();
        return until == TRUSTED
                || (nowNanos - until >= 0 && doubtedUntil.compareAndSet(until, (nowNanos + PROBE_NANOS) | 1));
    }

    /** True when nothing came from it since then, not even a refusal. */
    boolean silentSince(long thenNanos) {
        long heard = heardAt;
        return heard == Long.MIN_VALUE || heard - thenNanos < 0;
    }
}
