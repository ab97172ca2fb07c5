package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Between the values of a row and its bytes. A column's bytes are: BOOLEAN and TINYINT 1, SMALLINT 2, INT, FLOAT and
 * DATE 4, BIGINT, DOUBLE and TIMESTAMP 8 (big endian), DECIMAL the unscaled value, STRING UTF-8, BINARY and COMPLEX as
 * they are.
 */
public final class RowCodec {
    private RowCodec() {}

    /**
     * @param partition of the log, 0 to 65,535
     * @param offset in that partition
     */
    public record LogPosition(int partition, long offset) {
        public LogPosition {
            if (partition < 0 || partition > 0xFFFF || offset < 0) {
                throw new IllegalArgumentException("log position: partition " + partition + ", offset " + offset
                        + " (expected: partition 0 to 65535, offset 0 or more)");
            }
        }
    }

    /**
     * Encodes one row.
     *
     * @param values one per column of the schema, in the Java type of the column; null = null
     * @throws IllegalArgumentException when a value does not fit its column or the row is longer than
     *     {@link RowImage#BYTES_MAX}
     */
    public static RowImage encode(OnlineSchema schema, @Nullable Object[] values, LogPosition position) {
        List<OnlineColumn> columns = schema.columns();
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    "row of " + values.length + " values (expected: " + columns.size() + ")");
        }
        int count = values.length;
        byte[] prefix = new byte[RowImage.HEADER_BYTES + ((count + 7) >>> 3) + 2 * count];
        ByteArrayOutputStream data = new ByteArrayOutputStream(count * 8);
        int ends = prefix.length - 2 * count;
        for (int ordinal = 0; ordinal < count; ordinal++) {
            Object value = values[ordinal];
            if (value == null) {
                prefix[RowImage.HEADER_BYTES + (ordinal >>> 3)] |= (byte) (1 << (ordinal & 7));
            } else {
                byte[] bytes = columnBytes(columns.get(ordinal), value);
                data.write(bytes, 0, bytes.length);
            }
            if (prefix.length + data.size() > RowImage.BYTES_MAX) {
                throw new IllegalArgumentException("row of more than " + RowImage.BYTES_MAX
                        + " bytes, reached in column '" + columns.get(ordinal).name() + "' (expected: at most that)");
            }
            RowImage.SHORT.set(prefix, ends + 2 * ordinal, (short) data.size());
        }
        long eventTime = eventTimeMicros(schema, values);
        header(prefix, position, eventTime, count);
        RowImage.LONG.set(prefix, RowImage.AT_HORIZON, RowImage.NO_HORIZON);
        RowImage.LONG.set(prefix, RowImage.AT_EXPIRY, expiry(schema, eventTime));
        byte[] image = Arrays.copyOf(prefix, prefix.length + data.size());
        System.arraycopy(data.toByteArray(), 0, image, prefix.length, data.size());
        return RowImage.of(image);
    }

    /** The trace that a delete at {@code position} leaves. */
    public static RowImage tombstone(LogPosition position) {
        byte[] image = new byte[RowImage.HEADER_BYTES];
        header(image, position, RowImage.NO_EVENT_TIME, 0);
        image[RowImage.AT_FLAGS] = RowImage.FLAG_TOMBSTONE;
        RowImage.LONG.set(image, RowImage.AT_HORIZON, position.offset());
        RowImage.LONG.set(image, RowImage.AT_EXPIRY, RowImage.NEVER);
        return RowImage.of(image);
    }

    private static void header(byte[] image, LogPosition position, long eventTime, int columns) {
        image[0] = RowImage.FORMAT;
        RowImage.SHORT.set(image, RowImage.AT_PARTITION, (short) position.partition());
        RowImage.SHORT.set(image, RowImage.AT_COLUMNS, (short) columns);
        RowImage.LONG.set(image, RowImage.AT_EVENT_TIME, eventTime);
        RowImage.LONG.set(image, RowImage.AT_OFFSET, position.offset());
    }

    /** Microseconds since 1970 of the row's event time, or {@link RowImage#NO_EVENT_TIME}. */
    private static long eventTimeMicros(OnlineSchema schema, @Nullable Object[] values) {
        Integer ordinal = schema.eventTimeOrdinal();
        Object value = ordinal == null ? null : values[ordinal];
        if (ordinal == null || value == null) {
            return RowImage.NO_EVENT_TIME;
        }
        OnlineColumn column = schema.columns().get(ordinal);
        try {
            return EventTime.micros(column.type(), (Long) value);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    column.name() + ": " + value + " (expected: an event time that fits 64 bits of microseconds)", e);
        }
    }

    private static long expiry(OnlineSchema schema, long eventTimeMicros) {
        Long ttl = schema.ttlMillis();
        if (ttl == null || eventTimeMicros == RowImage.NO_EVENT_TIME) {
            return RowImage.NEVER;
        }
        long atMillis = Math.floorDiv(eventTimeMicros, 1000L);
        long expiry = atMillis + ttl;
        return expiry < atMillis ? RowImage.NEVER : expiry;
    }

    private static byte[] columnBytes(OnlineColumn column, Object value) {
        ColumnType type = column.type();
        return switch (type) {
            case BOOLEAN -> new byte[] {(byte) (((Boolean) value) ? 1 : 0)};
            case TINYINT -> new byte[] {(byte) ranged(column, value, Byte.MIN_VALUE, Byte.MAX_VALUE)};
            case SMALLINT -> {
                byte[] bytes = new byte[2];
                RowImage.SHORT.set(bytes, 0, (short) ranged(column, value, Short.MIN_VALUE, Short.MAX_VALUE));
                yield bytes;
            }
            case INT, DATE -> ofInt((int) ranged(column, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case FLOAT -> ofInt(Float.floatToRawIntBits((Float) value));
            case BIGINT, TIMESTAMP -> ofLong((Long) value);
            case DOUBLE -> ofLong(Double.doubleToRawLongBits((Double) value));
            case DECIMAL -> unscaled(column, (BigDecimal) value).toByteArray();
            case STRING -> ((String) value).getBytes(StandardCharsets.UTF_8);
            case BINARY, COMPLEX -> (byte[]) value;
        };
    }

    /** The unscaled value under the column's scale. */
    static BigInteger unscaled(OnlineColumn column, BigDecimal value) {
        FeatureType.Decimal type = (FeatureType.Decimal) column.featureType();
        try {
            BigDecimal scaled = value.setScale(type.scale());
            if (scaled.precision() > type.precision()) {
                throw new IllegalArgumentException(column.name() + ": " + value + " (expected: " + type.text() + ")");
            }
            return scaled.unscaledValue();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(column.name() + ": " + value + " (expected: " + type.text() + ")", e);
        }
    }

    /**
     * The number, when it is in the range of its column's type.
     *
     * @throws IllegalArgumentException when it is not
     */
    static long ranged(OnlineColumn column, long number) {
        return switch (column.type()) {
            case TINYINT -> ranged(column, number, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> ranged(column, number, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT, DATE -> ranged(column, number, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT, TIMESTAMP, BOOLEAN, FLOAT, DOUBLE, DECIMAL, STRING, BINARY, COMPLEX -> number;
        };
    }

    private static long ranged(OnlineColumn column, Object value, long min, long max) {
        long number = (Long) value;
        if (number < min || number > max) {
            throw new IllegalArgumentException(
                    column.name() + ": " + number + " (expected: " + min + " to " + max + ")");
        }
        return number;
    }

    private static byte[] ofInt(int value) {
        byte[] bytes = new byte[4];
        RowImage.INT.set(bytes, 0, value);
        return bytes;
    }

    private static byte[] ofLong(long value) {
        byte[] bytes = new byte[8];
        RowImage.LONG.set(bytes, 0, value);
        return bytes;
    }
}
