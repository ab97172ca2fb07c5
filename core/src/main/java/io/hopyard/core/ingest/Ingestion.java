package io.hopyard.core.ingest;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * One insert of a client and how far it has come.
 *
 * @param numEntries rows that the client announced; it may send more
 * @param rows rows counted so far per status; statuses without rows are left out
 */
public record Ingestion(long id, long numEntries, Instant createdAt, Map<IngestStatus, Long> rows) {
    public Ingestion {
        Map<IngestStatus, Long> ordered = new EnumMap<>(IngestStatus.class);
        ordered.putAll(rows);
        rows = java.util.Collections.unmodifiableMap(ordered);
    }

    /** Rows counted so far under any status. */
    public long done() {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
