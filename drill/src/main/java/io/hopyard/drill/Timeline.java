package io.hopyard.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * When calls of one kind succeeded and failed, seen by those who made them. The longest time without a success counts from
 * {@link #begin} to {@link #end}. Thread safe.
 */
final class Timeline {
    static final Duration BUCKET = Duration.ofMillis(100);
    private static final int LATENCIES_PER_BUCKET_MAX = 2_000;

    private final String name;
    private final Map<Integer, Bucket> buckets = new TreeMap<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private long beginNanos;
    private long lastSuccessNanos;
    private long longestGapNanos;
    private long gapAtNanos;
    private long successes;
    private boolean running;

    private static final class Bucket {
        private int successes;
        private int failures;
        private final List<Long> latencies = new ArrayList<>();
    }

    /**
     * A tenth of a second.
     *
     * @param atSeconds since the beginning
     * @param p99Millis NaN when nothing succeeded
     */
    record Point(double atSeconds, double successesPerSecond, double failuresPerSecond, double p99Millis) {}

    /**
     * All of it.
     *
     * @param longestGap without a success
     * @param gapAt when that gap began, since the beginning
     * @param failures by what was said
     */
    record Summary(
            String name,
            long successes,
            Duration longestGap,
            Duration gapAt,
            Map<String, Long> failures,
            List<Point> points) {}

    Timeline(String name) {
        this.name = name;
    }

    synchronized void begin(long nowNanos) {
        beginNanos = nowNanos;
        lastSuccessNanos = nowNanos;
        running = true;
    }

    synchronized void success(long startNanos, long endNanos) {
        if (!running) {
            return;
        }
        gap(endNanos);
        lastSuccessNanos = Math.max(lastSuccessNanos, endNanos);
        successes++;
        Bucket bucket = bucket(endNanos);
        bucket.successes++;
        if (bucket.latencies.size() < LATENCIES_PER_BUCKET_MAX) {
            bucket.latencies.add(endNanos - startNanos);
        }
    }

    private void gap(long nowNanos) {
        if (nowNanos - lastSuccessNanos > longestGapNanos) {
            longestGapNanos = nowNanos - lastSuccessNanos;
            gapAtNanos = lastSuccessNanos;
        }
    }

    synchronized void failure(long nowNanos, String what) {
        if (running) {
            failures.merge(what, 1L, Long::sum);
            bucket(nowNanos).failures++;
        }
    }

    private Bucket bucket(long nowNanos) {
        return buckets.computeIfAbsent((int) ((nowNanos - beginNanos) / BUCKET.toNanos()), number -> new Bucket());
    }

    synchronized void end(long nowNanos) {
        if (running) {
            gap(nowNanos);
            running = false;
        }
    }

    synchronized Summary summary() {
        double perSecond = 1e9 / BUCKET.toNanos();
        List<Point> points = buckets.entrySet().stream()
                .map(entry -> new Point(
                        entry.getKey() / perSecond,
                        entry.getValue().successes * perSecond,
                        entry.getValue().failures * perSecond,
                        percentile(entry.getValue().latencies, 0.99) / 1e6))
                .toList();
        return new Summary(
                name,
                successes,
                Duration.ofNanos(longestGapNanos),
                Duration.ofNanos(gapAtNanos - beginNanos),
                Map.copyOf(failures),
                points);
    }

    private static double percentile(List<Long> values, double part) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, (long) Math.ceil(part * sorted.length) - 1)];
    }
}
