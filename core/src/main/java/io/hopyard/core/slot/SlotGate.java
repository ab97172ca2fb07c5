package io.hopyard.core.slot;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What one pair does with each slot; stored by the pair beside the rows, on both its members, and changed by
 * compare-and-set. A write is taken only by a pair whose gate says so, whatever the caller thought: so a slot has at most one
 * pair that takes writes, also while maps are old. Immutable.
 */
public final class SlotGate {
    /** Of a pair that was never part of a move: it does what it is asked. */
    public static final SlotGate UNSET = new SlotGate(0, 0, filled(SlotState.OPEN));

    private static final int FORMAT = 1;
    private static final int VERSION = 1;
    private static final int EPOCH = 2;
    private static final int STATES = 3;

    private final long version;
    private final long epoch;
    private final byte[] states;

    private SlotGate(long version, long epoch, byte[] states) {
        this.version = version;
        this.epoch = epoch;
        this.states = states;
    }

    private static byte[] filled(SlotState state) {
        byte[] states = new byte[Slots.COUNT];
        Arrays.fill(states, state.code());
        return states;
    }

    /** Of a pair before its first move, as the map has it: what it owns is open. */
    static SlotGate unsetBut(IntPredicate owned) {
        byte[] states = filled(SlotState.CLOSED);
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (owned.test(slot)) {
                states[slot] = SlotState.OPEN.code();
            }
        }
        return new SlotGate(0, 0, states);
    }

    /** Grows by one with each change; 0 = never stored. */
    public long version() {
        return version;
    }

    /** Of the last move of which the pair was a part. */
    public long epoch() {
        return epoch;
    }

    public SlotState state(int slot) {
        return SlotState.of(states[slot]);
    }

    /** The state that all these slots have, or null when they differ. */
    @Nullable
    SlotState common(Collection<Integer> slots) {
        SlotState first = null;
        for (int slot : slots) {
            SlotState state = state(slot);
            if (first != null && first != state) {
                return null;
            }
            first = state;
        }
        return first;
    }

    /** The next version, with these slots in another state. */
    public SlotGate with(long epochOfMove, Collection<Integer> slots, SlotState state) {
        byte[] changed = states.clone();
        slots.forEach(slot -> changed[slot] = state.code());
        return new SlotGate(version + 1, epochOfMove, changed);
    }

    /** The stored form. */
    public byte[] encode() {
        return new RecordWriter(FORMAT)
                .put(VERSION, version)
                .put(EPOCH, epoch)
                .put(STATES, states)
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are none, or of a newer format */
    public static SlotGate decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        byte[] states = reader.bytes(STATES);
        if (states.length != Slots.COUNT) {
            throw new IllegalArgumentException(
                    "states of slots: " + states.length + " (expected: " + Slots.COUNT + ")");
        }
        for (byte state : states) {
            SlotState.of(state);
        }
        return new SlotGate(reader.number(VERSION), reader.number(EPOCH), states);
    }
}
