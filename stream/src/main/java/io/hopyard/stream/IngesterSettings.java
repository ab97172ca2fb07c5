package io.hopyard.stream;

import io.hopyard.core.serving.OnlineRows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of the online ingester.
 *
 * @param batchRowsMax rows that are applied at once, 1 to {@link OnlineRows#UPSERT_ROWS_MAX}
 * @param lookEvery how often new feature groups are looked for when nobody says that there are some
 * @param fetchWaitMax how long the log may hold an empty answer back; bounds how fast a new topic is read
 * @param callTimeout of one call to the database, the online store or the log
 * @param backoffMin the first pause after a failure; each further one is twice as long
 * @param backoffMax the longest pause
 */
public record IngesterSettings(
        int batchRowsMax,
        Duration lookEvery,
        Duration fetchWaitMax,
        Duration callTimeout,
        Duration backoffMin,
        Duration backoffMax) {
    public static final IngesterSettings DEFAULT = new IngesterSettings(
            5_000,
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofMillis(20),
            Duration.ofSeconds(2));

    public IngesterSettings {
        List<String> problems = new ArrayList<>();
        if (batchRowsMax < 1 || batchRowsMax > OnlineRows.UPSERT_ROWS_MAX) {
            problems.add("batch rows max: " + batchRowsMax + " (expected: 1 to " + OnlineRows.UPSERT_ROWS_MAX + ")");
        }
        between("look every", lookEvery, Duration.ofMillis(10), Duration.ofMinutes(1), problems);
        between("fetch wait max", fetchWaitMax, Duration.ofMillis(1), Duration.ofSeconds(5), problems);
        between("call timeout", callTimeout, Duration.ofMillis(100), Duration.ofMinutes(1), problems);
        between("backoff min", backoffMin, Duration.ofMillis(1), Duration.ofMinutes(1), problems);
        between("backoff max", backoffMax, backoffMin, Duration.ofMinutes(1), problems);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static void between(String name, Duration value, Duration min, Duration max, List<String> problems) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            problems.add(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
