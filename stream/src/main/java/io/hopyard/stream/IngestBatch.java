package io.hopyard.stream;

import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.PartitionProgress;
import io.hopyard.core.ingest.PartitionState;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One batch of the log on its way into the online store: first {@link #add} every record, then {@link #store}, then give
 * {@link #progress} to the ledger. Not thread safe.
 */
final class IngestBatch {
    /** Fewer rows than this are stored by one call: a second thread would take longer to wake than it saves. */
    private static final int LANE_ROWS_MIN = 256;

    private final OnlineRows store;
    private final Instant now;
    private final Map<PartitionState, PartitionProgress> progress = new LinkedHashMap<>();
    private final Map<IngestRoute, List<Pending>> pending = new LinkedHashMap<>();
    private final Map<IngestStatus, Long> counts = new EnumMap<>(IngestStatus.class);

    private record Pending(
            PartitionProgress progress,
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Long ingestionId,
            StoredRows.Candidate candidate) {
        OnlineKey key() {
            return candidate.row().key();
        }
    }

    /** Rows of one table that are stored one after the other. */
    private record Piece(OnlineSchema schema, List<Pending> rows) {
        List<StoredRows.Fate> store(OnlineRows store, Deadline deadline) {
            return new StoredRows(store, schema, deadline)
                    .fates(rows.stream().map(Pending::candidate).toList());
        }
    }

    IngestBatch(OnlineRows store, Instant now) {
        this.store = store;
        this.now = now;
    }

    /**
     * @param state of the record's partition before the batch
     */
    void add(ConsumerRecord<byte[], byte[]> record, IngestRoute route, PartitionState state, Deadline deadline) {
        PartitionProgress partition = progress.computeIfAbsent(state, PartitionProgress::new);
        LoggedRow row = new LoggedRow(record);
        Long ingestion = row.ingestionId();
        switch (row.meaning(route, deadline)) {
            case LoggedRow.Meaning.Ignore ignore -> count(partition, ingestion, IngestStatus.IGNORED);
            case LoggedRow.Meaning.Reject reject ->
                reject(partition, record, ingestion, reject.reason(), reject.detail());
            case LoggedRow.Meaning.Upsert upsert ->
                pending(route)
                        .add(new Pending(partition, record, ingestion, new StoredRows.Candidate(upsert.row(), false)));
            case LoggedRow.Meaning.Delete delete ->
                pending(route)
                        .add(new Pending(partition, record, ingestion, new StoredRows.Candidate(delete.row(), true)));
        }
        partition.reached(record.offset() + 1);
    }

    private List<Pending> pending(IngestRoute route) {
        return pending.computeIfAbsent(route, key -> new ArrayList<>());
    }

    /** Stores what was added; may be called once. */
    void store(IngestLanes lanes, Deadline deadline) {
        List<List<Piece>> split = split();
        List<List<List<StoredRows.Fate>>> fates = lanes.all(split.stream()
                .<Supplier<List<List<StoredRows.Fate>>>>map(lane -> () ->
                        lane.stream().map(piece -> piece.store(store, deadline)).toList())
                .toList());
        for (int lane = 0; lane < split.size(); lane++) {
            for (int piece = 0; piece < split.get(lane).size(); piece++) {
                count(split.get(lane).get(piece).rows(), fates.get(lane).get(piece));
            }
        }
    }

    /** What can be stored at once: all rows of a key are in one lane, in the order of the log. */
    private List<List<Piece>> split() {
        int rows = pending.values().stream().mapToInt(List::size).sum();
        int lanes = rows < LANE_ROWS_MIN ? 1 : IngestLanes.COUNT;
        List<List<Piece>> split = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            split.add(new ArrayList<>());
        }
        pending.forEach((route, all) -> {
            for (int lane = 0; lane < lanes; lane++) {
                int mine = lane;
                List<Pending> some = lanes == 1
                        ? all
                        : all.stream()
                                .filter(row -> Math.floorMod(row.key().hashCode(), lanes) == mine)
                                .toList();
                split.get(lane).add(new Piece(route.schema(), some));
            }
        });
        return split;
    }

    private void count(List<Pending> rows, List<StoredRows.Fate> fates) {
        for (int index = 0; index < rows.size(); index++) {
            Pending row = rows.get(index);
            StoredRows.Fate fate = fates.get(index);
            String refusal = fate.refusal();
            if (refusal == null) {
                count(row.progress(), row.ingestionId(), fate.status());
            } else {
                reject(row.progress(), row.record(), row.ingestionId(), RejectReason.BAD_VALUE, refusal);
            }
        }
    }

    /** The partitions of the batch in the order in which they came. */
    List<PartitionProgress> progress() {
        return List.copyOf(progress.values());
    }

    /** Rows per status, those of no ingestion too. */
    Map<IngestStatus, Long> counts() {
        return counts;
    }

    private void count(PartitionProgress partition, @Nullable Long ingestion, IngestStatus status) {
        partition.count(ingestion, status);
        counts.merge(status, 1L, Long::sum);
    }

    private void reject(
            PartitionProgress partition,
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Long ingestion,
            RejectReason reason,
            String detail) {
        byte[] value = record.value();
        partition.reject(new RejectedRow(
                record.partition(),
                record.offset(),
                now,
                reason,
                detail,
                ingestion,
                value == null ? new byte[0] : value));
        counts.merge(IngestStatus.FAILED, 1L, Long::sum);
    }
}
