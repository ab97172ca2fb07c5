package io.hopyard.store;

import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The online rows of a node that may not run yet, so that other parts can be wired before it starts. Thread safe. */
public record RunningOnlineRows(Supplier<? extends OnlineRows> now) implements OnlineRows {
    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return now.get().read(reads, deadline);
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline) {
        return now.get().upsert(rows, deadline);
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        now.get().clear(table, before, deadline);
    }

    @Override
    public void drop(long table, Deadline deadline) {
        now.get().drop(table, deadline);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return now.get().scan(schema, projection, cursor, limit, deadline);
    }
}
