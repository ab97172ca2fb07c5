package io.hopyard.core.serving;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the values of a primary key. Equal keys give equal bytes whatever notation they came in; different keys give
 * different bytes. Whole numbers, dates and timestamps take 8 bytes, booleans 1, strings, binaries and decimals a length
 * of 2 bytes and their bytes.
 */
public final class KeyCodec {
    /** Bytes of the longest key. */
    public static final int BYTES_MAX = 4_092;

    private KeyCodec() {}

    /**
     * @param values one per key column in the order of {@link OnlineSchema#keyOrdinals()}, in the Java type of the
     *     column
     * @throws IllegalArgumentException for a null, a value outside its column's type, or a key that is too long
     */
    public static OnlineKey encode(OnlineSchema schema, @Nullable Object[] values) {
        if (values.length != schema.keyOrdinals().size()) {
            throw new IllegalArgumentException("primary key of " + values.length + " values (expected: "
                    + schema.keyOrdinals().size() + ")");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(32);
        for (int index = 0; index < values.length; index++) {
            OnlineColumn column = schema.columns().get(schema.keyOrdinals().get(index));
            Object value = values[index];
            if (value == null) {
                throw new IllegalArgumentException("primary key '" + column.name() + "': null (expected: a "
                        + column.featureType().text() + ")");
            }
            append(out, column, value);
        }
        if (out.size() > BYTES_MAX) {
            throw new IllegalArgumentException(
                    "primary key of " + out.size() + " bytes (expected: at most " + BYTES_MAX + ")");
        }
        return new OnlineKey(schema.table(), out.toByteArray());
    }

    private static void append(ByteArrayOutputStream out, OnlineColumn column, Object value) {
        switch (column.type()) {
            case BOOLEAN -> out.write((Boolean) value ? 1 : 0);
            case TINYINT, SMALLINT, INT, BIGINT, DATE, TIMESTAMP ->
                appendLong(out, RowCodec.ranged(column, (Long) value));
            case STRING -> appendBytes(out, column, utf8(column, (String) value));
            case BINARY -> appendBytes(out, column, (byte[]) value);
            case DECIMAL ->
                appendBytes(
                        out,
                        column,
                        RowCodec.unscaled(column, (BigDecimal) value).toByteArray());
            case FLOAT, DOUBLE, COMPLEX ->
                throw new IllegalArgumentException("primary key '" + column.name() + "' of type "
                        + column.featureType().text() + " (expected: a type that can be a key)");
        }
    }

    /** Half a surrogate pair has no UTF-8 form; replaced, it would make different keys equal. */
    private static byte[] utf8(OnlineColumn column, String value) {
        for (int index = 0; index < value.length(); index++) {
            if (Character.isSurrogate(value.charAt(index))) {
                if (!Character.isSupplementaryCodePoint(value.codePointAt(index))) {
                    throw new IllegalArgumentException(
                            "primary key '" + column.name() + "': half of a surrogate pair (expected: valid Unicode)");
                }
                index++;
            }
        }
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static void appendLong(ByteArrayOutputStream out, long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }

    private static void appendBytes(ByteArrayOutputStream out, OnlineColumn column, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("primary key '" + column.name() + "' of " + bytes.length
                    + " bytes (expected: at most " + BYTES_MAX + ")");
        }
        out.write(bytes.length >>> 8);
        out.write(bytes.length);
        out.write(bytes, 0, bytes.length);
    }
}
