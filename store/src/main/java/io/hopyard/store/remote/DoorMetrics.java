package io.hopyard.store.remote;

import io.hopyard.core.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** What a {@link DataDoor} counts. Thread safe. */
final class DoorMetrics {
    private final Map<Verb, PerVerb> verbs = new EnumMap<>(Verb.class);
    private final Metrics.Counter received;
    private final Metrics.Counter sent;
    private final Metrics.Counter refused;
    private final Metrics.Counter cut;
    /** Requests begun and not answered. */
    final AtomicInteger requests = new AtomicInteger();

    private record PerVerb(Metrics.Histogram seconds, Metrics.Counter failures) {}

    DoorMetrics(Metrics metrics, IntSupplier connections) {
        for (Verb verb : Verb.values()) {
            verbs.put(
                    verb,
                    new PerVerb(
                            metrics.histogram(
                                    "data_door_request_seconds",
                                    "Time from a request's last byte to its answer's",
                                    "verb",
                                    verb.label()),
                            metrics.counter(
                                    "data_door_failures_total",
                                    "Requests answered with an error",
                                    "verb",
                                    verb.label())));
        }
        received = metrics.counter("data_door_received_bytes_total", "Bytes of requests");
        sent = metrics.counter("data_door_sent_bytes_total", "Bytes of answers");
        refused = metrics.counter("data_door_busy_total", "Requests and connections refused since there were too many");
        cut = metrics.counter("data_door_cut_total", "Connections closed since the peer was wrong or too slow");
        metrics.gauge("data_door_in_flight_requests", "Requests begun and not answered", requests::get);
        metrics.gauge("data_door_connections", "Connections that are open", connections::getAsInt);
    }

    void answered(Verb verb, long nanos, boolean failed) {
        PerVerb of = verbs.get(verb);
        if (of != null) {
            of.seconds().record(nanos);
            if (failed) {
                of.failures().increment();
            }
        }
    }

    void received(int bytes) {
        received.add(bytes);
    }

    void sent(int bytes) {
        sent.add(bytes);
    }

    void refused() {
        refused.increment();
    }

    void cut() {
        cut.increment();
    }
}
