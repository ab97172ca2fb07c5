package io.hopyard.server.node;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.remote.NodeTls;
import io.hopyard.store.remote.PairClient;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows as the data nodes hold them, asked over their doors. */
final class RemoteRows implements Rows {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    /** No table has this name; that it is absent is an answer too. */
    private static final RowKey PROBE = new RowKey("probe", "probe", "");

    private final Surroundings around;
    private final PairClient client;
    private final Database database;

    RemoteRows(Surroundings around, NodeIdentity identity, DataNodes nodes) {
        this.around = around;
        this.client = new PairClient(
                nodes::members,
                NodeTls.ofClient(identity.node().sslContext()),
                PairClient.Settings.of(around.get(AllSettings.NODE_ZONE)),
                new PairClient.Chance(around.ticker(), around.random()),
                around.metrics());
        this.database = client.database();
    }

    @Override
    public Database database() {
        return database;
    }

    @Override
    public OnlineRows onlineRows() {
        return client.onlineRows();
    }

    @Override
    public List<Part> parts() {
        return List.of(new Part("data-nodes", this::awaitAnswer, client::close));
    }

    private void awaitAnswer() {
        Deadline deadline = Deadline.after(around.ticker(), around.get(AllSettings.CLUSTER_START_TIMEOUT));
        while (true) {
            try {
                database.read(List.of(PROBE), Deadline.after(around.ticker(), PROBE_TIMEOUT));
                return;
            } catch (FeatureStoreException e) {
                if (!e.code().retryable() || deadline.passed(around.ticker())) {
                    throw e;
                }
                around.waitFor("the data nodes");
            }
        }
    }

    /** The caches that follow the database say when they cannot. */
    @Override
    public @Nullable String trouble() {
        return null;
    }
}
