package io.hopyard.stream;

import java.util.HashMap;
import java.util.Map;

/**
 * How Hopyard's own clients reach the log.
 *
 * @param bootstrapServers {@code host:port}, comma separated, of the brokers' INTERNAL listeners
 * @param tls of this node
 */
public record LogConnection(String bootstrapServers, TlsMaterial tls) {
    private static final int REQUEST_MILLIS_MAX = 5_000;

    public LogConnection {
        for (String server : bootstrapServers.split(",", -1)) {
            if (!server.matches("[^,\\s]+:\\d{1,5}")) {
                throw new IllegalArgumentException(
                        "servers of the log: '" + bootstrapServers + "' (expected: host:port,...)");
            }
        }
    }

    /** What every client of the log is set up with. */
    Map<String, Object> properties(String clientId) {
        Map<String, Object> properties = new HashMap<>(tls.properties());
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("security.protocol", "SSL");
        properties.put("client.id", clientId);
        properties.put("metric.reporters", "");
        properties.put("enable.metrics.push", false);
        properties.put("reconnect.backoff.ms", 50);
        properties.put("reconnect.backoff.max.ms", 1_000);
        properties.put("retry.backoff.ms", 20);
        properties.put("retry.backoff.max.ms", 500);
        // A broker that was killed or frozen must not hold a client back for longer than another one needs to take
        // over.
        properties.put("request.timeout.ms", REQUEST_MILLIS_MAX);
        properties.put("socket.connection.setup.timeout.ms", 1_000);
        properties.put("socket.connection.setup.timeout.max.ms", 2_000);
        properties.put("metadata.max.age.ms", 5_000);
        properties.put("metadata.recovery.rebootstrap.trigger.ms", 10_000);
        return properties;
    }
}
