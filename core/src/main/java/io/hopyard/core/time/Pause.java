package io.hopyard.core.time;

import java.time.Duration;

/** Lets the calling thread wait; the only way in which core may ask for it. Thread safe. */
@FunctionalInterface
public interface Pause {
    /** Does not wait at all. */
    Pause NONE = duration -> {};

    /** Returns early when the thread is interrupted, with its flag set. */
    void pause(Duration duration);
}
