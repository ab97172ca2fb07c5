package io.hopyard.core.database;

/**
 * A metadata row as read.
 *
 * @param value the stored bytes; callers must not change the array
 * @param version the version of the commit that wrote the row; grows with every commit of the database
 */
@SuppressWarnings("ArrayRecordComponent") // rows are never compared by value
public record Row(RowKey key, byte[] value, long version) {}
