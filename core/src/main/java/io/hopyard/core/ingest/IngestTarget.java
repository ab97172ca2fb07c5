package io.hopyard.core.ingest;

import io.hopyard.core.serving.OnlineSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feature group as the ingester sees it.
 *
 * @param schema of its online table, or null when the group is not online
 * @param clearedBefore per partition the offset before which everything was cleared; partitions that are not in the list
 *     were never cleared
 */
public record IngestTarget(
        long projectId,
        long featureGroupId,
        String topic,
        @Nullable OnlineSchema schema,
        List<Long> clearedBefore) {
    public IngestTarget {
        clearedBefore = List.copyOf(clearedBefore);
    }

    /** The offset before which the partition was cleared, 0 when never. */
    public long clearedBefore(int partition) {
        return partition < clearedBefore.size() ? clearedBefore.get(partition) : 0;
    }
}
