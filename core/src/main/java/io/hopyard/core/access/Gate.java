package io.hopyard.core.access;

import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The one decision of who may come in and do what; every door asks here. A key that was revoked, has expired, or whose
 * user was removed is refused at most 5 seconds later. Thread safe.
 */
public interface Gate {
    /**
     * Checks an API key ({@code prefix.secret}).
     *
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAUTHENTICATED} when it is absent, malformed, unknown,
     *     expired or revoked
     */
    Caller authenticate(@Nullable String apiKey, Deadline deadline);

    /** True when the caller may do this in the project; false also when the project does not exist. */
    boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline);
}
