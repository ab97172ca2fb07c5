package io.hopyard.drill;

import java.util.Map;
import java.util.TreeMap;

/**
 * In which part of a drill a moment lies: what a fault costs and what the start of an ended node costs are two questions.
 * Thread safe.
 */
final class Phases {
    private final long beginNanos;
    private final TreeMap<Long, Phase> since = new TreeMap<>(Map.of(Long.MIN_VALUE, Phase.CALM));

    /** What happens at a time. */
    enum Phase {
        /** Nothing has been done, or everything is well again. */
        CALM,
        /** From the moment the fault is caused until an ended node is started again. */
        FAULT,
        /** More is broken than the cluster can bear: it may refuse, clearly, until that is mended. */
        REFUSAL,
        /** The process of a node starts: a JVM, and the connections to the others. */
        RESTART,
        /** The node takes its place again: a data node catches up with its pair. */
        REJOIN
    }

    Phases(long beginNanos) {
        this.beginNanos = beginNanos;
    }

    synchronized void enter(Phase phase, long nowNanos) {
        since.put(nowNanos - beginNanos, phase);
    }

    synchronized Phase at(long nanos) {
        return since.floorEntry(nanos - beginNanos).getValue();
    }

    /** Where the middle of that time lies: the last success before a fault may be earlier than the fault. */
    Phase of(long fromNanos, long toNanos) {
        return at(fromNanos + (toNanos - fromNanos) / 2);
    }
}
