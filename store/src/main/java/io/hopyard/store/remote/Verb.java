package io.hopyard.store.remote;

import java.util.Locale;

/** What a request asks for. A code never changes its meaning. */
enum Verb {
    READ(1, Pace.MEMORY),
    SCAN(2, Pace.DISK),
    COMMIT(3, Pace.DISK),
    CHANGES(4, Pace.MEMORY),
    ONLINE_READ(5, Pace.MEMORY),
    ONLINE_UPSERT(6, Pace.DISK),
    ONLINE_CLEAR(7, Pace.DISK),
    ONLINE_DROP(8, Pace.DISK),
    ONLINE_SCAN(9, Pace.DISK),
    SLOT_SCAN(10, Pace.DISK),
    SLOT_GATE(11, Pace.DISK),
    SLOT_REPLACE(12, Pace.DISK),
    SLOT_DRAIN(13, Pace.DISK),
    SLOT_ROWS(14, Pace.DISK),
    SLOT_FILL(15, Pace.DISK),
    SLOT_EMPTY(16, Pace.DISK),
    SLOT_DIGEST(17, Pace.DISK),
    SLOT_MARKS(18, Pace.DISK),
    SLOT_MARK(19, Pace.DISK),
    SLOT_SIZE(20, Pace.DISK);

    /** What to expect of a verb. */
    enum Pace {
        /** Short, and mostly answered from memory, at once. */
        MEMORY,
        /** Long, or waits for disks or the other node. */
        DISK
    }

    private static final Verb[] BY_CODE = values();

    private final int code;
    private final Pace pace;

    Verb(int code, Pace pace) {
        this.code = code;
        this.pace = pace;
    }

    int code() {
        return code;
    }

    Pace pace() {
        return pace;
    }

    /** The name in metrics and messages. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Verb of(int code) throws MalformedFrameException {
        if (code < 1 || code > BY_CODE.length) {
            throw new MalformedFrameException("verb: " + code + " (expected: 1 to " + BY_CODE.length + ")");
        }
        return BY_CODE[code - 1];
    }
}
