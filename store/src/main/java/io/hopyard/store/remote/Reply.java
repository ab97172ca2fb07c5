package io.hopyard.store.remote;

import io.hopyard.core.error.FeatureStoreException;
import org.jspecify.annotations.Nullable;

/** How a call to a data node ended. */
sealed interface Reply<T extends @Nullable Object> {
    record Answer<T extends @Nullable Object>(T value) implements Reply<T> {}

    /** The node refused, or was never asked. */
    record Failure<T extends @Nullable Object>(FeatureStoreException cause) implements Reply<T> {}

    /** The node was asked, perhaps, and will not answer any more. */
    record Lost<T extends @Nullable Object>(String reason) implements Reply<T> {}
}
