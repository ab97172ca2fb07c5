package io.hopyard.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of a node's connection to the coordination service.
 *
 * @param servers {@code host:port} of each server
 * @param sessionTimeout after which a silent node counts as gone; 10 s or more, because a starved machine is silent for
 *     seconds without being dead
 * @param connectTimeout of one attempt to connect, and of the first connection as a whole
 * @param requestTimeout of one request
 */
public record CoordinationSettings(
        List<String> servers, TlsFiles tls, Duration sessionTimeout, Duration connectTimeout, Duration requestTimeout) {
    public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(12);
    public static final Duration CONNECT_TIMEOUT_DEFAULT = Duration.ofSeconds(20);
    public static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(15);
    private static final Duration SESSION_TIMEOUT_LEAST = Duration.ofSeconds(10);
    private static final Duration SESSION_TIMEOUT_MOST = Duration.ofSeconds(40);

    public CoordinationSettings {
        servers = List.copyOf(servers);
        List<String> problems = new ArrayList<>();
        if (servers.isEmpty()) {
            problems.add("servers: none (expected: at least one host:port)");
        }
        servers.stream()
                .filter(server -> !server.matches("[^,/\\s]+:\\d{1,5}"))
                .forEach(server -> problems.add("server: " + server + " (expected: host:port)"));
        if (sessionTimeout.compareTo(SESSION_TIMEOUT_LEAST) < 0 || sessionTimeout.compareTo(SESSION_TIMEOUT_MOST) > 0) {
            problems.add("session timeout: " + sessionTimeout + " (expected: " + SESSION_TIMEOUT_LEAST + " to "
                    + SESSION_TIMEOUT_MOST + ")");
        }
        if (connectTimeout.toMillis() < 1) {
            problems.add("connect timeout: " + connectTimeout + " (expected: >= PT0.001S)");
        }
        if (requestTimeout.toMillis() < 1) {
            problems.add("request timeout: " + requestTimeout + " (expected: >= PT0.001S)");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("coordination: " + String.join("; ", problems));
        }
    }

    /** With the default timeouts. */
    public static CoordinationSettings of(List<String> servers, TlsFiles tls) {
        return new CoordinationSettings(
                servers, tls, SESSION_TIMEOUT_DEFAULT, CONNECT_TIMEOUT_DEFAULT, REQUEST_TIMEOUT_DEFAULT);
    }
}
