package io.hopyard.core.ingest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one batch did to one partition, collected row by row and then given to the ledger. Not thread safe. */
public final class PartitionProgress {
    private final PartitionState from;
    private final Map<Long, Map<IngestStatus, Long>> counts = new LinkedHashMap<>();
    private final List<RejectedRow> rejected = new ArrayList<>();
    private long nextOffset;

    public PartitionProgress(PartitionState from) {
        this.from = from;
        this.nextOffset = from.nextOffset();
    }

    /**
     * Counts one row; a row that names no ingestion is counted nowhere.
     *
     * @param ingestionId from the row's header, or null
     */
    public void count(@Nullable Long ingestionId, IngestStatus status) {
        if (ingestionId != null) {
            counts.computeIfAbsent(ingestionId, id -> new EnumMap<>(IngestStatus.class))
                    .merge(status, 1L, Long::sum);
        }
    }

    /** Counts a row as failed and sets it aside. */
    public void reject(RejectedRow row) {
        count(row.ingestionId(), IngestStatus.FAILED);
        rejected.add(row);
    }

    /** The offset behind the last row of the batch. */
    public void reached(long offset) {
        nextOffset = offset;
    }

    public PartitionState from() {
        return from;
    }

    long nextOffset() {
        return nextOffset;
    }

    Map<Long, Map<IngestStatus, Long>> counts() {
        return counts;
    }

    List<RejectedRow> rejected() {
        return rejected;
    }
}
