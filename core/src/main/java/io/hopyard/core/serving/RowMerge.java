package io.hopyard.core.serving;

import org.jspecify.annotations.Nullable;

/**
 * Decides what a logged row does to the row that is stored under its key: the newest event time wins, then the later log
 * position. All rows of one key come from one partition of the log, so their offsets can be compared. A delete hides what
 * was logged before it and nothing that was logged after it; its offset is kept as the horizon, so that a replay cannot
 * bring an older row back. The event time of a stored tombstone is the moment at which it was stored, from which its
 * retention counts. The decision is idempotent and does not depend on how often or by how many ingesters the log
 * is applied.
 */
public final class RowMerge {
    private RowMerge() {}

    /** What became of one row. */
    public enum Result {
        STORED,
        /** What is stored is newer, or this very row. */
        OLDER,
        /** The row's life was over before it arrived. */
        EXPIRED
    }

    /**
     * @param store the image to store, or null when nothing is to be written
     */
    public record Decision(Result result, @Nullable RowImage store) {}

    /**
     * @param current what is stored under the key, tombstones and expired rows included; null = nothing
     * @param candidate the logged row or tombstone
     */
    public static Decision decide(@Nullable RowImage current, RowImage candidate, long nowMillis) {
        if (candidate.tombstone()) {
            return delete(current, candidate.withEventTime(nowMillis * 1_000));
        }
        if (candidate.expiresAtMillis() <= nowMillis) {
            return new Decision(Result.EXPIRED, null);
        }
        if (current == null) {
            return new Decision(Result.STORED, candidate);
        }
        if (candidate.logOffset() <= current.horizon()) {
            return new Decision(Result.OLDER, null);
        }
        if (current.tombstone() || newer(candidate, current)) {
            return new Decision(Result.STORED, candidate.withHorizon(current.horizon()));
        }
        return new Decision(Result.OLDER, null);
    }

    private static Decision delete(@Nullable RowImage current, RowImage tombstone) {
        if (current == null) {
            return new Decision(Result.STORED, tombstone);
        }
        if (tombstone.logOffset() <= current.horizon()) {
            return new Decision(Result.OLDER, null);
        }
        if (!current.tombstone() && current.logOffset() > tombstone.logOffset()) {
            return new Decision(Result.OLDER, current.withHorizon(tombstone.logOffset()));
        }
        return new Decision(Result.STORED, tombstone);
    }

    private static boolean newer(RowImage candidate, RowImage current) {
        int byTime = Long.compare(candidate.eventTimeMicros(), current.eventTimeMicros());
        return byTime != 0 ? byTime > 0 : candidate.logOffset() > current.logOffset();
    }
}
