package io.hopyard.store.pair;

/** Ends the process at once, without an orderly stop of anything, so that nothing more is answered. */
@FunctionalInterface
public interface Halt {
    /** Does not return in production; called with a lock held, so it must not wait. */
    void halt(String why);
}
