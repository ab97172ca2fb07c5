package io.hopyard.core.slot;

import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import java.util.List;

/**
 * One pair as the mover sees it. Thread safe. Calls that cannot be answered throw
 * {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED} and may or may not
 * have had their effect; all may be repeated.
 */
public interface SlotRows {
    SlotGate gate(Deadline deadline);

    /** Stores the gate on every live copy if the one there is the version before it; false = it is another. */
    boolean replace(SlotGate gate, Deadline deadline);

    /**
     * Returns when no member has a write under way that was begun under an older gate than this version. Every member must
     * answer.
     */
    void drain(long version, Deadline deadline);

    /**
     * All rows of some slots as they are stored, traces of deletes and expired rows too.
     *
     * @param cursor empty = from the start, else what the page before said
     */
    Rows rows(List<Integer> slots, byte[] cursor, Deadline deadline);

    /** Stores rows as they are; refused with {@code SLOT_MOVED} when the gate is another version, or their slots do not fill. */
    void fill(long version, List<OnlineRows.RowWrite> rows, Deadline deadline);

    /** Removes rows of slots that fill, a bounded number of them; true = none is left. Refused like {@link #fill}. */
    boolean empty(long version, List<Integer> slots, Deadline deadline);

    /** How many rows, and a sum over their keys and images that does not depend on the order. */
    Digest digest(List<Integer> slots, Deadline deadline);

    /** What was cleared and dropped, of tables above {@code afterTable}, ascending, a bounded number of them. */
    List<Mark> marks(long afterTable, Deadline deadline);

    /** Adds what was cleared and dropped elsewhere. */
    void mark(List<Mark> marks, Deadline deadline);

    /** Rows of any slot, roughly. */
    long size(Deadline deadline);

    /** @param next cursor of the next page, empty when there is none; must not be changed */
    @SuppressWarnings("ArrayRecordComponent") // never compared by value
    record Rows(List<OnlineRows.RowWrite> rows, byte[] next) {
        public Rows {
            rows = List.copyOf(rows);
        }
    }

    record Digest(long rows, long sum) {}

    record Mark(long table, Clearing clearing) {}
}
