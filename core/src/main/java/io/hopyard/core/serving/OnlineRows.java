package io.hopyard.core.serving;

import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The online rows of a data node. One call carries everything for that node: a batch of keys over any number of tables,
 * what to return of each, and when the answer is no longer wanted. Thread safe. Calls that cannot be answered throw
 * {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED}; after such a
 * failure of a write the rows may or may not be stored, and it is safe to send them again.
 */
public interface OnlineRows {
    /**
     * Rows that are there and have not expired.
     *
     * @return one element per key, all tables' keys in the order asked; null = absent
     */
    List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline);

    /**
     * Merges rows by {@link RowMerge}; when it returns they are durable on every live copy.
     *
     * @param rows of one table, at most {@link #UPSERT_ROWS_MAX}; the same key may come more than once, applied in order
     * @return one element per row
     */
    List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline);

    /**
     * Hides for ever the rows of a table that came from {@code before.partition()} of the log and lie before
     * {@code before.offset()}, and frees their room; such a row that is sent later is answered {@code OLDER}. May be
     * repeated.
     */
    void clear(long table, RowCodec.LogPosition before, Deadline deadline);

    /**
     * Removes a table with all its rows, for ever: rows of it that are sent later are answered {@code OLDER}. May be
     * repeated.
     */
    void drop(long table, Deadline deadline);

    /**
     * A part of all rows of a table, expired ones left out, in no promised order. A row that is there during the whole
     * scan comes exactly once.
     *
     * @param cursor empty = from the start, else what the page before said
     * @param limit rows at most, 1 to {@link #SCAN_ROWS_MAX}; a page may have fewer, even none, and still not be the last
     */
    RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline);

    int UPSERT_ROWS_MAX = 10_000;
    int SCAN_ROWS_MAX = 10_000;

    /** Keys of one table and what to return of them. */
    record TableRead(OnlineSchema schema, List<OnlineKey> keys, Projection projection) {
        public TableRead {
            keys = List.copyOf(keys);
        }
    }

    /** A logged row and its key. */
    record RowWrite(OnlineKey key, RowImage image) {}

    /**
     * @param next cursor of the next page, empty when the scan is complete; must not be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // pages are never compared by value
    record RowPage(List<OnlineRow> rows, byte[] next) {
        public RowPage {
            rows = List.copyOf(rows);
        }
    }
}
