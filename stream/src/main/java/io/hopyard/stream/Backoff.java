package io.hopyard.stream;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Pauses after failures: each twice as long as the one before, with jitter, ended early by closing. */
final class Backoff {
    private final Duration min;
    private final Duration max;
    private final RandomGenerator random;
    private final CountDownLatch closed = new CountDownLatch(1);
    private long nextNanos;

    Backoff(Duration min, Duration max, RandomGenerator random) {
        this.min = min;
        this.max = max;
        this.random = random;
        this.nextNanos = min.toNanos();
    }

    /** Waits between half of the next pause and all of it; for one thread. */
    void pause() throws InterruptedException {
        long nanos = nextNanos / 2 + random.nextLong(nextNanos / 2 + 1);
        nextNanos = Math.min(max.toNanos(), nextNanos * 2);
        boolean ended = closed.await(nanos, TimeUnit.NANOSECONDS);
        if (ended) {
            nextNanos = min.toNanos();
        }
    }

    /** Things work again. */
    void reset() {
        nextNanos = min.toNanos();
    }

    /** Ends the pause that is running and all later ones. */
    void close() {
        closed.countDown();
    }
}
