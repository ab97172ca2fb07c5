package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statistics documents that the client computed; kept as they came, the newest of its kind per target. Thread safe. */
public final class Statistics {
    static final String TABLE = "statistics";
    private static final int FORMAT = 1;
    private static final int ENTRIES_MAX = 1_000;

    private final Records records;

    public Statistics(Records records) {
        this.records = records;
    }

    /**
     * One document and what it can be found by; of two with the same attributes but the computation time, the newer
     * replaces the older.
     *
     * @param computedAtMillis milliseconds since 1970
     * @param rowPercentage as text, since it is only compared for equality
     * @param document JSON text of the whole document
     */
    public record Entry(
            long computedAtMillis,
            String rowPercentage,
            @Nullable Boolean beforeTransformation,
            @Nullable Long windowStartMillis,
            @Nullable Long windowEndMillis,
            String document) {}

    public void put(Attachments.Target target, Entry entry, Deadline deadline) {
        if (entry.document().length() > Limits.DOCUMENT_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "statistics of " + entry.document().length() + " characters (expected: at most "
                            + Limits.DOCUMENT_LENGTH_MAX + ")");
        }
        String kind = entry.beforeTransformation() == null ? "-" : entry.beforeTransformation() ? "before" : "after";
        RowKey key = Records.key(
                TABLE,
                target.projectId(),
                target.path() + kind + "/" + number(entry.windowStartMillis()) + "/" + number(entry.windowEndMillis())
                        + "/" + entry.rowPercentage());
        records.put(List.of(new Write.Put(key, encode(entry))), deadline);
    }

    private static String number(@Nullable Long value) {
        return value == null ? "-" : Records.padded(value);
    }

    /** All documents of the target itself, not of its parts. */
    public List<Entry> list(Attachments.Target target, Deadline deadline) {
        return records.list(Records.key(TABLE, target.projectId(), target.path()), ENTRIES_MAX, deadline).stream()
                .filter(row -> !row.key().rest().startsWith("td/", target.path().length()))
                .map(Row::value)
                .map(Statistics::decode)
                .toList();
    }

    /** Removes the documents of the target and of its parts. */
    public void removeAll(Attachments.Target target, Deadline deadline) {
        records.removeAll(Records.key(TABLE, target.projectId(), target.path()), deadline);
    }

    static byte[] encode(Entry entry) {
        RecordWriter writer = new RecordWriter(FORMAT)
                .put(1, entry.computedAtMillis())
                .put(2, entry.rowPercentage())
                .put(4, entry.windowStartMillis())
                .put(5, entry.windowEndMillis())
                .put(6, entry.document());
        Boolean before = entry.beforeTransformation();
        return (before == null ? writer : writer.put(3, before.booleanValue())).toBytes();
    }

    static Entry decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Entry(
                reader.number(1),
                reader.string(2),
                reader.has(3) ? reader.flag(3) : null,
                reader.findNumber(4),
                reader.findNumber(5),
                reader.string(6));
    }
}
