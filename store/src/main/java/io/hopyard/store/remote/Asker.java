package io.hopyard.store.remote;

import io.hopyard.core.database.Outcome;
import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/** Sends requests to wherever they are answered, and waits. Thread safe. */
interface Asker {
    /**
     * A request that may be repeated; a lost answer is a failure like another.
     *
     * @throws io.hopyard.core.error.FeatureStoreException what the data node said, or DEADLINE_EXCEEDED or UNAVAILABLE
     */
    <T extends @Nullable Object> T ask(Call.Request<T> request, Deadline deadline);

    /**
     * A commit; a lost answer is {@link Outcome.Unknown}.
     *
     * @throws io.hopyard.core.error.FeatureStoreException when nothing was begun
     */
    Outcome commit(Call.Request<Outcome> request, Deadline deadline);
}
