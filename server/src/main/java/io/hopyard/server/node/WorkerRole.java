package io.hopyard.server.node;

import io.hopyard.core.ingest.IngestAssignment;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.stream.IngesterSettings;
import io.hopyard.stream.LogConnection;
import io.hopyard.stream.OnlineIngester;

/** What a worker runs: the ingester between the log and the online rows. */
final class WorkerRole {
    private WorkerRole() {}

    static OnlineIngester ingester(
            Surroundings around,
            LogConnection log,
            IngestAssignment assignment,
            IngestTargets targets,
            Metadata fresh,
            OnlineRows rows,
            IngestLedger ledger) {
        return new OnlineIngester(
                log,
                new IngesterSettings(
                        around.get(AllSettings.INGEST_BATCH_ROWS_MAX),
                        around.get(AllSettings.INGEST_LOOK_INTERVAL),
                        around.get(AllSettings.INGEST_FETCH_WAIT_MAX),
                        around.get(AllSettings.INGEST_CALL_TIMEOUT),
                        around.get(AllSettings.INGEST_BACKOFF_MIN),
                        around.get(AllSettings.INGEST_BACKOFF_MAX)),
                assignment,
                targets,
                fresh.subjects.schemas(),
                rows,
                ledger,
                around.ticker(),
                around.clock(),
                around.random(),
                around.metrics());
    }

    static Part part(OnlineIngester ingester) {
        return new Part("online-ingester", ingester::start, ingester::close, ingester::trouble).withFlow(ingester);
    }
}
