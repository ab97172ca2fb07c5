package io.hopyard.core.feature;

import io.hopyard.core.time.Deadline;
import java.util.List;

/**
 * The log between writers and stores, as those see it who create feature groups. Thread safe. Calls that cannot be
 * answered throw {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE} or
 * {@code DEADLINE_EXCEEDED}; repeating them is safe.
 */
public interface FeatureLog {
    /** Makes the topic with the number of partitions set for the cluster; no effect when it is there. */
    void createTopic(String topic, Deadline deadline);

    /** Removes the topic and all that is in it; no effect when it is not there. */
    void deleteTopic(String topic, Deadline deadline);

    /** Per partition the offset of the next record. */
    List<Long> endOffsets(String topic, Deadline deadline);
}
