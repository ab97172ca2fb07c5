package io.hopyard.core.time;

/** A monotonic clock for durations. Thread safe. */
@FunctionalInterface
public interface Ticker {
    /** Nanoseconds since an arbitrary fixed moment; compare by subtraction only. */
    long nanos();
}
