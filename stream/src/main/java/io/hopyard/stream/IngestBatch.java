package io.hopyard.stream;

import io.hopyard.core.error.ErrorKind;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.PartitionProgress;
import io.hopyard.core.ingest.PartitionState;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One batch of the log on its way into the online store: first {@link #add} every record, then {@link #store}, then give
 * {@link #progress} to the ledger. Not thread safe.
 *
 * <p>A row that is older than what is stored, or expired, is counted as ignored: it was not stored. After a crash between
 * the store and the ledger the same rows come again and are all "older"; so as not to count stored rows as ignored, rows
 * that may be such a repetition and are still what is stored count as upserted.
 */
final class IngestBatch {
    private final OnlineRows store;
    private final Instant now;
    private final Map<PartitionState, PartitionProgress> progress = new LinkedHashMap<>();
    private final Map<IngestRoute, List<Pending>> pending = new LinkedHashMap<>();
    private final Map<IngestStatus, Long> counts = new EnumMap<>(IngestStatus.class);

    private record Pending(
            PartitionProgress progress,
            ConsumerRecord<byte[], byte[]> record,
            @Nullable Long ingestionId,
            OnlineRows.RowWrite row,
            boolean delete,
            boolean repeated) {}

    IngestBatch(OnlineRows store, Instant now) {
        this.store = store;
        this.now = now;
    }

    /**
     * @param state of the record's partition before the batch
     * @param repeatedBelow records before this offset may have been stored by an earlier try
     */
    void add(
            ConsumerRecord<byte[], byte[]> record,
            IngestRoute route,
            PartitionState state,
            long repeatedBelow,
            Deadline deadline) {
        PartitionProgress partition = progress.computeIfAbsent(state, PartitionProgress::new);
        LoggedRow row = new LoggedRow(record);
        Long ingestion = row.ingestionId();
        boolean repeated = record.offset() < repeatedBelow;
        switch (row.meaning(route, deadline)) {
            case LoggedRow.Meaning.Ignore ignore -> count(partition, ingestion, IngestStatus.IGNORED);
            case LoggedRow.Meaning.Reject reject ->
                reject(partition, record, ingestion, reject.reason(), reject.detail());
            case LoggedRow.Meaning.Upsert upsert ->
                pending(route).add(new Pending(partition, record, ingestion, upsert.row(), false, repeated));
            case LoggedRow.Meaning.Delete delete ->
                pending(route).add(new Pending(partition, record, ingestion, delete.row(), true, repeated));
        }
        partition.reached(record.offset() + 1);
    }

    private List<Pending> pending(IngestRoute route) {
        return pending.computeIfAbsent(route, key -> new ArrayList<>());
    }

    /** Stores what was added; may be called once. */
    void store(Deadline deadline) {
        pending.forEach((route, rows) -> {
            for (int start = 0; start < rows.size(); start += OnlineRows.UPSERT_ROWS_MAX) {
                int end = Math.min(rows.size(), start + OnlineRows.UPSERT_ROWS_MAX);
                store(route.schema(), rows.subList(start, end), deadline);
            }
        });
    }

    /** The partitions of the batch in the order in which they came. */
    List<PartitionProgress> progress() {
        return List.copyOf(progress.values());
    }

    /** Rows per status, those of no ingestion too. */
    Map<IngestStatus, Long> counts() {
        return counts;
    }

    private void store(OnlineSchema schema, List<Pending> rows, Deadline deadline) {
        List<RowMerge.Result> results;
        try {
            results = store.upsert(rows.stream().map(Pending::row).toList(), deadline);
        } catch (FeatureStoreException e) {
            if (e.code().kind() != ErrorKind.USER) {
                throw e;
            }
            isolate(schema, rows, e, deadline);
            return;
        } catch (IllegalArgumentException e) {
            isolate(schema, rows, e, deadline);
            return;
        }
        List<Pending> doubtful = new ArrayList<>();
        for (int index = 0; index < rows.size(); index++) {
            Pending row = rows.get(index);
            if (row.delete()) {
                count(row.progress(), row.ingestionId(), IngestStatus.DELETED);
            } else if (results.get(index) == RowMerge.Result.STORED) {
                count(row.progress(), row.ingestionId(), IngestStatus.UPSERTED);
            } else if (results.get(index) == RowMerge.Result.OLDER && row.repeated()) {
                doubtful.add(row);
            } else {
                count(row.progress(), row.ingestionId(), IngestStatus.IGNORED);
            }
        }
        decide(schema, doubtful, deadline);
    }

    /** The store says that a row is wrong without saying which: halves are tried until the row is alone. */
    private void isolate(OnlineSchema schema, List<Pending> rows, RuntimeException refusal, Deadline deadline) {
        if (rows.size() == 1) {
            Pending row = rows.getFirst();
            reject(
                    row.progress(),
                    row.record(),
                    row.ingestionId(),
                    RejectReason.BAD_VALUE,
                    String.valueOf(refusal.getMessage()));
            return;
        }
        int half = rows.size() / 2;
        store(schema, rows.subList(0, half), deadline);
        store(schema, rows.subList(half, rows.size()), deadline);
    }

    private void decide(OnlineSchema schema, List<Pending> doubtful, Deadline deadline) {
        if (doubtful.isEmpty()) {
            return;
        }
        List<@Nullable OnlineRow> there = store.read(
                List.of(new OnlineRows.TableRead(
                        schema,
                        doubtful.stream().map(row -> row.row().key()).toList(),
                        Projection.of(schema.keyOrdinals()))),
                deadline);
        for (int index = 0; index < doubtful.size(); index++) {
            Pending row = doubtful.get(index);
            OnlineRow stored = there.get(index);
            boolean same = stored != null
                    && stored.image().logPartition() == row.row().image().logPartition()
                    && stored.image().logOffset() == row.row().image().logOffset();
            count(row.progress(), row.ingestionId(), same ? IngestStatus.UPSERTED : IngestStatus.IGNORED);
        }
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
