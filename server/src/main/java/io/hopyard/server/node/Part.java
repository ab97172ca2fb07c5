package io.hopyard.server.node;

import io.hopyard.core.supervision.Drainable;
import org.jspecify.annotations.Nullable;

/**
 * Something that a node starts and closes. Its constructor opens nothing; {@link #start} is called once and has opened
 * everything when it returns, or nothing when it throws.
 *
 * @param name as it stands in health and logs
 * @param trouble null, or a short sentence that says why the part cannot serve although it runs; answers at once
 * @param flow how it sends its callers elsewhere before it closes
 * @param healedByRestart true when its trouble does not end by itself
 */
record Part(String name, Action start, Action close, Trouble trouble, Drainable flow, boolean healedByRestart) {
    static final Trouble NONE = () -> null;

    /** Opens or closes; may take some seconds. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Tells whether a running part can serve. */
    @FunctionalInterface
    interface Trouble {
        @Nullable
        String find();
    }

    private static final Drainable NOBODY_COMES = new Drainable() {
        @Override
        public void drain() {
            // Nobody is sent here.
        }

        @Override
        public void resume() {
            // Nothing was refused.
        }

        @Override
        public boolean quiet() {
            return true;
        }
    };

    Part(String name, Action start, Action close) {
        this(name, start, close, NONE);
    }

    Part(String name, Action start, Action close, Trouble trouble) {
        this(name, start, close, trouble, NOBODY_COMES, false);
    }

    Part withFlow(Drainable other) {
        return new Part(name, start, close, trouble, other, healedByRestart);
    }

    /** Its trouble ends when the services of the node are closed and started again, and not before. */
    Part healedWhenRestarted() {
        return new Part(name, start, close, trouble, flow, true);
    }
}
