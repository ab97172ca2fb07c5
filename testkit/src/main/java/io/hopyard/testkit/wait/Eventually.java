package io.hopyard.testkit.wait;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Polls a claim until it holds or the patience ends; then the last failure is thrown. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 10_000_000;

    private Eventually() {}

    /** With a patience of 30 seconds, which a busy machine may need. */
    public static void holds(Runnable claim) {
        holds(PATIENCE, claim);
    }

    public static void holds(Duration patience, Runnable claim) {
        long start = System.nanoTime();
        while (true) {
            try {
                claim.run();
                return;
            } catch (AssertionError | RuntimeException e) {
                if (System.nanoTime() - start > patience.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }
}
