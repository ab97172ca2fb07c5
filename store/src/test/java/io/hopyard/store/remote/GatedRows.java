package io.hopyard.store.remote;

import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Behind a gate. */
record GatedRows(OnlineRows rows, Gate gate) implements OnlineRows {
    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return gate.through(() -> rows.read(reads, deadline));
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
        return gate.through(() -> rows.upsert(writes, deadline));
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        gate.through(() -> {
            rows.clear(table, before, deadline);
            return true;
        });
    }

    @Override
    public void drop(long table, Deadline deadline) {
        gate.through(() -> {
            rows.drop(table, deadline);
            return true;
        });
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return gate.through(() -> rows.scan(schema, projection, cursor, limit, deadline));
    }
}
