package io.hopyard.core.database;

/** What must hold, at the moment of the commit, for a commit to be applied. */
public sealed interface Condition {
    RowKey key();

    /** The row must not exist. */
    record Absent(RowKey key) implements Condition {}

    /** The row must exist. */
    record Present(RowKey key) implements Condition {}

    /** The row must exist and not have changed since it was read. */
    record VersionEquals(RowKey key, long version) implements Condition {}
}
