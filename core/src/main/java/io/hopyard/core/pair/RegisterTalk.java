package io.hopyard.core.pair;

import io.hopyard.core.pair.PairRegister.Written;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member's conversation with the register: one call at a time, and every write follows a read of its own, so it is a
 * compare-and-set against what was just seen. Not thread safe.
 */
final class RegisterTalk {
    private final Incarnation me;
    private boolean busy;
    private @Nullable PairRecord writing;
    private long nextReadNanos;

    RegisterTalk(Incarnation me, long nowNanos) {
        this.me = me;
        this.nextReadNanos = nowNanos;
    }

    /** The next read is not to be later than that. */
    void readBy(long nanos) {
        if (nextReadNanos - nanos > 0) {
            nextReadNanos = nanos;
        }
    }

    /** The call has ended; the next read is to be at that moment. */
    void answered(long nextRead) {
        busy = false;
        writing = null;
        nextReadNanos = nextRead;
    }

    /** What was being written. */
    PairRecord writing() {
        if (writing == null) {
            throw new IllegalStateException(
                    "answer of a register: written (expected: none, nothing was being written)");
        }
        return writing;
    }

    void read(long nowNanos, List<PairAction> actions) {
        if (!busy && nowNanos - nextReadNanos >= 0) {
            busy = true;
            actions.add(new PairAction.ReadRecord());
        }
    }

    void create(PairRecord record, List<PairAction> actions) {
        busy = true;
        writing = record;
        actions.add(new PairAction.CreateRecord(record));
    }

    void replace(Written read, List<Incarnation> members, String why, List<PairAction> actions) {
        busy = true;
        writing = read.record().next(members, me, why);
        actions.add(new PairAction.ReplaceRecord(read, writing));
    }
}
