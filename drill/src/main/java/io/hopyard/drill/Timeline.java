package io.hopyard.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * When calls of one kind succeeded and failed, seen by those who made them. The longest time without a success counts from
 * {@link #begin} to {@link #end}. Thread safe.
 */
final class Timeline {
    static final Duration BUCKET = Duration.ofMillis(100);
    private static final int LATENCIES_PER_BUCKET_MAX = 2_000;
    /** The longest ones are kept. */
    private static final int GAPS_MAX = 10_000;

    private final String name;
    private final Map<Integer, Bucket> buckets = new TreeMap<>();
    private final Map<String, Long> failures = new TreeMap<>();
    private long beginNanos;
    private long lastSuccessNanos;
    private final PriorityQueue<Gap> gaps = new PriorityQueue<>(Comparator.comparingLong(Gap::nanos));
    private long successes;
    private long failedCalls;
    private boolean running;

    private static final Bucket NOTHING = new Bucket();

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

    private record Gap(long from, long to) {
        long nanos() {
            return to - from;
        }
    }

    /**
     * All of it.
     *
     * @param longestGap without a success
     * @param gapAt when that gap began, since the beginning
     * @param gaps the longest one of each phase in which there was any
     * @param failures of attempts, by what was said
     * @param failedCalls calls that failed in the end, whomever they asked
     */
    record Summary(
            String name,
            long successes,
            Duration longestGap,
            Duration gapAt,
            Map<Phases.Phase, Duration> gaps,
            Map<String, Long> failures,
            long failedCalls,
            List<Point> points) {
        Duration gap(Phases.Phase phase) {
            return gaps.getOrDefault(phase, Duration.ZERO);
        }
    }

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
        if (nowNanos - lastSuccessNanos > 0) {
            gaps.add(new Gap(lastSuccessNanos, nowNanos));
            if (gaps.size() > GAPS_MAX) {
                gaps.remove();
            }
        }
    }

    synchronized void failure(long nowNanos, String what) {
        if (running) {
            failures.merge(what, 1L, Long::sum);
            bucket(nowNanos).failures++;
        }
    }

    /** A call failed in the end, not only an attempt at one. */
    synchronized void failedCall() {
        if (running) {
            failedCalls++;
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

    synchronized Summary summary(Phases phases) {
        Gap longest = gaps.stream().max(Comparator.comparingLong(Gap::nanos)).orElse(new Gap(beginNanos, beginNanos));
        Map<Phases.Phase, Duration> byPhase = new EnumMap<>(Phases.Phase.class);
        gaps.forEach(gap -> byPhase.merge(
                phases.of(gap.from(), gap.to()),
                Duration.ofNanos(gap.nanos()),
                (one, other) -> one.compareTo(other) > 0 ? one : other));
        double perSecond = 1e9 / BUCKET.toNanos();
        int end = buckets.keySet().stream().mapToInt(number -> number + 1).max().orElse(0);
        List<Point> points = IntStream.range(0, end)
                .mapToObj(number -> {
                    Bucket bucket = buckets.getOrDefault(number, NOTHING);
                    return new Point(
                            number / perSecond,
                            bucket.successes * perSecond,
                            bucket.failures * perSecond,
                            percentile(bucket.latencies, 0.99) / 1e6);
                })
                .toList();
        return new Summary(
                name,
                successes,
                Duration.ofNanos(longest.nanos()),
                Duration.ofNanos(longest.from() - beginNanos),
                Map.copyOf(byPhase),
                Map.copyOf(failures),
                failedCalls,
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
