package io.hopyard.core.pair.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What clients were told. */
final class History {
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

    void mustHold(BitSet rows, BitSet expected, String where) {
        missing.clear();
        missing.or(expected);
        missing.andNot(rows);
        if (!missing.isEmpty()) {
            throw new AssertionError(where + " misses acknowledged writes " + missing);
        }
    }

    void mustHoldAcked(BitSet rows, String where) {
        mustHold(rows, acked, where);
    }

    private record Ack(int write, long at) {}
}
