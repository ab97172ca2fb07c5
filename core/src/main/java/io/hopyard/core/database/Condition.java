package io.hopyard.core.database;

import org.jspecify.annotations.Nullable;

/** What must hold, at the moment of the commit, for a commit to be applied. */
public sealed interface Condition {
    RowKey key();

    /** @param found what is under the key at the moment of the commit, null = nothing */
    default boolean holds(@Nullable Row found) {
        return switch (this) {
            case Absent absent -> found == null;
            case Present present -> found != null;
            case VersionEquals equals -> found != null && found.version() == equals.version();
        };
    }

    /** The row must not exist. */
    record Absent(RowKey key) implements Condition {}

    /** The row must exist. */
    record Present(RowKey key) implements Condition {}

    /** The row must exist and not have changed since it was read. */
    record VersionEquals(RowKey key, long version) implements Condition {}
}
