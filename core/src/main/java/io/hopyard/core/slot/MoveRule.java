package io.hopyard.core.slot;

import org.jspecify.annotations.Nullable;

/**
 * What the mover does next, from what is stored alone: the map and the gates of both pairs. So any mover may go on where
 * another one stopped, and two at a time do no harm, as each change is refused when its ground has changed.
 *
 * <p>The order keeps two promises. Of both pairs at most one takes writes: the old one stops (and what it had begun ends)
 * before rows are copied, the new one begins after the old one has let go. And one of them always answers reads: the new one
 * can before the map names it, the old one still does until the map has.
 */
public final class MoveRule {
    private MoveRule() {}

    /** The two pairs of a move. */
    public enum Side {
        FROM,
        TO
    }

    /** The next step. */
    public sealed interface Step {
        /** Replace the gate of that pair, if it is still the version before this one. */
        record Change(Side side, SlotGate gate) implements Step {}

        /** Wait for writes that the old pair had begun, empty the slots at the new pair, copy all rows; then the change. */
        record Fill(SlotMove move, Change then) implements Step {}

        /** Wait for copying that had begun, compare both pairs; then one of the changes. */
        record Compare(SlotMove move, Change equal, Change different) implements Step {}

        /** Replace the map, if it is still the version before this one. */
        record Write(SlotMap map) implements Step {}

        /** There is no move. */
        record Nothing() implements Step {}
    }

    /**
     * @param from gate of the old pair; whatever when there is no move
     * @param to likewise of the new one
     * @throws IllegalStateException when what is stored cannot come from these rules
     */
    public static Step next(SlotMap map, SlotGate from, SlotGate to) {
        SlotMove move = map.move();
        if (move == null) {
            return new Step.Nothing();
        }
        SlotGate old = from.version() > 0 ? from : SlotGate.unsetBut(slot -> before(map, slot) == move.from());
        SlotGate fresh = to.version() > 0 ? to : SlotGate.unsetBut(slot -> before(map, slot) == move.to());
        return switch (move.phase()) {
            case COPYING -> copying(map, move, old, fresh);
            case SWITCHED -> switched(map, move, old, fresh);
            case ABORTING -> aborting(map, move, old, fresh);
        };
    }

    /** The owner before the move. */
    private static int before(SlotMap map, int slot) {
        SlotMove move = map.move();
        return move != null && move.slots().contains(slot) ? move.from() : map.owner(slot);
    }

    private static Step copying(SlotMap map, SlotMove move, SlotGate from, SlotGate to) {
        if (from.epoch() < move.epoch()) {
            return change(Side.FROM, from, move, SlotState.READABLE);
        }
        expect(from.common(move.slots()), SlotState.READABLE, move);
        if (to.epoch() < move.epoch()) {
            return change(Side.TO, to, move, SlotState.FILLING);
        }
        return switch (to.common(move.slots())) {
            case FILLING -> new Step.Fill(move, change(Side.TO, to, move, SlotState.SEALED));
            case SEALED ->
                new Step.Compare(
                        move,
                        change(Side.TO, to, move, SlotState.READABLE),
                        change(Side.TO, to, move, SlotState.FILLING));
            case READABLE -> new Step.Write(map.switched(move));
            case null, default -> throw impossible(move);
        };
    }

    private static Step switched(SlotMap map, SlotMove move, SlotGate from, SlotGate to) {
        SlotState old = from.common(move.slots());
        if (old == SlotState.READABLE) {
            return change(Side.FROM, from, move, SlotState.CLOSED);
        }
        expect(old, SlotState.CLOSED, move);
        SlotState fresh = to.common(move.slots());
        if (fresh == SlotState.READABLE) {
            return change(Side.TO, to, move, SlotState.OPEN);
        }
        expect(fresh, SlotState.OPEN, move);
        return new Step.Write(map.settled());
    }

    /** The new pair closes first, also when it has not begun: a late command of another mover then finds its ground gone. */
    private static Step aborting(SlotMap map, SlotMove move, SlotGate from, SlotGate to) {
        if (to.epoch() < move.epoch() || to.common(move.slots()) != SlotState.CLOSED) {
            return change(Side.TO, to, move, SlotState.CLOSED);
        }
        if (from.epoch() < move.epoch() || from.common(move.slots()) != SlotState.OPEN) {
            return change(Side.FROM, from, move, SlotState.OPEN);
        }
        return new Step.Write(map.settled());
    }

    private static Step.Change change(Side side, SlotGate gate, SlotMove move, SlotState state) {
        return new Step.Change(side, gate.with(move.epoch(), move.slots(), state));
    }

    private static void expect(@Nullable SlotState found, SlotState expected, SlotMove move) {
        if (found != expected) {
            throw impossible(move);
        }
    }

    private static IllegalStateException impossible(SlotMove move) {
        return new IllegalStateException(
                "move " + move.epoch() + " of slots " + move.slots() + ": its gates do not belong to it");
    }
}
