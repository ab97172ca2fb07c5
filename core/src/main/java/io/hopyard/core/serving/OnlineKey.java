package io.hopyard.core.serving;

import java.util.Arrays;

/**
 * The primary key of an online row: the table's number and the encoded key values ({@link KeyCodec}). Immutable; the
 * array must not be changed.
 */
public final class OnlineKey {
    private final long table;
    private final byte[] bytes;
    private final int hash;

    public OnlineKey(long table, byte[] bytes) {
        this.table = table;
        this.bytes = bytes;
        this.hash = 31 * Long.hashCode(table) + Arrays.hashCode(bytes);
    }

    public long table() {
        return table;
    }

    public byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OnlineKey key
                && hash == key.hash
                && table == key.table
                && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "table " + table + " key " + java.util.HexFormat.of().formatHex(bytes);
    }
}
