package io.hopyard.wire.mysql;

import io.hopyard.core.metrics.Metrics;
import java.util.function.DoubleSupplier;

/** What the MySQL door counts. Thread safe. */
final class SessionMetrics {
    private final Metrics metrics;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter answered;
    private final Metrics.Counter failed;
    private final Metrics.Counter refused;
    private final Metrics.Counter denied;

    SessionMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.seconds = metrics.histogram("mysql_statement_seconds", "Time from a statement to the end of its answer");
        this.answered = metrics.counter("mysql_statements_total", "Statements answered", "result", "ok");
        this.failed = metrics.counter("mysql_statements_total", "Statements answered", "result", "error");
        this.refused = metrics.counter("mysql_connections_refused_total", "Connections beyond the bound");
        this.denied = metrics.counter("mysql_logins_denied_total", "Logins with a wrong user or password");
    }

    void connections(DoubleSupplier value) {
        metrics.gauge("mysql_connections", "Open connections", value);
    }

    void answered(long nanos) {
        answered.increment();
        seconds.record(nanos);
    }

    void failed(long nanos) {
        failed.increment();
        seconds.record(nanos);
    }

    void refused() {
        refused.increment();
    }

    void denied() {
        denied.increment();
    }
}
