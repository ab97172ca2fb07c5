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
        return properties;
    }
}
