package io.hopyard.stream;

import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The ingester's metrics. Thread safe. */
final class IngestMetrics {
    private final Map<IngestStatus, Metrics.Counter> rows = new EnumMap<>(IngestStatus.class);
    private final AtomicLong lagRows = new AtomicLong();
    private final AtomicLong lagRowsMax = new AtomicLong();
    private final AtomicLong partitions = new AtomicLong();
    private final AtomicLong batchRows = new AtomicLong();

    final Metrics.Histogram batch;
    final Metrics.Histogram delay;
    final Metrics.Counter failures;
    final Metrics.Counter refusals;
    final Metrics.Counter lost;

    IngestMetrics(Metrics metrics, int batchRowsMax) {
        for (IngestStatus status : IngestStatus.values()) {
            rows.put(
                    status,
                    metrics.counter(
                            "stream_ingested_rows_total",
                            "Rows of the log by what became of them.",
                            "status",
                            status.name().toLowerCase(Locale.ROOT)));
        }
        batch = metrics.histogram("stream_ingest_batch_seconds", "Time to apply one batch of rows.");
        delay = metrics.histogram(
                "stream_ingest_delay_seconds", "Age of the oldest row of a batch when the batch was applied.");
        failures = metrics.counter("stream_ingest_failures_total", "Batches that had to be tried again.");
        refusals = metrics.counter(
                "stream_ingest_refusals_total", "Batches that were refused because another ingester was faster.");
        lost = metrics.counter(
                "stream_ingest_lost_rows_total", "Rows that the log dropped by age before they were applied.");
        metrics.gauge("stream_ingest_lag_rows", "Rows in the log that are not applied.", lagRows::doubleValue);
        metrics.gauge("stream_ingest_lag_rows_max", "The same, of the worst partition.", lagRowsMax::doubleValue);
        metrics.gauge("stream_ingest_partitions", "Partitions that are applied.", partitions::doubleValue);
        metrics.gauge(
                "stream_ingest_batch_fullness_ratio",
                "Rows of the last batch by the rows it may have.",
                () -> batchRows.doubleValue() / batchRowsMax);
    }

    void count(IngestStatus status, long number) {
        Metrics.Counter counter = rows.get(status);
        if (counter != null) {
            counter.add(number);
        }
    }

    void lag(long total, long worst) {
        lagRows.set(total);
        lagRowsMax.set(worst);
    }

    void partitions(int count) {
        partitions.set(count);
    }

    void batchRows(int count) {
        batchRows.set(count);
    }
}
