package io.hopyard.stream;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Polls a claim until it holds or the patience ends; then the last failure is thrown. */
final class Eventually {
    private Eventually() {}

    static void holds(Runnable claim) {
        holds(Duration.ofSeconds(30), claim);
    }

    static void holds(Duration patience, Runnable claim) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                claim.run();
                return;
            } catch (AssertionError | RuntimeException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }
}
