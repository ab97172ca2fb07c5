package io.hopyard.testkit.serving;

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

/** Online rows whose upserts a test lets fail, before or after they took effect. As thread safe as its hook. */
public record HookedOnlineRows(OnlineRows there, Hook hook) implements OnlineRows {
    /** What happens around an upsert; may throw what it shall throw. */
    public interface Hook {
        /** @param there the upsert itself; need not be run */
        List<RowMerge.Result> around(List<RowWrite> rows, Supplier<List<RowMerge.Result>> there);
    }

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return there.read(reads, deadline);
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline) {
        return hook.around(rows, () -> there.upsert(rows, deadline));
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        there.clear(table, before, deadline);
    }

    @Override
    public void drop(long table, Deadline deadline) {
        there.drop(table, deadline);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return there.scan(schema, projection, cursor, limit, deadline);
    }
}
