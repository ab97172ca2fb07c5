package io.hopyard.core.database;

import org.jspecify.annotations.Nullable;

/** What became of a commit. */
public sealed interface Outcome {
    /** All writes are durable on every live copy, under this version. */
    record Applied(long version) implements Outcome {}

    /**
     * Nothing was written.
     *
     * @param condition the first condition that did not hold
     * @param found the row that is there instead, or null when there is none
     */
    record Refused(Condition condition, @Nullable Row found) implements Outcome {}

    /** Either; ask again with the same request id. */
    record Unknown(String reason) implements Outcome {}
}
