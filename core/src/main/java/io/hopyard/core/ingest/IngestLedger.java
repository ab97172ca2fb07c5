package io.hopyard.core.ingest;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What was ingested, kept in the database: offsets, counts and rows set aside. A batch moves all three in one commit on
 * the condition that nobody else has moved the offsets since they were read; so counts are exact after any crash, and of
 * two ingesters on one partition the slower one is refused. Counts are kept per partition, which makes the offset's row
 * the only one on which ingesters can meet. Thread safe.
 *
 * <p>Rows: {@code offsets (group/partition)}; {@code ingestions (group/ingestion)} made by {@link #open} and
 * {@code ingestions (group/ingestion/partition)} with the counts; {@code rejected (group/partition/slot)}, a ring per
 * partition.
 */
public final class IngestLedger {
    /** Ingestions remembered per feature group; older ones are forgotten. */
    public static final int INGESTIONS_MAX = 200;
    /** Rows set aside that are remembered per partition; older ones are forgotten, not uncounted. */
    public static final int REJECTED_MAX = 200;

    private static final int FORMAT = 1;
    private static final int UNKNOWN_REPEATS_MAX = 5;
    private static final int SCAN_ROWS = 1_000;
    private static final String OFFSETS = "offsets";
    private static final String INGESTIONS = "ingestions";
    private static final String REJECTED = "rejected";
    private static final String SEQUENCES = "sequences";

    private final Database database;
    private final Ticker ticker;
    private final Clock clock;
    private final RandomGenerator random;

    public IngestLedger(Database database, Ticker ticker, Clock clock, RandomGenerator random) {
        this.database = database;
        this.ticker = ticker;
        this.clock = clock;
        this.random = random;
    }

    /** What became of a batch's commit. */
    public sealed interface Result {
        /**
         * @param states of the partitions of the batch, in its order, from which the next batch goes on
         */
        record Applied(List<PartitionState> states) implements Result {
            public Applied {
                states = List.copyOf(states);
            }
        }

        /** Somebody else moved a row; nothing was counted. Load the states again and go on from there. */
        record Refused(RowKey row) implements Result {}
    }

    /** The states of partitions, in the order asked; a partition never seen before starts at offset 0. */
    public List<PartitionState> load(List<IngestPartition> partitions, Deadline deadline) {
        if (partitions.isEmpty()) {
            return List.of();
        }
        List<@Nullable Row> rows =
                database.read(partitions.stream().map(IngestLedger::offsetKey).toList(), deadline);
        List<PartitionState> states = new ArrayList<>(partitions.size());
        for (int index = 0; index < partitions.size(); index++) {
            states.add(state(partitions.get(index), rows.get(index)));
        }
        return states;
    }

    private static PartitionState state(IngestPartition partition, @Nullable Row row) {
        if (row == null) {
            return new PartitionState(partition, 0, 0, PartitionState.NONE);
        }
        RecordReader reader = RecordReader.of(row.value(), FORMAT);
        return new PartitionState(partition, reader.number(1), reader.number(2, 0), row.version());
    }

    /**
     * Moves the offsets, the counts and the rows set aside of a batch, all or nothing. Rows that name an ingestion which
     * does not exist, or no longer, are counted nowhere.
     *
     * @throws FeatureStoreException {@code OUTCOME_UNKNOWN} when the database did not say what became of the commit; load
     *     the states again to learn it
     */
    public Result commit(List<PartitionProgress> batch, Deadline deadline) {
        List<Condition> conditions = new ArrayList<>();
        Map<RowKey, Write> writes = new LinkedHashMap<>();
        for (PartitionProgress progress : batch) {
            PartitionState from = progress.from();
            RowKey key = offsetKey(from.partition());
            conditions.add(unchanged(key, from.version()));
            long rejected = addRejected(progress, writes);
            put(
                    writes,
                    key,
                    new RecordWriter(FORMAT).put(1, progress.nextOffset()).put(2, rejected));
        }
        addCounts(batch, conditions, writes, deadline);
        Commit commit = new Commit(RequestId.random(random), conditions, List.copyOf(writes.values()));
        return switch (decided(commit, deadline)) {
            case Outcome.Refused refused ->
                new Result.Refused(refused.condition().key());
            case Outcome.Applied applied ->
                new Result.Applied(batch.stream()
                        .map(progress -> after(progress, applied.version()))
                        .toList());
            case Outcome.Unknown unknown ->
                throw new FeatureStoreException(
                        ErrorCode.OUTCOME_UNKNOWN, "progress of an ingestion: " + unknown.reason());
        };
    }

    private static PartitionState after(PartitionProgress progress, long version) {
        PartitionState from = progress.from();
        return new PartitionState(
                from.partition(),
                progress.nextOffset(),
                from.rejected() + progress.rejected().size(),
                version);
    }

    /** Repeats a commit of unknown fate with its own request id; stays unknown when that does not help. */
    private Outcome decided(Commit commit, Deadline deadline) {
        Outcome outcome = database.commit(commit, deadline);
        for (int repeat = 0;
                repeat < UNKNOWN_REPEATS_MAX && outcome instanceof Outcome.Unknown && !deadline.passed(ticker);
                repeat++) {
            outcome = database.commit(commit, deadline);
        }
        return outcome;
    }

    private static long addRejected(PartitionProgress progress, Map<RowKey, Write> writes) {
        PartitionState from = progress.from();
        long rejected = from.rejected();
        for (RejectedRow row : progress.rejected()) {
            put(writes, rejectedKey(from.partition(), rejected % REJECTED_MAX), encode(row));
            rejected++;
        }
        return rejected;
    }

    private void addCounts(
            List<PartitionProgress> batch, List<Condition> conditions, Map<RowKey, Write> writes, Deadline deadline) {
        Map<RowKey, Map<IngestStatus, Long>> counts = new LinkedHashMap<>();
        Map<RowKey, RowKey> headers = new LinkedHashMap<>();
        for (PartitionProgress progress : batch) {
            IngestPartition partition = progress.from().partition();
            progress.counts().forEach((ingestion, rows) -> {
                RowKey key = countKey(partition, ingestion);
                counts.put(key, rows);
                headers.put(key, ingestionKey(partition.projectId(), partition.featureGroupId(), ingestion));
            });
        }
        if (counts.isEmpty()) {
            return;
        }
        List<RowKey> keys = new ArrayList<>(counts.keySet());
        List<RowKey> wanted = new ArrayList<>(keys);
        keys.forEach(key -> wanted.add(headerOf(headers, key)));
        List<@Nullable Row> rows = database.read(wanted, deadline);
        for (int index = 0; index < keys.size(); index++) {
            RowKey key = keys.get(index);
            Map<IngestStatus, Long> added = counts.get(key);
            if (added == null || rows.get(keys.size() + index) == null) {
                continue;
            }
            conditions.add(new Condition.Present(headerOf(headers, key)));
            Map<IngestStatus, Long> sum = new EnumMap<>(IngestStatus.class);
            sum.putAll(added);
            addCounts(sum, rows.get(index));
            RecordWriter writer = new RecordWriter(FORMAT);
            sum.forEach((status, number) -> writer.put(countField(status), number.longValue()));
            put(writes, key, writer);
        }
    }

    private static RowKey headerOf(Map<RowKey, RowKey> headers, RowKey key) {
        RowKey header = headers.get(key);
        if (header == null) {
            throw new IllegalStateException("no ingestion for " + key);
        }
        return header;
    }

    private static void addCounts(Map<IngestStatus, Long> sum, @Nullable Row row) {
        if (row == null) {
            return;
        }
        RecordReader reader = RecordReader.of(row.value(), FORMAT);
        for (IngestStatus status : IngestStatus.values()) {
            long number = reader.number(countField(status), 0);
            if (number != 0) {
                sum.merge(status, number, Long::sum);
            }
        }
    }

    /** Field numbers are fixed by this table, not by the order of the enum. */
    private static int countField(IngestStatus status) {
        return switch (status) {
            case UPSERTED -> 1;
            case DELETED -> 2;
            case IGNORED -> 3;
            case FAILED -> 4;
        };
    }

    /**
     * Makes an ingestion and forgets the one that is {@link #INGESTIONS_MAX} older.
     *
     * @param numEntries rows that the client says it will send, 0 or more
     * @return its id, unique in the feature group and growing
     */
    public long open(long projectId, long featureGroupId, long numEntries, Deadline deadline) {
        if (numEntries < 0) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "numEntries: " + numEntries + " (expected: >= 0)");
        }
        RowKey sequence = sequenceKey(projectId, featureGroupId);
        Row last = database.read(List.of(sequence), deadline).getFirst();
        while (true) {
            long id = last == null ? 1 : RecordReader.of(last.value(), FORMAT).number(1) + 1;
            Map<RowKey, Write> writes = new LinkedHashMap<>();
            put(writes, sequence, new RecordWriter(FORMAT).put(1, id));
            put(
                    writes,
                    ingestionKey(projectId, featureGroupId, id),
                    new RecordWriter(FORMAT).put(1, numEntries).put(2, clock.millis()));
            if (id > INGESTIONS_MAX) {
                for (Row row : ingestionRows(projectId, featureGroupId, id - INGESTIONS_MAX, deadline)) {
                    writes.put(row.key(), new Write.Remove(row.key()));
                }
            }
            Commit commit = new Commit(
                    RequestId.random(random),
                    List.of(unchanged(sequence, last == null ? PartitionState.NONE : last.version())),
                    List.copyOf(writes.values()));
            switch (decided(commit, deadline)) {
                case Outcome.Applied applied -> {
                    return id;
                }
                case Outcome.Refused refused -> last = refused.found();
                case Outcome.Unknown unknown ->
                    throw new FeatureStoreException(ErrorCode.OUTCOME_UNKNOWN, "new ingestion: " + unknown.reason());
            }
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "new ingestion: others made ingestions all the time");
            }
        }
    }

    /** An ingestion with its counts; null when it never was or is forgotten. */
    public @Nullable Ingestion find(long projectId, long featureGroupId, long ingestionId, Deadline deadline) {
        RowKey headerKey = ingestionKey(projectId, featureGroupId, ingestionId);
        Map<IngestStatus, Long> counts = new EnumMap<>(IngestStatus.class);
        RecordReader header = null;
        for (Row row : ingestionRows(projectId, featureGroupId, ingestionId, deadline)) {
            if (row.key().equals(headerKey)) {
                header = RecordReader.of(row.value(), FORMAT);
            } else {
                addCounts(counts, row);
            }
        }
        if (header == null) {
            return null;
        }
        return new Ingestion(ingestionId, header.number(1), Instant.ofEpochMilli(header.number(2)), counts);
    }

    /** The newest ingestion of a feature group; null when there is none. */
    public @Nullable Ingestion latest(long projectId, long featureGroupId, Deadline deadline) {
        Row last = database.read(List.of(sequenceKey(projectId, featureGroupId)), deadline)
                .getFirst();
        if (last == null) {
            return null;
        }
        return find(
                projectId, featureGroupId, RecordReader.of(last.value(), FORMAT).number(1), deadline);
    }

    /** Rows that were set aside and are still remembered, newest last. */
    public List<RejectedRow> rejected(long projectId, long featureGroupId, Deadline deadline) {
        List<RejectedRow> rejected = new ArrayList<>();
        for (Row row : scan(REJECTED, projectId, pad(featureGroupId) + "/", deadline)) {
            rejected.add(decode(row.value()));
        }
        rejected.sort(Comparator.comparing(RejectedRow::at)
                .thenComparingInt(RejectedRow::partition)
                .thenComparingLong(RejectedRow::offset));
        return rejected;
    }

    /** Removes all that is remembered of a feature group that is gone; may be repeated. */
    public void forget(long projectId, long featureGroupId, Deadline deadline) {
        List<RowKey> keys = new ArrayList<>();
        for (String table : List.of(OFFSETS, INGESTIONS, REJECTED)) {
            scan(table, projectId, pad(featureGroupId) + "/", deadline).forEach(row -> keys.add(row.key()));
        }
        keys.add(sequenceKey(projectId, featureGroupId));
        for (int start = 0; start < keys.size(); start += SCAN_ROWS) {
            List<Write> writes = new ArrayList<>();
            keys.subList(start, Math.min(keys.size(), start + SCAN_ROWS))
                    .forEach(key -> writes.add(new Write.Remove(key)));
            Commit commit = new Commit(RequestId.random(random), List.of(), writes);
            if (decided(commit, deadline) instanceof Outcome.Unknown unknown) {
                throw new FeatureStoreException(
                        ErrorCode.OUTCOME_UNKNOWN, "forgetting ingestions: " + unknown.reason());
            }
        }
    }

    private List<Row> ingestionRows(long projectId, long featureGroupId, long ingestionId, Deadline deadline) {
        return scan(INGESTIONS, projectId, pad(featureGroupId) + "/" + pad(ingestionId), deadline);
    }

    private List<Row> scan(String table, long projectId, String prefix, Deadline deadline) {
        List<Row> rows = new ArrayList<>();
        String from = "";
        while (from != null) {
            Page page = database.scan(new Scan(table, group(projectId), prefix, from, SCAN_ROWS), deadline);
            rows.addAll(page.rows());
            from = page.next();
        }
        return rows;
    }

    private static RecordWriter encode(RejectedRow row) {
        return new RecordWriter(FORMAT)
                .put(1, row.partition())
                .put(2, row.offset())
                .put(3, row.at().toEpochMilli())
                .put(4, row.reason().name())
                .put(5, row.detail())
                .put(6, row.ingestionId())
                .put(7, row.payload());
    }

    private static RejectedRow decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new RejectedRow(
                (int) reader.number(1),
                reader.number(2),
                Instant.ofEpochMilli(reader.number(3)),
                RejectReason.valueOf(reader.string(4)),
                reader.string(5),
                reader.findNumber(6),
                reader.bytes(7));
    }

    private static Condition unchanged(RowKey key, long version) {
        return version == PartitionState.NONE ? new Condition.Absent(key) : new Condition.VersionEquals(key, version);
    }

    private static void put(Map<RowKey, Write> writes, RowKey key, RecordWriter record) {
        writes.put(key, new Write.Put(key, record.toBytes()));
    }

    private static RowKey offsetKey(IngestPartition partition) {
        return new RowKey(
                OFFSETS,
                group(partition.projectId()),
                pad(partition.featureGroupId()) + "/" + pad(partition.partition()));
    }

    private static RowKey ingestionKey(long projectId, long featureGroupId, long ingestionId) {
        return new RowKey(INGESTIONS, group(projectId), pad(featureGroupId) + "/" + pad(ingestionId));
    }

    private static RowKey countKey(IngestPartition partition, long ingestionId) {
        RowKey header = ingestionKey(partition.projectId(), partition.featureGroupId(), ingestionId);
        return new RowKey(INGESTIONS, header.group(), header.rest() + "/" + pad(partition.partition()));
    }

    private static RowKey rejectedKey(IngestPartition partition, long slot) {
        return new RowKey(
                REJECTED,
                group(partition.projectId()),
                pad(partition.featureGroupId()) + "/" + pad(partition.partition()) + "/" + pad(slot));
    }

    private static RowKey sequenceKey(long projectId, long featureGroupId) {
        return new RowKey(SEQUENCES, group(projectId), "ingestion/" + pad(featureGroupId));
    }

    private static String group(long projectId) {
        return "project/" + projectId;
    }

    /** 20 digits, so that the order of keys is the order of numbers. */
    private static String pad(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, 20 - digits.length())) + digits;
    }
}
