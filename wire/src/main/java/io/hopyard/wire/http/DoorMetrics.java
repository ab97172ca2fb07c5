package io.hopyard.wire.http;

import io.hopyard.core.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** What one door counts. Thread safe. */
final class DoorMetrics {
    private final Metrics metrics;
    private final String door;
    private final Of none;

    /** Of one route. */
    final class Of {
        private final String method;
        private final String path;
        private final Metrics.Histogram seconds;
        private final Map<Integer, Metrics.Counter> byStatus = new ConcurrentHashMap<>();

        private Of(String method, String path) {
            this.method = method;
            this.path = path;
            this.seconds = metrics.histogram(
                    "http_request_seconds",
                    "Time from the parsed head of a request to its answer",
                    "door",
                    door,
                    "method",
                    method,
                    "route",
                    path);
        }

        void record(int status, long nanos) {
            Metrics.Counter counter = byStatus.get(status);
            if (counter == null) {
                counter = byStatus.computeIfAbsent(status, this::counter);
            }
            counter.increment();
            seconds.record(nanos);
        }

        private Metrics.Counter counter(int status) {
            return metrics.counter(
                    "http_requests_total",
                    "Requests answered",
                    "door",
                    door,
                    "method",
                    method,
                    "route",
                    path,
                    "status",
                    Integer.toString(status));
        }
    }

    DoorMetrics(Metrics metrics, String door) {
        this.metrics = metrics;
        this.door = door;
        this.none = new Of("-", "-");
    }

    void inFlight(DoubleSupplier value) {
        metrics.gauge("http_requests_in_flight", "Requests being handled", value, "door", door);
    }

    Of of(String method, String path) {
        return new Of(method, path);
    }

    /** For requests that no route serves; their methods and paths are the caller's, so they are no labels. */
    Of none() {
        return none;
    }
}
