package io.hopyard.core.slot;

import io.hopyard.core.serving.OnlineKey;

/** The fixed number of slots into which all online rows are cut by their keys. What lies where never changes its meaning. */
public final class Slots {
    public static final int COUNT = 1_024;
    /** Bits of the place of a key; the slot is its upper ten. */
    public static final int PLACE_BITS = 22;

    private static final int SLOT_SHIFT = PLACE_BITS - 10;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

    private Slots() {}

    /** 0 to {@link #COUNT} - 1. */
    public static int of(OnlineKey key) {
        return ofPlace(place(key.table(), key.bytes()));
    }

    /** The slot of all places that agree in their upper bits; what lies above {@link #PLACE_BITS} is passed over. */
    public static int ofPlace(int place) {
        return (place & PLACE_MASK) >>> SLOT_SHIFT;
    }

    /** The lowest place of a slot. */
    public static int firstPlace(int slot) {
        return slot << SLOT_SHIFT;
    }

    /** A hash of good quality in all its bits: FNV-1a, finished as in SplitMix64. */
    public static int place(long table, byte[] key) {
        long hash = 0xcbf29ce484222325L ^ table;
        for (byte next : key) {
            hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return (int) (hash ^ (hash >>> 31)) & PLACE_MASK;
    }

    static void check(int slot) {
        if (slot < 0 || slot >= COUNT) {
            throw new IllegalArgumentException("slot: " + slot + " (expected: 0 to " + (COUNT - 1) + ")");
        }
    }
}
