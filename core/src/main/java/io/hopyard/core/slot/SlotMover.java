package io.hopyard.core.slot;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Does what {@link MoveRule} says, one step at a time. Keeps nothing between two calls, so that any head may go on; several
 * at once only disturb each other. Thread safe.
 */
public final class SlotMover {
    private final StoredSlotMap maps;
    private final IntFunction<SlotRows> pairs;

    /** @param pairs by their numbers */
    public SlotMover(StoredSlotMap maps, IntFunction<SlotRows> pairs) {
        this.maps = maps;
        this.pairs = pairs;
    }

    /**
     * Begins the next move when none is under way. Both pairs must be complete, since a move waits for every member.
     *
     * @param among the pairs that shall share the slots
     * @return false when nothing is left to do
     */
    public boolean begin(Collection<Integer> among, Deadline deadline) {
        SlotMap map = maps.read(deadline);
        if (map.move() != null) {
            return true;
        }
        BalanceRule.Wish wish = BalanceRule.next(map, among);
        if (wish == null) {
            return false;
        }
        for (int number : List.of(wish.from(), wish.to())) {
            pairs.apply(number).drain(0, deadline);
        }
        maps.replace(map.begin(wish.from(), wish.to(), wish.slots()), deadline);
        return true;
    }

    /** Gives up the move that is under way, unless its slots have their new owner already. */
    public void abort(Deadline deadline) {
        SlotMap map = maps.read(deadline);
        SlotMap given = map.aborting();
        if (given != map) {
            maps.replace(given, deadline);
        }
    }

    /**
     * One step of the move that is under way; a step whose ground has changed meanwhile does nothing.
     *
     * @return false when there is none
     * @throws FeatureStoreException when a pair or the metadata cannot be asked; the step may be repeated
     */
    public boolean step(Deadline deadline) {
        SlotMap map = maps.read(deadline);
        SlotMove move = map.move();
        if (move == null) {
            return false;
        }
        SlotRows from = pairs.apply(move.from());
        SlotRows to = pairs.apply(move.to());
        SlotGate fromGate = from.gate(deadline);
        SlotGate toGate = to.gate(deadline);
        switch (next(map, fromGate, toGate)) {
            case MoveRule.Step.Nothing nothing -> {
                return false;
            }
            case MoveRule.Step.Write write -> maps.replace(write.map(), deadline);
            case MoveRule.Step.Change change -> change(change, from, to, deadline);
            case MoveRule.Step.Fill fill -> {
                from.drain(fromGate.version(), deadline);
                fill(move, from, to, toGate.version(), deadline);
                change(fill.then(), from, to, deadline);
            }
            case MoveRule.Step.Compare compare -> {
                to.drain(toGate.version(), deadline);
                boolean equal = from.digest(move.slots(), deadline).equals(to.digest(move.slots(), deadline));
                change(equal ? compare.equal() : compare.different(), from, to, deadline);
            }
        }
        return true;
    }

    /** The three were not read at one moment: what does not fit together is read again by the next step. */
    private MoveRule.Step next(SlotMap map, SlotGate from, SlotGate to) {
        try {
            return MoveRule.next(map, from, to);
        } catch (IllegalStateException e) {
            throw new FeatureStoreException(
                    ErrorCode.CONCURRENT_CHANGE, "move " + map.epoch() + " of slots: its gates do not belong to it", e);
        }
    }

    private static void change(MoveRule.Step.Change change, SlotRows from, SlotRows to, Deadline deadline) {
        SlotRows pair = switch (change.side()) {
            case FROM -> from;
            case TO -> to;
        };
        pair.replace(change.gate(), deadline);
    }

    private static void fill(SlotMove move, SlotRows from, SlotRows to, long version, Deadline deadline) {
        boolean empty = false;
        while (!empty) {
            empty = to.empty(version, move.slots(), deadline);
        }
        List<SlotRows.Mark> marks = from.marks(Long.MIN_VALUE, deadline);
        while (!marks.isEmpty()) {
            to.mark(marks, deadline);
            marks = from.marks(marks.getLast().table(), deadline);
        }
        byte[] cursor = new byte[0];
        do {
            SlotRows.Rows page = from.rows(move.slots(), cursor, deadline);
            if (!page.rows().isEmpty()) {
                to.fill(version, page.rows(), deadline);
            }
            cursor = page.next();
        } while (cursor.length > 0);
    }
}
