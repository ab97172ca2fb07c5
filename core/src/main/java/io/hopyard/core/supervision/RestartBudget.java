package io.hopyard.core.supervision;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How soon something that failed may start again: pauses double from failure to failure, with jitter, and within a window
 * there are no more than so many restarts. Used by one thread; times are those of a ticker.
 */
public final class RestartBudget {
    private final Limits limits;
    /** When the latest restarts were due, oldest first; never more than the budget. */
    private final Deque<Long> latest = new ArrayDeque<>();

    /**
     * @param first pause after a failure, doubled for each further one within the window
     * @param longest pause between two restarts while the budget lasts
     * @param restartsMax within the window
     * @param flappingFrom so many restarts within the window are reported
     */
    public record Limits(Duration first, Duration longest, Duration window, int restartsMax, int flappingFrom) {
        /** One second to one minute, ten within ten minutes, reported from three on. */
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(10), 10, 3);

        public Limits {
            if (first.isNegative()
                    || first.isZero()
                    || longest.compareTo(first) < 0
                    || window.compareTo(longest) < 0
                    || restartsMax < 1
                    || flappingFrom < 1) {
                throw new IllegalArgumentException(
                        "restarts: " + first + ", " + longest + ", " + window + ", " + restartsMax + ", " + flappingFrom
                                + " (expected: 0 < first <= longest <= window, counts >= 1)");
            }
        }
    }

    public RestartBudget(Limits limits) {
        this.limits = limits;
    }

    /**
     * When a restart is due after a failure of now.
     *
     * @param chance from 0 (inclusive) to 1 (exclusive)
     */
    public long next(long nowNanos, double chance) {
        forget(nowNanos);
        long due;
        if (latest.size() >= limits.restartsMax()) {
            long free = latest.removeFirst() + limits.window().toNanos();
            due = free - nowNanos > 0 ? free : nowNanos; // a ticker may wrap
        } else {
            long pause = limits.longest().toNanos();
            int doublings = latest.size();
            if (doublings < Long.numberOfLeadingZeros(limits.first().toNanos()) - 1) {
                pause = Math.min(pause, limits.first().toNanos() << doublings);
            }
            due = nowNanos + pause / 2 + (long) (pause / 2.0 * chance);
        }
        latest.addLast(due);
        return due;
    }

    public boolean flapping(long nowNanos) {
        forget(nowNanos);
        return latest.size() >= limits.flappingFrom();
    }

    private void forget(long nowNanos) {
        while (!latest.isEmpty()
                && nowNanos - latest.getFirst() >= limits.window().toNanos()) {
            latest.removeFirst();
        }
    }
}
