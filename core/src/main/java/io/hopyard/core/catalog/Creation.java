package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;

/**
 * Who made something, and when.
 *
 * @param atMillis milliseconds since 1970
 */
public record Creation(long userId, String username, String email, long atMillis) {
    private static final int FORMAT = 1;

    public byte[] toBytes() {
        return new RecordWriter(FORMAT)
                .put(1, userId)
                .put(2, username)
                .put(3, email)
                .put(4, atMillis)
                .toBytes();
    }

    public static Creation of(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Creation(reader.number(1), reader.string(2), reader.string(3), reader.number(4));
    }
}
