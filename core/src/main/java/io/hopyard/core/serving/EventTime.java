package io.hopyard.core.serving;

/** Event times as users give them (timestamp, date, or a number of seconds or milliseconds) on one scale. */
public final class EventTime {
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    /** Numbers below this are seconds since 1970, as the public client reads them; above, milliseconds. */
    private static final long SECONDS_MAX = 10_000_000_000L;

    private EventTime() {}

    /** Microseconds since 1970. */
    public static long micros(ColumnType type, long value) {
        if (type == ColumnType.TIMESTAMP) {
            return value;
        }
        if (type == ColumnType.DATE) {
            return Math.multiplyExact(value, MICROS_PER_DAY);
        }
        long perUnit = Math.abs(value) < SECONDS_MAX ? 1_000_000L : 1_000L;
        return Math.multiplyExact(value, perUnit);
    }

    /** True when a column of this type can be an event time. */
    public static boolean usable(ColumnType type) {
        return type == ColumnType.TIMESTAMP
                || type == ColumnType.DATE
                || type == ColumnType.BIGINT
                || type == ColumnType.INT;
    }
}
