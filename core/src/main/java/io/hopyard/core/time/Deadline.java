package io.hopyard.core.time;

import java.time.Duration;

/**
 * The moment after which an answer is of no use to the caller.
 *
 * @param atNanos reading of the {@link Ticker} at which it passes
 */
public record Deadline(long atNanos) {
    /** The deadline {@code timeout} from now. */
    public static Deadline after(Ticker ticker, Duration timeout) {
        return new Deadline(ticker.nanos() + timeout.toNanos());
    }

    /** Time left, never negative. */
    public Duration remaining(Ticker ticker) {
        return Duration.ofNanos(Math.max(0, atNanos - ticker.nanos()));
    }

    public boolean passed(Ticker ticker) {
        return atNanos - ticker.nanos() <= 0;
    }
}
