package io.hopyard.core.access;

import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/** Passwords of the SQL door. Answers come from a bounded cache that notices every change within 5 seconds. Thread safe. */
public interface OnlineLogins {
    /**
     * @param user name of the database user, for example {@code demo_meb10000}
     * @return null when there is none, or its person may not come in any more
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} when that
     *     cannot be told now
     */
    @Nullable
    OnlineLogin find(String user, Deadline deadline);

    /**
     * @param caller who it is for
     * @param projectId the project for which it was made
     * @param sha1 SHA-1 of SHA-1 of the password, for {@code mysql_native_password}
     * @param sha256 SHA-256 of SHA-256 of the password, for {@code caching_sha2_password}
     */
    @SuppressWarnings("ArrayRecordComponent") // logins are never compared by value
    record OnlineLogin(Caller caller, long projectId, byte[] sha1, byte[] sha256) {}
}
