package io.hopyard.core.database;

import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata verbs of the database; the fifth verb, {@code upsert}, is {@link io.hopyard.core.serving.OnlineRows}.
 * Implementations are thread safe. A call that cannot be answered in time throws
 * {@link io.hopyard.core.error.FeatureStoreException} with {@code DEADLINE_EXCEEDED} or {@code UNAVAILABLE}; only
 * {@link #commit} may not: a commit whose fate is not known is {@link Outcome.Unknown}.
 */
public interface Database {
    /** One element per key in the same order; null = absent. */
    List<@Nullable Row> read(List<RowKey> keys, Deadline deadline);

    /** Rows in key order; sees every commit that was applied before the call. */
    Page scan(Scan scan, Deadline deadline);

    /** Applied on every live copy, or not at all. */
    Outcome commit(Commit commit, Deadline deadline);

    /** Keys changed by commits with a version above {@code since}; a bounded history is kept. */
    Changes changes(long since, Deadline deadline);
}
