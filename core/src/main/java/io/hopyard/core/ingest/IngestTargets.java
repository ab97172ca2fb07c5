package io.hopyard.core.ingest;

import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which feature groups the ingester fills. Thread safe. Calls that cannot be answered throw
 * {@link io.hopyard.core.error.FeatureStoreException}; an answer that is not complete is never given.
 */
public interface IngestTargets {
    /** One group as it is now, not as some cache remembers it; null when it does not exist. */
    @Nullable
    IngestTarget find(long projectId, long featureGroupId, Deadline deadline);

    /** All groups. Asked several times per second: may be a second old. */
    List<IngestTarget> all(Deadline deadline);
}
