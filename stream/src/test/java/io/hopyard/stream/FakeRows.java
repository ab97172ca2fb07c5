package io.hopyard.stream;

import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Online rows in memory. */
final class FakeRows implements OnlineRows {
    private final Map<OnlineKey, RowImage> rows = new HashMap<>();

    @Override
    public synchronized List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        List<@Nullable OnlineRow> found = new ArrayList<>();
        for (TableRead read : reads) {
            for (OnlineKey key : read.keys()) {
                RowImage image = rows.get(key);
                found.add(
                        image == null || image.tombstone() || image.expiresAtMillis() <= System.currentTimeMillis()
                                ? null
                                : new OnlineRow(image, read.schema(), read.projection()));
            }
        }
        return found;
    }

    @Override
    public synchronized List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
        List<RowMerge.Result> results = new ArrayList<>();
        for (RowWrite write : writes) {
            RowMerge.Decision decision =
                    RowMerge.decide(rows.get(write.key()), write.image(), System.currentTimeMillis());
            if (decision.store() != null) {
                rows.put(write.key(), decision.store());
            }
            results.add(decision.result());
        }
        return results;
    }

    @Override
    public synchronized void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        rows.entrySet()
                .removeIf(row -> row.getKey().table() == table
                        && row.getValue().logPartition() == before.partition()
                        && row.getValue().logOffset() < before.offset());
    }

    @Override
    public synchronized void drop(long table, Deadline deadline) {
        rows.keySet().removeIf(key -> key.table() == table);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        throw new UnsupportedOperationException();
    }

    synchronized int size() {
        return rows.size();
    }
}
