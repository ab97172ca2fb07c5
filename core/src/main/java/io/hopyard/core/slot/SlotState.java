package io.hopyard.core.slot;

/** What a pair does with the rows of a slot. The order is that of a slot which comes; a code never changes its meaning. */
public enum SlotState {
    /** It is another pair's; rows that are still here are nobody's. */
    CLOSED(0),
    /** Rows are copied in; nobody may read them. */
    FILLING(1),
    /** Copied; nobody writes or reads. */
    SEALED(2),
    /** Reads are answered, writes wait. */
    READABLE(3),
    /** Reads and writes. */
    OPEN(4);

    private static final SlotState[] BY_CODE = values();

    private final byte code;

    SlotState(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    public boolean readable() {
        return this == READABLE || this == OPEN;
    }

    static SlotState of(byte code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new IllegalArgumentException(
                    "state of a slot: " + code + " (expected: 0 to " + (BY_CODE.length - 1) + ")");
        }
        return BY_CODE[code];
    }
}
