package io.hopyard.core.placement;

import io.hopyard.core.time.Deadline;

/**
 * Where the placement is written. Thread safe. Calls that cannot be answered throw
 * {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE}.
 */
public interface PlacementRegister {
    /** What is written now; {@link Placement#EMPTY} before the first write. */
    Written read(Deadline deadline);

    /** Replaces what was read; false when something else was written since, and then nothing is changed. */
    boolean replace(Written read, Placement placement, Deadline deadline);

    /** What was last heard; answers at once, also while the register cannot be reached. */
    Placement known();

    /** @param version opaque, another one after each write */
    record Written(Placement placement, long version) {}
}
