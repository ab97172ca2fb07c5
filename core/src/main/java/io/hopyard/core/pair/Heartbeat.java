package io.hopyard.core.pair;

/**
 * What a node says of itself, when it asks the peer for a lease and when it answers.
 *
 * @param epoch of the newest record that it knows, 0 for none
 * @param engineUp whether its engine runs; the second of two that start together waits for that
 */
public record Heartbeat(Incarnation from, PairState state, long epoch, boolean engineUp) {
    /** The answer to a {@link Heartbeat}. */
    public record Answer(Verdict verdict, Heartbeat self) {}

    /** What the asker may conclude. */
    public enum Verdict {
        /** The answerer binds itself: until the lease has ended it will not act alone. */
        GRANT,
        /** Nothing. */
        NO,
        /** The asker is no member any more, by a record that is newer than the one it knows. */
        FENCED,
        /** The answerer has another peer, or none yet: it will not take the asker in, whatever it says of itself. */
        STRANGER
    }
}
