package io.hopyard.store;

import io.hopyard.core.database.RowKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The engine's form of metadata keys: kind (1), then table, group and rest in UTF-8 with a zero byte between them. */
final class MetadataKey {
    /** All metadata of a pair lies in one partition: one node orders all commits. */
    static final int PARTITIONS = 1;

    static final byte KIND_ROW = 1;
    static final byte KIND_JOURNAL = 2;
    static final byte KIND_VERSION = 3;

    private MetadataKey() {}

    static byte[] row(RowKey key) {
        byte[] table = key.table().getBytes(StandardCharsets.UTF_8);
        byte[] group = key.group().getBytes(StandardCharsets.UTF_8);
        byte[] rest = key.rest().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(table.length + group.length + rest.length + 3)
                .put(KIND_ROW)
                .put(table)
                .put((byte) 0)
                .put(group)
                .put((byte) 0)
                .put(rest)
                .array();
    }

    static RowKey rowKey(byte[] stored) {
        int groupAt = next(stored, 1);
        int restAt = next(stored, groupAt);
        return new RowKey(
                new String(stored, 1, groupAt - 2, StandardCharsets.UTF_8),
                new String(stored, groupAt, restAt - groupAt - 1, StandardCharsets.UTF_8),
                new String(stored, restAt, stored.length - restAt, StandardCharsets.UTF_8));
    }

    private static int next(byte[] stored, int from) {
        int at = from;
        while (stored[at] != 0) {
            at++;
        }
        return at + 1;
    }

    /** Where the journal of a commit lies; each slot is used again after {@link Journal#SLOTS} commits. */
    static byte[] journal(long version) {
        return ByteBuffer.allocate(5)
                .put(KIND_JOURNAL)
                .putInt((int) (version % Journal.SLOTS))
                .array();
    }

    static byte[] version() {
        return new byte[] {KIND_VERSION};
    }
}
