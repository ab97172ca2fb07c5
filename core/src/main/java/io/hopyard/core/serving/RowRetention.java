package io.hopyard.core.serving;

import java.time.Duration;

/**
 * Decides which stored rows nobody can see any more, so that their room may be freed without any effect: cleared rows and
 * expired rows at once, the trace of a delete when no replay of the log can reach what was deleted.
 *
 * @param traces how long the trace of a delete is kept after it was stored; longer than any replay of the log reaches back
 */
public record RowRetention(Duration traces) {
    public RowRetention {
        if (traces.isNegative() || traces.isZero()) {
            throw new IllegalArgumentException("retention of deletes: " + traces + " (expected: above zero)");
        }
    }

    /**
     * True when the row may be removed. An expired row that remembers a delete is kept as long as a tombstone: without it a
     * replay of the log could bring back, for a moment, what was deleted.
     */
    public boolean useless(RowImage row, Clearing clearing, long nowMillis) {
        if (clearing.hides(row)) {
            return true;
        }
        long tracesUntil = nowMillis - traces.toMillis();
        if (row.tombstone()) {
            return Math.floorDiv(row.eventTimeMicros(), 1_000L) <= tracesUntil;
        }
        if (row.expiresAtMillis() > nowMillis) {
            return false;
        }
        return row.horizon() == RowImage.NO_HORIZON || row.expiresAtMillis() <= tracesUntil;
    }
}
