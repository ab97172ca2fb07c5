package io.hopyard.core.slot;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.time.Deadline;

/** A scan of a table as one pair can answer it. Thread safe. */
public interface SlotScan {
    /**
     * Like {@link OnlineRows#scan}, up to a slot. Rows come in the order of their slots, and a cursor of one pair may go on at
     * another.
     *
     * @return a page whose cursor stands at the end of the range, or is empty, when the rows before it have come
     */
    OnlineRows.RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, Range range, Deadline deadline);

    /**
     * @param end the first slot whose rows are not wanted; {@link Slots#COUNT} = all
     * @param limit rows at most
     */
    record Range(int end, int limit) {
        public Range {
            if (end < 1 || end > Slots.COUNT) {
                throw new IllegalArgumentException(
                        "end of a scan: slot " + end + " (expected: 1 to " + Slots.COUNT + ")");
            }
        }
    }
}
