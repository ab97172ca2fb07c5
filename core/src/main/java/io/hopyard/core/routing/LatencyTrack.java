package io.hopyard.core.routing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The 95th percentile of recent durations: a histogram of quarter octaves whose past is halved again and again. Thread
 * safe; what is recorded during the halving may count half.
 */
public final class LatencyTrack {
    /** Of the nanoseconds that are told apart at best. */
    private static final int UNIT_BITS = 12;

    private static final int STEPS_BITS = 2;
    private static final int BUCKETS = 96;
    private static final int FADE_EVERY = 256;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
    private final AtomicInteger recorded = new AtomicInteger();
    private volatile long percentileNanos;

    public void record(long nanos) {
        counts.incrementAndGet(bucket(nanos));
        if (recorded.incrementAndGet() % FADE_EVERY == 0) {
            fade();
        }
    }

    /** Upper bound of the bucket of the 95th percentile, exact to a quarter or 4 microseconds; 0 while there are too few durations. */
    public long percentileNanos() {
        return percentileNanos;
    }

    private void fade() {
        long total = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            total += counts.get(bucket);
        }
        long below = 0;
        int bucket = 0;
        while (bucket < BUCKETS - 1 && (below + counts.get(bucket)) * 100 < total * 95) {
            below += counts.get(bucket);
            bucket++;
        }
        percentileNanos = upperBound(bucket);
        for (int index = 0; index < BUCKETS; index++) {
            int count = counts.get(index);
            counts.addAndGet(index, -(count / 2));
        }
    }

    private static int bucket(long nanos) {
        long units = Math.max(0, nanos) >>> UNIT_BITS;
        if (units < 1 << STEPS_BITS) {
            return (int) units;
        }
        int octave = 63 - Long.numberOfLeadingZeros(units);
        int step = (int) (units >>> (octave - STEPS_BITS)) & ((1 << STEPS_BITS) - 1);
        return Math.min(BUCKETS - 1, ((octave - STEPS_BITS + 1) << STEPS_BITS) + step);
    }

    private static long upperBound(int bucket) {
        if (bucket < 1 << STEPS_BITS) {
            return (bucket + 1L) << UNIT_BITS;
        }
        int shift = (bucket >> STEPS_BITS) - 1;
        long step = (1L << STEPS_BITS) + (bucket & ((1 << STEPS_BITS) - 1));
        return (step + 1) << (shift + UNIT_BITS);
    }
}
