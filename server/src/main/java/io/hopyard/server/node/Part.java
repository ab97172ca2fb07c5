package io.hopyard.server.node;

import org.jspecify.annotations.Nullable;

/**
 * Something that a node starts and closes. Its constructor opens nothing; {@link #start} is called once and has opened
 * everything when it returns, or nothing when it throws.
 *
 * @param name as it stands in health and logs
 * @param trouble null, or a short sentence that says why the part cannot serve although it runs; answers at once
 */
record Part(String name, Action start, Action close, Trouble trouble) {
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

    Part(String name, Action start, Action close) {
        this(name, start, close, NONE);
    }
}
