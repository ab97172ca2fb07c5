package io.hopyard.core.catalog;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/** Finds feature stores: every project has one. Thread safe. */
public interface FeatureStores {
    @Nullable
    FeatureStore find(long id, Deadline deadline);

    /** @param database lower-cased project name; compared without case */
    @Nullable
    FeatureStore findByDatabase(String database, Deadline deadline);

    /** @throws FeatureStoreException {@code FEATURE_STORE_NOT_FOUND} */
    default FeatureStore load(long id, Deadline deadline) {
        FeatureStore store = find(id, deadline);
        if (store == null) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_STORE_NOT_FOUND,
                    "feature store: " + id + " (expected: the id of a feature store you may use)");
        }
        return store;
    }
}
