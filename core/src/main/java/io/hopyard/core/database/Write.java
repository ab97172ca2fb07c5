package io.hopyard.core.database;

/** One change of one row inside a commit. */
public sealed interface Write {
    RowKey key();

    /** Insert or replace. The array must not be changed afterwards. */
    @SuppressWarnings("ArrayRecordComponent") // writes are never compared by value
    record Put(RowKey key, byte[] value) implements Write {}

    /** Remove; no effect when absent. */
    record Remove(RowKey key) implements Write {}
}
