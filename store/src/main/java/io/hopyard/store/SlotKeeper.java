package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotState;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Holds callers to the gate of this pair, and knows which writes are under way, so that whoever changed the gate can wait for
 * those that were begun under the old one. Thread safe.
 */
final class SlotKeeper {
    private static final long POLL_NANOS = 500_000;

    private final Supplier<SlotGate> gate;
    private final Ticker ticker;
    private final Set<Object> running = ConcurrentHashMap.newKeySet();

    /** @param gate as this node knows it: a gate that is stored on every live copy is known */
    SlotKeeper(Supplier<SlotGate> gate, Ticker ticker) {
        this.gate = gate;
        this.ticker = ticker;
    }

    /** @throws FeatureStoreException SLOT_MOVED when a key is not served here */
    void checkRead(SlotGate now, List<TableRead> reads) {
        if (now == SlotGate.UNSET) {
            return;
        }
        for (TableRead read : reads) {
            for (OnlineKey key : read.keys()) {
                int slot = Slots.of(key);
                if (!now.state(slot).readable()) {
                    throw moved("read", slot);
                }
            }
        }
    }

    /** Likewise of all slots from one to another. */
    void checkScan(SlotGate now, int from, int end) {
        if (now == SlotGate.UNSET) {
            return;
        }
        for (int slot = from; slot < end; slot++) {
            if (!now.state(slot).readable()) {
                throw moved("scan", slot);
            }
        }
    }

    /**
     * Writes rows when all their slots are open, and else nothing. To be called where the write itself is done, so that it ends
     * when the write has.
     *
     * @throws FeatureStoreException SLOT_MOVED or SLOT_PAUSED
     */
    <T> T write(List<RowWrite> writes, Callable<T> work) throws Exception {
        return run(now -> checkWrite(now, writes), work);
    }

    private static void checkWrite(SlotGate now, List<RowWrite> writes) {
        if (now == SlotGate.UNSET) {
            return;
        }
        for (RowWrite write : writes) {
            int slot = Slots.of(write.key());
            SlotState state = now.state(slot);
            if (state == SlotState.READABLE) {
                throw new FeatureStoreException(
                        ErrorCode.SLOT_PAUSED, "upsert: slot " + slot + " is on its way to another pair");
            }
            if (state != SlotState.OPEN) {
                throw moved("upsert", slot);
            }
        }
    }

    /** Does something that whoever changes the gate must wait for. */
    <T> T run(Consumer<SlotGate> check, Callable<T> work) throws Exception {
        Object mark = new Object();
        running.add(mark);
        try {
            check.accept(gate.get());
            return work.call();
        } finally {
            running.remove(mark);
        }
    }

    /** Returns when nothing runs that was begun under a gate older than this version. */
    void drain(long version, Deadline deadline) {
        while (gate.get().version() < version) {
            await(deadline);
        }
        List<Object> before = List.copyOf(running);
        while (before.stream().anyMatch(running::contains)) {
            await(deadline);
        }
    }

    private void await(Deadline deadline) {
        if (deadline.passed(ticker) || Thread.currentThread().isInterrupted()) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, "slots: writes that were begun have not ended in time");
        }
        LockSupport.parkNanos(POLL_NANOS);
    }

    static FeatureStoreException moved(String what, int slot) {
        return new FeatureStoreException(ErrorCode.SLOT_MOVED, what + ": slot " + slot + " is not served by this pair");
    }
}
