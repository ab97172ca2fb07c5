package io.hopyard.store;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import java.util.List;
import java.util.UUID;

/**
 * What one commit did, stored with it: so that the same request is not applied twice, so that a copy in memory knows when
 * it has all rows of the commit, and for those who follow the changes.
 */
record Journal(long version, RequestId requestId, List<RowKey> put, List<RowKey> removed) {
    /** Commits that are remembered. */
    static final int SLOTS = 32_768;

    private static final int FORMAT = 1;
    private static final int FIELD_VERSION = 1;
    private static final int FIELD_REQUEST_HIGH = 2;
    private static final int FIELD_REQUEST_LOW = 3;
    private static final int FIELD_PUT = 4;
    private static final int FIELD_REMOVED = 5;

    Journal {
        put = List.copyOf(put);
        removed = List.copyOf(removed);
    }

    byte[] toBytes() {
        return new RecordWriter(FORMAT)
                .put(FIELD_VERSION, version)
                .put(FIELD_REQUEST_HIGH, requestId.value().getMostSignificantBits())
                .put(FIELD_REQUEST_LOW, requestId.value().getLeastSignificantBits())
                .putRecords(FIELD_PUT, put.stream().map(MetadataKey::row).toList())
                .putRecords(
                        FIELD_REMOVED, removed.stream().map(MetadataKey::row).toList())
                .toBytes();
    }

    static Journal of(byte[] bytes) {
        RecordReader record = RecordReader.of(bytes, FORMAT);
        return new Journal(
                record.number(FIELD_VERSION),
                new RequestId(new UUID(record.number(FIELD_REQUEST_HIGH), record.number(FIELD_REQUEST_LOW))),
                record.records(FIELD_PUT).stream().map(MetadataKey::rowKey).toList(),
                record.records(FIELD_REMOVED).stream().map(MetadataKey::rowKey).toList());
    }
}
