package io.hopyard.core.placement;

/** What the data nodes of a pair hold. A code never changes its meaning. */
public enum DataGroup {
    /** Metadata, if it is the first such pair, and online rows. */
    ALL(0),
    /** Metadata only. */
    METADATA(1),
    /** Online rows only. */
    ONLINE(2);

    private final int code;

    DataGroup(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    boolean holdsMetadata() {
        return this != ONLINE;
    }

    boolean holdsOnlineRows() {
        return this != METADATA;
    }

    static DataGroup of(long code) {
        for (DataGroup group : values()) {
            if (group.code == code) {
                return group;
            }
        }
        throw new IllegalArgumentException("group of a pair: " + code + " (expected: 0 to 2)");
    }
}
