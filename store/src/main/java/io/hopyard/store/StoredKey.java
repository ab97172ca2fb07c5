package io.hopyard.store;

import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.slot.Slots;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The engine's form of online keys. The engine orders the rows of a partition by the hash of the key's bytes first; six
 * bytes at the end bend this hash so that its first 10 bits name the table and the next 6 the partition. So the rows of a
 * table lie together and a scan of a table reads its own rows only (and those of tables whose numbers agree modulo
 * 1,023).
 *
 * <p>Layout: kind (1), table (8), key bytes, bend (6).
 */
public final class StoredKey {
    static final int PARTITIONS = 64;

    private static final byte KIND_ROW = 1;
    private static final byte KIND_CLEARING = 2;
    private static final byte KIND_GATE = 3;
    private static final int AT_TABLE = 1;
    private static final int AT_KEY = 9;
    private static final int BEND_BYTES = 6;
    private static final int RADIX = 31;
    private static final int BUCKETS = 1_023;
    /** Clearings have a bucket of their own, in the first partition. */
    private static final int CLEARINGS = BUCKETS;

    private static final int BUCKET_SHIFT = Slots.PLACE_BITS;
    private static final int LAST_BUCKET = Integer.MAX_VALUE >>> BUCKET_SHIFT << BUCKET_SHIFT;
    private static final int HASH_MASK = (1 << BUCKET_SHIFT) - 1;
    private static final int CLEARING_MASK = 0xFFFF;

    private StoredKey() {}

    static byte[] row(OnlineKey key) {
        int hash = bucket(key.table()) | Slots.place(key.table(), key.bytes());
        return encode(KIND_ROW, key.table(), key.bytes(), hash);
    }

    static byte[] clearing(long table) {
        return encode(KIND_CLEARING, table, new byte[0], (CLEARINGS << BUCKET_SHIFT) | (int) (table & CLEARING_MASK));
    }

    /** The one row that says what is done with each slot; it lies among the clearings. */
    static byte[] gate() {
        return encode(KIND_GATE, 0, new byte[0], CLEARINGS << BUCKET_SHIFT);
    }

    static boolean isGate(byte[] stored) {
        return stored[0] == KIND_GATE;
    }

    /** The slot in which a row, or a place among rows, lies. */
    static int slot(byte[] stored) {
        return Slots.ofPlace(Arrays.hashCode(stored));
    }

    /** Of a cursor of any table, as a scan said it; empty = the first slot. */
    public static int slotOf(byte[] cursor) {
        return cursor.length <= Long.BYTES ? 0 : slot(Arrays.copyOfRange(cursor, Long.BYTES, cursor.length));
    }

    /** Not above any row of the table in the slot or behind it. */
    static byte[] lowestOfSlot(long table, int slot) {
        return encode(KIND_ROW, table, new byte[0], bucket(table) | Slots.firstPlace(slot));
    }

    /** Not above any row of the slot, of whatever table. */
    static byte[] firstOfSlot(int slot) {
        return encode(KIND_ROW, 0, new byte[0], Integer.MIN_VALUE | Slots.firstPlace(slot));
    }

    /** Not above any row of the slot that lies behind a key of another slot; null when there can be none. */
    static byte @Nullable [] nextOfSlot(int slot, byte[] beyond) {
        int hash = Arrays.hashCode(beyond);
        int bucket = hash & ~HASH_MASK;
        int here = bucket | Slots.firstPlace(slot);
        if (here > hash) {
            return encode(KIND_ROW, 0, new byte[0], here);
        }
        int next = bucket + (1 << BUCKET_SHIFT) | Slots.firstPlace(slot);
        return bucket == LAST_BUCKET ? null : encode(KIND_ROW, 0, new byte[0], next);
    }

    /** Not above any row of the table in the partition. */
    static byte[] lowest(long table, int partition) {
        return encode(KIND_ROW, table, new byte[0], PairAffinity.firstHash(bucket(table), partition));
    }

    /** Not above anything in the partition. */
    static byte[] first(int partition) {
        return encode(KIND_ROW, 0, new byte[0], PairAffinity.firstHash(Integer.MIN_VALUE, partition));
    }

    /** Not above any clearing. */
    static byte[] lowestClearing() {
        return encode(KIND_CLEARING, 0, new byte[0], CLEARINGS << BUCKET_SHIFT);
    }

    /** True when both keys lie in the same part of the order. */
    static boolean sameBucket(byte[] one, byte[] other) {
        return Arrays.hashCode(one) >>> BUCKET_SHIFT == Arrays.hashCode(other) >>> BUCKET_SHIFT;
    }

    /**
     * The cursor of a scan: the table's number and the place, which may be a key of another table in the same part of the
     * order.
     */
    static byte[] cursor(long table, byte[] place) {
        return ByteBuffer.allocate(Long.BYTES + place.length)
                .putLong(table)
                .put(place)
                .array();
    }

    /** The place that a cursor of the table names, or null when it is none. */
    static byte @Nullable [] place(byte[] cursor, long table) {
        if (cursor.length < Long.BYTES + AT_KEY + BEND_BYTES
                || ByteBuffer.wrap(cursor).getLong() != table) {
            return null;
        }
        byte[] place = Arrays.copyOfRange(cursor, Long.BYTES, cursor.length);
        boolean inBucket = Arrays.hashCode(place) >>> BUCKET_SHIFT == bucket(table) >>> BUCKET_SHIFT;
        return place[0] == KIND_ROW && inBucket ? place : null;
    }

    static boolean isRow(byte[] stored) {
        return stored[0] == KIND_ROW;
    }

    static int partition(byte[] stored) {
        return PairAffinity.partition(Arrays.hashCode(stored), PARTITIONS);
    }

    static long table(byte[] stored) {
        return ByteBuffer.wrap(stored).getLong(AT_TABLE);
    }

    static OnlineKey onlineKey(byte[] stored) {
        return new OnlineKey(table(stored), Arrays.copyOfRange(stored, AT_KEY, stored.length - BEND_BYTES));
    }

    /** The upper bits of the hashes of a table's rows. */
    private static int bucket(long table) {
        return (int) Math.floorMod(table, (long) BUCKETS) << BUCKET_SHIFT;
    }

    private static byte[] encode(byte kind, long table, byte[] key, int hash) {
        byte[] stored = new byte[AT_KEY + key.length + BEND_BYTES];
        stored[0] = kind;
        ByteBuffer.wrap(stored).putLong(AT_TABLE, table);
        System.arraycopy(key, 0, stored, AT_KEY, key.length);
        // The bend is still zero: what is missing to the wished hash, written with the weights 31^5 .. 31^0.
        int missing = hash - Arrays.hashCode(stored);
        for (int index = stored.length - 1; index > stored.length - BEND_BYTES; index--) {
            stored[index] = (byte) Math.floorMod(missing, RADIX);
            missing = Math.floorDiv(missing, RADIX);
        }
        stored[stored.length - BEND_BYTES] = (byte) missing;
        return stored;
    }
}
