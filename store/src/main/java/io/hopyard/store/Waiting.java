package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for states of the engine that it tells nobody about. */
record Waiting(Ticker ticker, String who) {
    private static final Duration POLL = Duration.ofMillis(20);

    /** @throws FeatureStoreException UNAVAILABLE when the deadline passes or the thread is interrupted before */
    void until(BooleanSupplier reached, Deadline deadline, Supplier<String> missing) {
        while (!reached.getAsBoolean()) {
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, who + ": " + missing.get());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, who + ": told to stop; " + missing.get());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
