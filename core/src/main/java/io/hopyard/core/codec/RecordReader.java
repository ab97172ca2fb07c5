package io.hopyard.core.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RecordWriter} wrote. Fields that the caller does not ask for are passed over, so a record written by
 * a newer release can be read as long as its format version is known. Immutable.
 */
public final class RecordReader {
    private final int formatVersion;
    private final Map<Integer, List<Object>> fields;

    private RecordReader(int formatVersion, Map<Integer, List<Object>> fields) {
        this.formatVersion = formatVersion;
        this.fields = fields;
    }

    /**
     * @param formatVersionMax the newest format the caller understands
     * @throws IllegalArgumentException when the bytes are no record or of a newer format
     */
    public static RecordReader of(byte[] bytes, int formatVersionMax) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("stored record: 0 bytes (expected: at least a format version)");
        }
        int version = bytes[0];
        if (version < 1 || version > formatVersionMax) {
            throw new IllegalArgumentException(
                    "format version of a stored record: " + version + " (expected: 1 to " + formatVersionMax + ")");
        }
        Cursor cursor = new Cursor(bytes);
        Map<Integer, List<Object>> fields = new HashMap<>();
        while (cursor.position < bytes.length) {
            long tag = cursor.varint();
            Object value = (tag & 1) == RecordWriter.KIND_NUMBER ? (Object) cursor.number() : cursor.bytes();
            fields.computeIfAbsent((int) (tag >>> 1), field -> new ArrayList<>(1))
                    .add(value);
        }
        return new RecordReader(version, fields);
    }

    public int formatVersion() {
        return formatVersion;
    }

    public boolean has(int field) {
        return fields.containsKey(field);
    }

    /** @throws IllegalArgumentException when absent */
    public long number(int field) {
        return (Long) load(field);
    }

    public long number(int field, long ifAbsent) {
        return has(field) ? number(field) : ifAbsent;
    }

    public @Nullable Long findNumber(int field) {
        return has(field) ? number(field) : null;
    }

    /** Absent = false. */
    public boolean flag(int field) {
        return number(field, 0) != 0;
    }

    /** @throws IllegalArgumentException when absent */
    public String string(int field) {
        return new String((byte[]) load(field), StandardCharsets.UTF_8);
    }

    public @Nullable String findString(int field) {
        return has(field) ? string(field) : null;
    }

    /** @throws IllegalArgumentException when absent */
    public byte[] bytes(int field) {
        return (byte[]) load(field);
    }

    public byte @Nullable [] findBytes(int field) {
        return has(field) ? bytes(field) : null;
    }

    public List<String> strings(int field) {
        return records(field).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    public List<Long> numbers(int field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(Long.class::cast)
                .toList();
    }

    public List<byte[]> records(int field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(byte[].class::cast)
                .toList();
    }

    private Object load(int field) {
        List<Object> values = fields.get(field);
        if (values == null) {
            throw new IllegalArgumentException("stored record: field " + field + " is missing");
        }
        return values.getLast();
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int position = 1;

        Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (position >= bytes.length) {
                    throw new IllegalArgumentException("stored record ends in the middle of a number");
                }
                byte next = bytes[position++];
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("stored record: a number of more than 10 bytes");
        }

        Long number() {
            long value = varint();
            return (value >>> 1) ^ -(value & 1);
        }

        byte[] bytes() {
            long length = varint();
            if (length < 0 || length > bytes.length - position) {
                throw new IllegalArgumentException("stored record: a field of " + length + " bytes where "
                        + (bytes.length - position) + " are left");
            }
            byte[] value = Arrays.copyOfRange(bytes, position, position + (int) length);
            position += (int) length;
            return value;
        }
    }
}
