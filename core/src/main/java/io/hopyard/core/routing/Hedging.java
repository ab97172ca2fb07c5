package io.hopyard.core.routing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decides when a read that takes long is sent to the twin as well ("The Tail at Scale", Dean and Barroso, 2013): after the
 * 95th percentile of recent reads, and for a share of the reads only, so that slowness of both members is not answered by
 * twice the load. A member that keeps silent altogether does no work; reads leave it whatever the share. Thread safe.
 */
public final class Hedging {
    private static final long TOKEN = 1_000;

    private final Settings settings;
    private final LatencyTrack latency = new LatencyTrack();
    private final AtomicLong thousandths;

    /**
     * @param floor the shortest time after which the twin is asked
     * @param ceiling the longest
     * @param sharePermille hedged reads per thousand reads, in the long run
     * @param burst hedged reads that may come at once
     */
    public record Settings(Duration floor, Duration ceiling, int sharePermille, int burst) {
        public static final Settings DEFAULT = new Settings(Duration.ofMillis(5), Duration.ofMillis(50), 50, 20);

        public Settings {
            if (floor.isNegative() || ceiling.compareTo(floor) < 0) {
                throw new IllegalArgumentException(
                        "hedging after " + floor + " to " + ceiling + " (expected: 0 or more, ascending)");
            }
            if (sharePermille < 0 || sharePermille > 1_000 || burst < 0) {
                throw new IllegalArgumentException("hedging of " + sharePermille + " per thousand, " + burst
                        + " at once (expected: 0 to 1000, 0 or more)");
            }
        }
    }

    public Hedging(Settings settings) {
        this.settings = settings;
        this.thousandths = new AtomicLong(settings.burst() * TOKEN);
    }

    /** A read was answered. */
    public void answered(long nanos) {
        latency.record(nanos);
    }

    /** How long a read waits for the member asked first. */
    long delayNanos() {
        long measured = latency.percentileNanos();
        long ceiling = settings.ceiling().toNanos();
        return measured == 0 ? ceiling : Math.clamp(measured, settings.floor().toNanos(), ceiling);
    }

    /** A read begins: it earns its share of a hedge. */
    void begun() {
        long max = settings.burst() * TOKEN;
        thousandths.accumulateAndGet(settings.sharePermille(), (there, more) -> Math.min(max, there + more));
    }

    /** True when a read that was asked then and waits still is to be sent to the twin. */
    boolean allows(MemberTrack asked, MemberTrack twin, long askedNanos, long nowNanos) {
        if (asked.silentSince(askedNanos) && twin.trusted()) {
            asked.doubt(nowNanos);
            return true;
        }
        return thousandths.getAndUpdate(there -> there >= TOKEN ? there - TOKEN : there) >= TOKEN;
    }
}
