package io.hopyard.store.remote;

import java.time.Duration;

/**
 * Bounds of a {@link DataDoor}.
 *
 * @param host the address to listen on, never a wildcard
 * @param port 0 = any free one
 * @param limits what is taken at once
 * @param times after which a peer is given up
 */
public record DoorSettings(String host, int port, Limits limits, Times times) {
    public DoorSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port of the data door: " + port + " (expected: 0 to 65535)");
        }
    }

    /** With defaults for all that has one. */
    public static DoorSettings of(String host, int port) {
        return new DoorSettings(host, port, Limits.DEFAULT, Times.DEFAULT);
    }

    /**
     * What is refused beyond these is answered UNAVAILABLE, so that the caller asks the other node or later.
     *
     * @param connectionsMax 1 to 4,096; each has a thread of its own
     * @param requestsPerConnectionMax requests begun and not answered, 1 or more
     * @param requestsMax the same over all connections
     * @param workersMax threads for requests that wait for disks, 1 to 4,096
     */
    public record Limits(int connectionsMax, int requestsPerConnectionMax, int requestsMax, int workersMax) {
        public static final Limits DEFAULT = new Limits(256, 512, 2_048, 256);

        public Limits {
            check("connections of the data door", connectionsMax, 4_096);
            check("requests of a connection", requestsPerConnectionMax, 1 << 20);
            check("requests of the data door", requestsMax, 1 << 20);
            check("workers of the data door", workersMax, 4_096);
        }

        private static void check(String what, int value, int max) {
            if (value < 1 || value > max) {
                throw new IllegalArgumentException(what + ": " + value + " (expected: 1 to " + max + ")");
            }
        }
    }

    /**
     * @param hello from the connection to the end of its hello
     * @param transfer a frame that began to come must have come, one that began to go must have gone
     * @param idle without any request
     * @param grace how long a stop waits for what is begun
     */
    public record Times(Duration hello, Duration transfer, Duration idle, Duration grace) {
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(10), Duration.ofSeconds(10));

        public Times {
            if (!positive(hello) || !positive(transfer) || !positive(idle) || grace.isNegative()) {
                throw new IllegalArgumentException("times of the data door: hello " + hello + ", transfer " + transfer
                        + ", idle " + idle + ", grace " + grace + " (expected: above zero, grace not below)");
            }
        }

        private static boolean positive(Duration duration) {
            return !duration.isNegative() && !duration.isZero();
        }
    }
}
