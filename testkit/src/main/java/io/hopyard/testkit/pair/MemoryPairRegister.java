package io.hopyard.testkit.pair;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A register in memory, shared by all nodes of a test. Thread safe. */
public final class MemoryPairRegister implements PairRegister {
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Written written;
    private boolean reachable = true;

    public MemoryPairRegister(Ticker ticker) {
        this.ticker = ticker;
    }

    /** While it is not reachable every call is refused and changes nothing. */
    public void reachable(boolean yes) {
        locked(() -> reachable = yes);
    }

    @Override
    public @Nullable Written read(Deadline deadline) {
        return this.<@Nullable Written>locked(() -> {
            check("read", deadline);
            return written;
        });
    }

    @Override
    public boolean create(PairRecord record, Deadline deadline) {
        return locked(() -> {
            check("create", deadline);
            if (written != null) {
                return false;
            }
            written = new Written(record, 0);
            return true;
        });
    }

    @Override
    public boolean replace(Written read, PairRecord record, Deadline deadline) {
        return locked(() -> {
            check("replace", deadline);
            Written there = written;
            if (there == null || there.version() != read.version()) {
                return false;
            }
            written = new Written(record, there.version() + 1);
            return true;
        });
    }

    private void check(String what, Deadline deadline) {
        if (!reachable) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + " of the pair's record: no quorum");
        }
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, what + " of the pair's record: the deadline passed");
        }
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
