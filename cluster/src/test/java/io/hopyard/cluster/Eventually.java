package io.hopyard.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Polls a claim until it holds or the patience ends; then the last failure is thrown. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Eventually() {}

    static void holds(Runnable claim) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                claim.run();
                return;
            } catch (AssertionError | RuntimeException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }
}
