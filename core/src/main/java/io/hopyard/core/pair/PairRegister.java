package io.hopyard.core.pair;

import io.hopyard.core.time.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides between the nodes of a pair: a register with compare-and-set, kept by a quorum outside the
 * pair. Every call throws {@link io.hopyard.core.error.FeatureStoreException} with {@code UNAVAILABLE} or
 * {@code DEADLINE_EXCEEDED} when the quorum does not answer; a write may then have happened or may still happen. Only one
 * thread of a node uses it.
 */
public interface PairRegister {
    /**
     * What is written now: never older than what any earlier call of anybody returned or wrote before this one began.
     *
     * @return null before {@link #create} of any node
     */
    @Nullable
    Written read(Deadline deadline);

    /** Writes the first record; false when there is one already, which is left as it is. */
    boolean create(PairRecord record, Deadline deadline);

    /** Replaces what was read; false when something else was written since, and then nothing is changed. */
    boolean replace(Written read, PairRecord record, Deadline deadline);

    /**
     * @param version opaque, another one after each write
     */
    record Written(PairRecord record, long version) {}
}
