package io.hopyard.testkit.serving;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Online rows in the memory of one test. Thread safe; nothing is durable. */
public final class MemoryOnlineRows implements OnlineRows {
    private final ReentrantLock lock = new ReentrantLock();
    private final Clock clock;
    private final Ticker ticker;
    private final Map<Long, NavigableMap<byte[], RowImage>> tables = new HashMap<>();
    private final Map<Long, Clearing> clearings = new HashMap<>();

    /** @param clock by which rows expire */
    public MemoryOnlineRows(Clock clock) {
        this(clock, System::nanoTime);
    }

    /**
     * @param clock by which rows expire
     * @param ticker against which deadlines are checked
     */
    public MemoryOnlineRows(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        check(deadline);
        long now = clock.millis();
        return locked(() -> {
            List<@Nullable OnlineRow> rows = new ArrayList<>();
            for (TableRead read : reads) {
                for (OnlineKey key : read.keys()) {
                    RowImage image = rowsOf(key.table()).get(key.bytes());
                    rows.add(
                            image == null || !readable(key.table(), image, now)
                                    ? null
                                    : new OnlineRow(image, read.schema(), read.projection()));
                }
            }
            return rows;
        });
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline) {
        if (rows.size() > UPSERT_ROWS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "upsert of " + rows.size() + " rows (expected: at most " + UPSERT_ROWS_MAX + ")");
        }
        check(deadline);
        long now = clock.millis();
        return locked(() -> rows.stream().map(row -> merge(row, now)).toList());
    }

    private RowMerge.Result merge(RowWrite write, long nowMillis) {
        long table = write.key().table();
        Clearing clearing = clearings.getOrDefault(table, Clearing.NONE);
        if (clearing.hides(write.image())) {
            return RowMerge.Result.OLDER;
        }
        RowImage current = rowsOf(table).get(write.key().bytes());
        RowMerge.Decision decision =
                RowMerge.decide(current == null || clearing.hides(current) ? null : current, write.image(), nowMillis);
        RowImage store = decision.store();
        if (store != null) {
            rowsOf(table).put(write.key().bytes(), store);
        }
        return decision.result();
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        check(deadline);
        locked(() -> clearings.merge(
                table, Clearing.NONE.with(before), (there, mark) -> there.dropped() ? there : there.with(before)));
    }

    @Override
    public void drop(long table, Deadline deadline) {
        check(deadline);
        locked(() -> {
            clearings.put(table, Clearing.DROPPED);
            return tables.remove(table) != null;
        });
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        if (limit < 1 || limit > SCAN_ROWS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "limit of a scan: " + limit + " (expected: 1 to " + SCAN_ROWS_MAX + ")");
        }
        if (cursor.length > 0
                && (cursor.length < Long.BYTES || ByteBuffer.wrap(cursor).getLong() != schema.table())) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "cursor of a scan: " + cursor.length + " bytes (expected: what a page of this table said)");
        }
        check(deadline);
        long now = clock.millis();
        return locked(() -> {
            List<OnlineRow> rows = new ArrayList<>();
            // The cursor is the table and the last key of the page before.
            Map<byte[], RowImage> rest = cursor.length == 0
                    ? rowsOf(schema.table())
                    : rowsOf(schema.table()).tailMap(Arrays.copyOfRange(cursor, Long.BYTES, cursor.length), false);
            byte[] last = new byte[0];
            for (Map.Entry<byte[], RowImage> entry : rest.entrySet()) {
                if (readable(schema.table(), entry.getValue(), now)) {
                    if (rows.size() == limit) {
                        ByteBuffer next = ByteBuffer.allocate(Long.BYTES + last.length);
                        next.putLong(schema.table()).put(last);
                        return new RowPage(rows, next.array());
                    }
                    rows.add(new OnlineRow(entry.getValue(), schema, projection));
                    last = entry.getKey();
                }
            }
            return new RowPage(rows, new byte[0]);
        });
    }

    private boolean readable(long table, RowImage image, long nowMillis) {
        return !image.tombstone()
                && image.expiresAtMillis() > nowMillis
                && !clearings.getOrDefault(table, Clearing.NONE).hides(image);
    }

    private NavigableMap<byte[], RowImage> rowsOf(long table) {
        return tables.computeIfAbsent(table, number -> new TreeMap<>(Arrays::compareUnsigned));
    }

    private void check(Deadline deadline) {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, "online rows: the deadline passed before the call was begun");
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
