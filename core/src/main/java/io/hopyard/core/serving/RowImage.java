package io.hopyard.core.serving;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * One online row as bytes: a header that decides which of two rows is newer, then the columns. Immutable, thread safe;
 * nothing is decoded before it is asked for.
 *
 * <p>Layout, big endian: format (1), flags (1), log partition (2), columns n (2), zero (2), event time (8), log offset
 * (8), horizon (8), expiry (8), null bitmap (n/8 rounded up), end of each column's bytes relative to the first one's
 * start (2 each), bytes of the columns.
 */
public final class RowImage {
    /** Bytes of the longest row, header included. */
    public static final int BYTES_MAX = 65_535;
    /** Event time of a row of a group without one. */
    public static final long NO_EVENT_TIME = Long.MIN_VALUE;
    /** Expiry of a row that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;
    /** Horizon of a row whose key was never deleted. */
    public static final long NO_HORIZON = -1;

    static final byte FORMAT = 1;
    static final int FLAG_TOMBSTONE = 1;
    static final int AT_FLAGS = 1;
    static final int AT_PARTITION = 2;
    static final int AT_COLUMNS = 4;
    static final int AT_EVENT_TIME = 8;
    static final int AT_OFFSET = 16;
    static final int AT_HORIZON = 24;
    static final int AT_EXPIRY = 32;
    static final int HEADER_BYTES = 40;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;

    private RowImage(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes the array over; it must not be changed afterwards.
     *
     * @throws IllegalArgumentException when the bytes are no row image
     */
    public static RowImage of(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
            throw new IllegalArgumentException("row image of " + bytes.length + " bytes, format "
                    + (bytes.length == 0 ? "none" : bytes[0]) + " (expected: format " + FORMAT + ")");
        }
        return new RowImage(bytes);
    }

    /** The image itself; must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** True for the trace of a delete: the key is absent, and rows logged before the delete are refused. */
    public boolean tombstone() {
        return (bytes[AT_FLAGS] & FLAG_TOMBSTONE) != 0;
    }

    /**
     * Microseconds since 1970, or {@link #NO_EVENT_TIME}. Of a stored tombstone: when it was stored.
     */
    public long eventTimeMicros() {
        return (long) LONG.get(bytes, AT_EVENT_TIME);
    }

    public int logPartition() {
        return (short) SHORT.get(bytes, AT_PARTITION) & 0xFFFF;
    }

    public long logOffset() {
        return (long) LONG.get(bytes, AT_OFFSET);
    }

    /** Log offset of the last delete of this key, or {@link #NO_HORIZON}. */
    public long horizon() {
        return (long) LONG.get(bytes, AT_HORIZON);
    }

    /** Milliseconds since 1970 from which on the row is not readable, or {@link #NEVER}. */
    public long expiresAtMillis() {
        return (long) LONG.get(bytes, AT_EXPIRY);
    }

    /** A copy of this image with another horizon. */
    public RowImage withHorizon(long horizon) {
        if (horizon == horizon()) {
            return this;
        }
        byte[] copy = bytes.clone();
        LONG.set(copy, AT_HORIZON, horizon);
        return new RowImage(copy);
    }

    /** A copy of this image with another event time, in microseconds since 1970. */
    RowImage withEventTime(long eventTimeMicros) {
        byte[] copy = bytes.clone();
        LONG.set(copy, AT_EVENT_TIME, eventTimeMicros);
        return new RowImage(copy);
    }

    /**
     * A copy in which columns that are not wanted are null, and those behind the last wanted one are left out; this image
     * when that changes nothing.
     */
    RowImage narrow(BitSet wanted) {
        int stored = columns();
        if (wanted.nextClearBit(0) >= stored) {
            return this;
        }
        int kept = stored == 0 ? 0 : wanted.previousSetBit(stored - 1) + 1;
        int ends = HEADER_BYTES + ((kept + 7) >>> 3);
        int data = ends + 2 * kept;
        int length = data;
        for (int ordinal = wanted.nextSetBit(0);
                ordinal >= 0 && ordinal < kept;
                ordinal = wanted.nextSetBit(ordinal + 1)) {
            length += end(ordinal) - start(ordinal);
        }
        byte[] copy = new byte[length];
        System.arraycopy(bytes, 0, copy, 0, HEADER_BYTES);
        SHORT.set(copy, AT_COLUMNS, (short) kept);
        int at = data;
        for (int ordinal = 0; ordinal < kept; ordinal++) {
            if (!wanted.get(ordinal) || isNull(ordinal)) {
                copy[HEADER_BYTES + (ordinal >>> 3)] |= (byte) (1 << (ordinal & 7));
            } else {
                int start = start(ordinal);
                int size = end(ordinal) - start;
                System.arraycopy(bytes, start, copy, at, size);
                at += size;
            }
            SHORT.set(copy, ends + 2 * ordinal, (short) (at - data));
        }
        return new RowImage(copy);
    }

    /** Columns stored in this image; an image of an older schema has fewer than the table. */
    public int columns() {
        return (short) SHORT.get(bytes, AT_COLUMNS) & 0xFFFF;
    }

    /** True when the column is null; the ordinal must be below {@link #columns()}. */
    public boolean isNull(int ordinal) {
        return (bytes[HEADER_BYTES + (ordinal >>> 3)] & (1 << (ordinal & 7))) != 0;
    }

    /** Where the bytes of a column begin in {@link #bytes()}. */
    public int start(int ordinal) {
        int columns = columns();
        int ends = HEADER_BYTES + ((columns + 7) >>> 3);
        int data = ends + 2 * columns;
        return ordinal == 0 ? data : data + ((short) SHORT.get(bytes, ends + 2 * (ordinal - 1)) & 0xFFFF);
    }

    /** Where the bytes of a column end (exclusive) in {@link #bytes()}. */
    public int end(int ordinal) {
        int columns = columns();
        int ends = HEADER_BYTES + ((columns + 7) >>> 3);
        return ends + 2 * columns + ((short) SHORT.get(bytes, ends + 2 * ordinal) & 0xFFFF);
    }
}
