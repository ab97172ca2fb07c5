package io.hopyard.store;

import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Online rows that are changed only while the disk has room. Thread safe. */
record GuardedOnlineRows(OnlineRows there, DiskGuard guard) implements OnlineRows {
    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return there.read(reads, deadline);
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline) {
        guard.check("upsert of online rows");
        return there.upsert(rows, deadline);
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        guard.check("clear of an online table");
        there.clear(table, before, deadline);
    }

    @Override
    public void drop(long table, Deadline deadline) {
        guard.check("drop of an online table");
        there.drop(table, deadline);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return there.scan(schema, projection, cursor, limit, deadline);
    }
}
