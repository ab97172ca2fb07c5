package io.hopyard.core.slot;

import java.util.List;

/**
 * Some slots on their way from one pair to another.
 *
 * @param epoch number of the move, never used again
 * @param from pair that has them
 * @param to pair that gets them
 * @param slots ascending
 */
public record SlotMove(long epoch, int from, int to, List<Integer> slots, Phase phase) {
    /** A code never changes its meaning. */
    public enum Phase {
        /** The old pair owns them; rows are copied. */
        COPYING(0),
        /** The new pair owns them; the old one lets go. */
        SWITCHED(1),
        /** The old pair keeps them; what was copied is thrown away. */
        ABORTING(2);

        private final int code;

        Phase(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Phase of(long code) {
            for (Phase phase : values()) {
                if (phase.code == code) {
                    return phase;
                }
            }
            throw new IllegalArgumentException("phase of a move: " + code + " (expected: 0 to 2)");
        }
    }

    public SlotMove {
        slots = slots.stream().sorted().distinct().toList();
        slots.forEach(Slots::check);
        if (epoch < 1 || from == to || slots.isEmpty()) {
            throw new IllegalArgumentException("move " + epoch + " of slots " + slots + " from pair " + from + " to "
                    + to + " (expected: a number >= 1, slots, two pairs)");
        }
    }

    SlotMove in(Phase next) {
        return new SlotMove(epoch, from, to, slots, next);
    }
}
