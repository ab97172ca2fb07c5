package io.hopyard.store.remote;

import java.time.Duration;

/**
 * Bounds of a {@link DataClient}.
 *
 * @param connect from nothing to the end of the hello
 * @param backoffMax the longest pause between two attempts to connect; the first is a twentieth of it
 * @param silence a connection that owes an answer and brought no byte for that long is given up
 * @param requestsMax asked and not answered over one connection, 1 to 1,048,576
 */
public record ClientSettings(Duration connect, Duration backoffMax, Duration silence, int requestsMax) {
    public static final ClientSettings DEFAULT =
            new ClientSettings(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(10), 512);

    public ClientSettings {
        if (connect.toMillis() < 1 || backoffMax.toMillis() < 20 || silence.toMillis() < 1) {
            throw new IllegalArgumentException("data client: connect " + connect + ", backoff " + backoffMax
                    + ", silence " + silence + " (expected: at least 1, 20 and 1 ms)");
        }
        if (requestsMax < 1 || requestsMax > 1 << 20) {
            throw new IllegalArgumentException(
                    "data client: " + requestsMax + " requests (expected: 1 to " + (1 << 20) + ")");
        }
    }
}
