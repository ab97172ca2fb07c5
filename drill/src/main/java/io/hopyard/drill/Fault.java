package io.hopyard.drill;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Ticker;
import io.hopyard.server.local.LocalCluster;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is done to a cluster under load.
 *
 * @param name of the drill
 * @param what it does, for people
 * @param whole needs every kind of node three times over, not the smallest cluster that has a pair
 * @param readGapMax longest time without a successful read
 * @param writeGapMax longest time without a successful write
 * @param action does it, and undoes what does not undo itself
 * @param ground on which the nodes must stand for it; faults with the same one share a cluster
 * @param expect what else must hold
 */
record Fault(
        String name,
        String what,
        boolean whole,
        Duration readGapMax,
        Duration writeGapMax,
        Action action,
        Ground.Maker ground,
        Expect expect) {
    Fault(
            String name,
            String what,
            boolean whole,
            Duration readGapMax,
            Duration writeGapMax,
            Action action,
            Ground.Maker ground) {
        this(name, what, whole, readGapMax, writeGapMax, action, ground, Expect.DATA);
    }

    /** A fault that needs nothing but the machine as it is. */
    Fault(String name, String what, boolean whole, Duration readGapMax, Duration writeGapMax, Action action) {
        this(name, what, whole, readGapMax, writeGapMax, action, PlainGround.MAKER);
    }

    Fault expecting(Expect other) {
        return new Fault(name, what, whole, readGapMax, writeGapMax, action, ground, other);
    }

    /** What happens meanwhile. */
    interface Scene {
        LocalCluster cluster();

        SplittableRandom random();

        /** True when it should be over in seconds: what is done to each of several nodes is done to one. */
        boolean shortForm();

        /** Writes into the plot that something was done now; from then on it is the time of the fault. */
        void mark(String what);

        /** The same, and from then on more is broken than the cluster can bear: it may refuse until nodes are started. */
        void markRefusal(String what);

        void wait(Duration time);

        /** Starts ended nodes again and returns when all nodes are ready; the drill has failed when that takes too long. */
        void awaitReady();

        /** Stops a node in order, as a service manager does. */
        void stop(NodeProcess process);

        /** What the nodes stand on, made by the fault's {@link Fault#ground}. */
        <G extends Ground> G ground(Class<G> kind);

        /** Tells people something that is no part of the plot. */
        void note(String what);

        /** Why the drill has failed. */
        void problem(String what);

        /** The rows of the whole pair, as a broker or worker reaches them. */
        OnlineRows rows();

        /** The rows of one data node alone. */
        void onCopy(LocalNode node, Consumer<OnlineRows> use);

        Ticker ticker();

        /** Right time. */
        Clock clock();

        /** Asked when all nodes serve again: what is wrong, or null. */
        void atEnd(Supplier<@Nullable String> check);
    }

    @FunctionalInterface
    interface Action {
        void cause(Scene scene);
    }
}
