package io.hopyard.core.ingest;

import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/** The registered Avro schemas. A subject's text never changes. Thread safe. */
@FunctionalInterface
public interface Subjects {
    /**
     * The schema's JSON; null when the project has no such subject. A subject that a client was already told is found.
     *
     * @param subjectId the {@code id} in the answer that the client got
     */
    @Nullable
    String subject(long projectId, long subjectId, Deadline deadline);
}
