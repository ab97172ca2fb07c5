package io.hopyard.cluster;

import java.time.Duration;

/**
 * How a node reaches the coordination servers.
 *
 * @param servers {@code host:port}, with commas between them
 * @param sessionTimeout after which a silent node counts as dead; never below 10 s, a busy machine would lose its nodes
 * @param connectTimeout of one attempt
 */
public record ConnectionSettings(String servers, StoreFiles tls, Duration sessionTimeout, Duration connectTimeout) {
    public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(10);
    public static final Duration CONNECT_TIMEOUT_DEFAULT = Duration.ofSeconds(10);

    public ConnectionSettings {
        if (servers.isBlank()) {
            throw new IllegalArgumentException("coordination servers: '' (expected: host:port,...)");
        }
        if (sessionTimeout.compareTo(SESSION_TIMEOUT_DEFAULT) < 0) {
            throw new IllegalArgumentException(
                    "session time-out: " + sessionTimeout + " (expected: >= " + SESSION_TIMEOUT_DEFAULT + ")");
        }
        if (!connectTimeout.isPositive()) {
            throw new IllegalArgumentException("connect time-out: " + connectTimeout + " (expected: > PT0S)");
        }
    }

    /** With the default time-outs. */
    public static ConnectionSettings to(String servers, StoreFiles tls) {
        return new ConnectionSettings(servers, tls, SESSION_TIMEOUT_DEFAULT, CONNECT_TIMEOUT_DEFAULT);
    }
}
