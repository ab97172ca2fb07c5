package io.hopyard.core.pair.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/** What clients were told. */
final class History {
    static final String LOSS = "misses acknowledged writes";

    private final BitSet acked = new BitSet();
    private final List<Ack> acks = new ArrayList<>();
    private final BitSet missing = new BitSet();
    private int writes;
    int freshReads;
    int staleReads;

    int newWrite() {
        return writes++;
    }

    void acked(int write, long at) {
        acked.set(write);
        acks.add(new Ack(write, at));
    }

    int ackCount() {
        return acks.size();
    }

    /** Everything that is acknowledged up to now. */
    BitSet acked() {
        return (BitSet) acked.clone();
    }

    BitSet ackedBefore(long at) {
        BitSet result = new BitSet();
        for (Ack ack : acks) {
            if (ack.at <= at) {
                result.set(ack.write);
            }
        }
        return result;
    }

    boolean heldBy(BitSet rows) {
        return lacks(rows, acked).isEmpty();
    }

    void mustHold(BitSet rows, BitSet expected, Supplier<String> where) {
        BitSet missing = lacks(rows, expected);
        if (!missing.isEmpty()) {
            throw new AssertionError(LOSS + " " + missing + ": " + where.get());
        }
    }

    void mustHoldAcked(BitSet rows, Supplier<String> where) {
        mustHold(rows, acked, where);
    }

    private BitSet lacks(BitSet rows, BitSet expected) {
        missing.clear();
        missing.or(expected);
        missing.andNot(rows);
        return missing;
    }

    private record Ack(int write, long at) {}
}
