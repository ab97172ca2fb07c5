package io.hopyard.server.local;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** When a node that has ended may be started again: at once, then after a pause that doubles while it keeps ending soon. */
final class Restarts {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** Who has run for that long is well again. */
    private static final Duration WELL = Duration.ofMinutes(2);

    private final Map<String, Last> lasts = new HashMap<>();

    private record Last(long atNanos, Duration pause) {}

    /** True at most once per end of the node; the next pause counts from then. */
    boolean due(String name, long nowNanos) {
        Last last = lasts.get(name);
        Duration pause = FIRST;
        if (last != null) {
            long since = nowNanos - last.atNanos();
            if (since < last.pause().toNanos()) {
                return false;
            }
            if (since <= WELL.toNanos()) {
                Duration doubled = last.pause().multipliedBy(2);
                pause = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
            }
        }
        lasts.put(name, new Last(nowNanos, pause));
        return true;
    }
}
