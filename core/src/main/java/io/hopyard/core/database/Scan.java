package io.hopyard.core.database;

/**
 * Asks for rows of one group in key order.
 *
 * @param prefix only rows whose rest starts with this
 * @param from the first rest wanted (inclusive); empty = from the start
 * @param limit rows at most, 1 to 10,000
 */
public record Scan(String table, String group, String prefix, String from, int limit) {
    public static final int LIMIT_MAX = 10_000;

    public Scan {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit of a scan: " + limit + " (expected: 1 to " + LIMIT_MAX + ")");
        }
    }
}
