package io.hopyard.store;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Rows of one online table: a number as the key, an event time, a text; rows live a minute from their event time on. */
record TestRows(OnlineSchema schema) {
    static final Duration TTL = Duration.ofMinutes(1);

    static TestRows ofTable(long table) {
        return new TestRows(new OnlineSchema(
                table,
                List.of(
                        new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                        new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null),
                        new OnlineColumn("text", FeatureType.Simple.STRING, null)),
                List.of(0),
                1,
                TTL.toMillis()));
    }

    static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    OnlineKey key(long id) {
        return KeyCodec.encode(schema, new Object[] {id});
    }

    RowWrite row(long id, Instant at, long offset, String text) {
        Object[] values = {id, at.toEpochMilli() * 1_000, text};
        return new RowWrite(key(id), RowCodec.encode(schema, values, new LogPosition(0, offset)));
    }

    RowWrite delete(long id, long offset) {
        return new RowWrite(key(id), RowCodec.tombstone(new LogPosition(0, offset)));
    }

    /** The texts under the keys, null = no row. */
    List<@Nullable Object> texts(OnlineRows rows, LongStream ids) {
        List<OnlineKey> keys = ids.mapToObj(this::key).toList();
        List<@Nullable Object> texts = new ArrayList<>();
        rows.read(List.of(new TableRead(schema, keys, Projection.ALL)), soon())
                .forEach(row -> texts.add(row == null ? null : row.value(2)));
        return texts;
    }
}
