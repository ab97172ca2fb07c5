package io.hopyard.wire.mysql;

import java.time.Duration;

/**
 * Where the MySQL door listens and its bounds.
 *
 * @param host address to bind
 * @param port 0 = any free one
 * @param connectionsMax more are refused with 1040
 * @param loginTimeout from the greeting to the end of the login
 * @param idleTimeout a connection without a statement for so long is closed
 * @param statementTimeout for look-ups by key
 * @param scanTimeout for statements that read whole tables
 * @param stallTimeout a client that does not take what was sent for so long is cut off
 * @param packetBytesMax of a statement
 * @param pageRows rows that are read at once
 * @param shapesMax texts of statements whose meaning is kept
 */
public record MysqlSettings(
        String host,
        int port,
        int connectionsMax,
        Duration loginTimeout,
        Duration idleTimeout,
        Duration statementTimeout,
        Duration scanTimeout,
        Duration stallTimeout,
        int packetBytesMax,
        int pageRows,
        int shapesMax) {
    public MysqlSettings {
        check("port", port, 0, 65_535);
        check("connectionsMax", connectionsMax, 1, 1_000_000);
        check("loginTimeout in ms", loginTimeout.toMillis(), 1, 3_600_000);
        check("idleTimeout in ms", idleTimeout.toMillis(), 1, 7L * 86_400_000);
        check("statementTimeout in ms", statementTimeout.toMillis(), 1, 86_400_000);
        check("scanTimeout in ms", scanTimeout.toMillis(), 1, 86_400_000);
        check("stallTimeout in ms", stallTimeout.toMillis(), 1, 86_400_000);
        check("packetBytesMax", packetBytesMax, 1_024, (1 << 24) - 2);
        check("pageRows", pageRows, 1, 10_000);
        check("shapesMax", shapesMax, 1, 1_000_000);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }
}
