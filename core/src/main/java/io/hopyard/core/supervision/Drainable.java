package io.hopyard.core.supervision;

/** Something that can send its callers elsewhere without failing any of them. Thread safe. */
public interface Drainable {
    /** What is in flight is finished, what still comes is served and told not to come again. Returns at once. */
    void drain();

    /** Takes everything again. */
    void resume();

    /** True when nothing is in flight, and nobody has come for a while. */
    boolean quiet();
}
