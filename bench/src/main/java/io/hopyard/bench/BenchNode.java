package io.hopyard.bench;

import io.hopyard.identity.TrustedAuthority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The node that is measured, at the default ports of one address. A benchmark runs on the node's machine and may read its
 * data directory: the administrator's key, the authority's certificate, and the node's own for reading the log.
 */
record BenchNode(String host, Path data, long pid) {
    private static final int ONLINE_PORT = 4406;
    private static final int HEALTH_PORT = 8081;
    private static final int LOG_INTERNAL_PORT = 9093;
    private static final String INGESTED = "stream_ingested_rows_total{";

    static BenchNode of(Arguments arguments) {
        return new BenchNode(arguments.text("host"), arguments.path("data"), Long.parseLong(arguments.text("pid")));
    }

    List<Long> pids() {
        return List.of(pid);
    }

    /** A path of the online API, with the administrator's key. */
    HttpTarget online(String path) throws IOException {
        SSLContext tls = TrustedAuthority.sslContext(identity("ca.pem"));
        Map<String, String> key =
                Map.of("X-API-KEY", Files.readString(data.resolve("admin.key")).strip());
        return new HttpTarget(new InetSocketAddress(host, ONLINE_PORT), path, key, tls);
    }

    private String identity(String file) throws IOException {
        return Files.readString(data.resolve("identity").resolve(file));
    }

    /** Metrics of the node, over a connection that can be used again. */
    HttpConnection metrics() throws IOException {
        return new HttpConnection(metricsTarget());
    }

    private HttpTarget metricsTarget() {
        return new HttpTarget(new InetSocketAddress(host, HEALTH_PORT), "/metrics", Map.of(), null);
    }

    /** Rows of the log that the node has dealt with so far, in whatever way. */
    long ingested(HttpConnection metrics) throws IOException {
        int status = metrics.ask(metricsTarget().get());
        String text = new String(metrics.answer(), StandardCharsets.UTF_8);
        if (status != 200) {
            throw new IOException("metrics: status " + status + " (expected: 200)");
        }
        long rows = 0;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith(INGESTED)) {
                rows += (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return rows;
    }

    /** Reads the log like the node itself, since members of a project may only write. */
    KafkaConsumer<byte[], byte[]> logConsumer() throws IOException {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", host + ":" + LOG_INTERNAL_PORT);
        properties.put("security.protocol", "SSL");
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.keystore.certificate.chain", identity("node.pem"));
        properties.put("ssl.keystore.key", identity("node.key"));
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.certificates", identity("ca.pem"));
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "none");
        properties.put("max.poll.records", 5_000);
        properties.put("max.partition.fetch.bytes", 4 << 20);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
