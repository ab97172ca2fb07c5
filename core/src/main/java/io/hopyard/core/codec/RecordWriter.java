package io.hopyard.core.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one stored record: a format version, then fields of the form (number, kind, value). A field that is absent is
 * not written; a repeated field is written once per element. Numbers of fields are never used again. Not thread safe.
 *
 * <p>Layout: version (1 byte); per field a varint {@code number << 1 | kind}; kind 0 = zigzag varint, kind 1 = varint
 * length and bytes.
 */
public final class RecordWriter {
    static final int KIND_NUMBER = 0;
    static final int KIND_BYTES = 1;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    /** @param formatVersion 1 to 127 */
    public RecordWriter(int formatVersion) {
        if (formatVersion < 1 || formatVersion > 127) {
            throw new IllegalArgumentException("format version: " + formatVersion + " (expected: 1 to 127)");
        }
        out.write(formatVersion);
    }

    public RecordWriter put(int field, long value) {
        writeVarint(((long) field << 1) | KIND_NUMBER);
        writeVarint((value << 1) ^ (value >> 63));
        return this;
    }

    public RecordWriter put(int field, @Nullable Long value) {
        return value == null ? this : put(field, value.longValue());
    }

    public RecordWriter put(int field, boolean value) {
        return put(field, value ? 1L : 0L);
    }

    public RecordWriter put(int field, @Nullable String value) {
        return value == null ? this : put(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public RecordWriter put(int field, byte @Nullable [] value) {
        if (value == null) {
            return this;
        }
        writeVarint(((long) field << 1) | KIND_BYTES);
        writeVarint(value.length);
        out.write(value, 0, value.length);
        return this;
    }

    public RecordWriter putStrings(int field, List<String> values) {
        values.forEach(value -> put(field, value));
        return this;
    }

    public RecordWriter putNumbers(int field, List<Long> values) {
        values.forEach(value -> put(field, value.longValue()));
        return this;
    }

    /** Nested records, each made by a writer of its own. */
    public RecordWriter putRecords(int field, List<byte[]> values) {
        values.forEach(value -> put(field, value));
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void writeVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
