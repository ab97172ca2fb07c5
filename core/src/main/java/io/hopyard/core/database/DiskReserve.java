package io.hopyard.core.database;

/**
 * Decides when a disk is too full for new writes. Two bounds, so that a disk near one of them does not let every other
 * write pass.
 *
 * @param refuseBelowBytes with less free space than this, writes are refused; what is left is for what is already
 *     acknowledged
 * @param resumeFromBytes with at least this, they are taken again
 */
public record DiskReserve(long refuseBelowBytes, long resumeFromBytes) {
    public DiskReserve {
        if (refuseBelowBytes < 1 || resumeFromBytes < refuseBelowBytes) {
            throw new IllegalArgumentException("disk reserve: " + refuseBelowBytes + " bytes, resumed from "
                    + resumeFromBytes + " (expected: at least 1, and not less)");
        }
    }

    /** Resumed when a quarter more than the reserve is free. */
    public static DiskReserve of(long bytes) {
        return new DiskReserve(bytes, Math.addExact(bytes, bytes / 4));
    }

    /** What becomes of writes. */
    public enum Writes {
        TAKEN,
        REFUSED
    }

    /** @param before what became of them until now */
    public Writes decide(Writes before, long freeBytes) {
        long needed = switch (before) {
            case TAKEN -> refuseBelowBytes;
            case REFUSED -> resumeFromBytes;
        };
        return freeBytes < needed ? Writes.REFUSED : Writes.TAKEN;
    }
}
