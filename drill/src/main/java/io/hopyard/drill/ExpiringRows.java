package io.hopyard.drill;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that live for a given time, written and looked for at their right moments by a clock that nobody sets. */
final class ExpiringRows {
    /** No other load has a table with that number or above it. */
    private static final long FIRST_TABLE = 1L << 41;

    private static final int ROWS = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final OnlineSchema schema;
    private final Ticker ticker;
    private final Instant born;

    /**
     * @param number of the set of rows, each has its own
     * @param life of a row from {@code born} on
     */
    ExpiringRows(int number, Duration life, Instant born, Ticker ticker) {
        this.schema = new OnlineSchema(
                FIRST_TABLE + number,
                List.of(
                        new OnlineColumn("row", FeatureType.Simple.INT, null),
                        new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null)),
                List.of(0),
                1,
                life.toMillis());
        this.born = born;
        this.ticker = ticker;
    }

    int count() {
        return ROWS;
    }

    /** Returns when all are acknowledged. */
    void write(OnlineRows rows) {
        List<RowWrite> batch = new ArrayList<>(ROWS);
        for (int row = 0; row < ROWS; row++) {
            @Nullable Object[] values = {(long) row, born.toEpochMilli() * 1_000};
            batch.add(new RowWrite(key(row), RowCodec.encode(schema, values, new LogPosition(0, row))));
        }
        rows.upsert(batch, Deadline.after(ticker, TIMEOUT));
    }

    private OnlineKey key(int row) {
        return KeyCodec.encode(schema, new Object[] {(long) row});
    }

    /** How many of them are seen there. */
    int seen(OnlineRows rows) {
        List<OnlineKey> keys = new ArrayList<>(ROWS);
        for (int row = 0; row < ROWS; row++) {
            keys.add(key(row));
        }
        List<@Nullable OnlineRow> found =
                rows.read(List.of(new TableRead(schema, keys, Projection.ALL)), Deadline.after(ticker, TIMEOUT));
        return (int) found.stream().filter(row -> row != null).count();
    }
}
