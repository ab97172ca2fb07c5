package io.hopyard.drill;

import io.hopyard.server.local.LocalCluster;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Something that is done to a cluster under load.
 *
 * @param name of the drill
 * @param what it does, for people
 * @param whole needs every kind of node three times over, not the smallest cluster that has a pair
 * @param readGapMax longest time without a successful read
 * @param writeGapMax longest time without a successful write
 * @param action does it, and undoes what does not undo itself
 */
record Fault(String name, String what, boolean whole, Duration readGapMax, Duration writeGapMax, Action action) {
    /** What happens meanwhile. */
    interface Scene {
        LocalCluster cluster();

        SplittableRandom random();

        /** Writes into the plot that something was done now. */
        void mark(String what);

        void wait(Duration time);
    }

    @FunctionalInterface
    interface Action {
        void cause(Scene scene);
    }
}
