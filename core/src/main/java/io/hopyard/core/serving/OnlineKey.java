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
        this.hash = mix(31 * Long.hashCode(table) + Arrays.hashCode(bytes), bytes);
    }

    /**
     * {@code Arrays.hashCode} alone gives the same number for many numeric keys: their last two bytes alone decide, with
     * the weights 31 and 1. So four bytes at a time are mixed in once more.
     */
    private static int mix(int seed, byte[] bytes) {
        int hash = seed;
        int word = 0;
        for (int index = 0; index < bytes.length; index++) {
            word = (word << 8) | (bytes[index] & 0xFF);
            if ((index & 3) == 3 || index == bytes.length - 1) {
                hash = (hash ^ (word * 0xcc9e2d51)) * 0x1b873593;
                hash ^= hash >>> 15;
                word = 0;
            }
        }
        return hash;
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
