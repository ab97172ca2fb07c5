package io.hopyard.server.node;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.slot.SlotAdmin;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Deadline;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.remote.NodeTls;
import io.hopyard.store.remote.PairClient;
import io.hopyard.store.remote.SlotRouter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rows as the data nodes hold them, asked over their doors: the metadata of one pair, the online rows of all of theirs. */
final class RemoteRows implements Rows {
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    /** No table has this name; that it is absent is an answer too. */
    private static final RowKey PROBE = new RowKey("probe", "probe", "");

    private final Surroundings around;
    private final NodeIdentity identity;
    private final DataNodes nodes;
    private final PairClient metadata;
    private final Map<Integer, PairClient> others = new ConcurrentHashMap<>();
    private final Database database;
    private final StoredSlotMap slots;
    private final SlotRouter online;

    RemoteRows(Surroundings around, NodeIdentity identity, DataNodes nodes) {
        this.around = around;
        this.identity = identity;
        this.nodes = nodes;
        this.metadata = client(nodes::members);
        this.database = metadata.database();
        this.slots = new StoredSlotMap(
                database,
                new Commits(database, around.random(), around.ticker(), around.pause()),
                () -> nodes.onlinePairs().stream().findFirst().orElse(0));
        this.online = new SlotRouter(this::pair, nodes::onlinePairs, slots, around.ticker());
    }

    private PairClient client(Supplier<List<PairClient.Member>> members) {
        return new PairClient(
                members,
                NodeTls.ofClient(identity.node().sslContext()),
                PairClient.Settings.of(around.get(AllSettings.NODE_ZONE)),
                new PairClient.Chance(around.ticker(), around.random()),
                around.metrics());
    }

    /** The pair that holds the metadata too is asked over the same connections. */
    private PairClient pair(int number) {
        if (number == nodes.metadataPair()) {
            return metadata;
        }
        if (nodes.online(number).isEmpty()) {
            // The map is ahead of what this node has heard of the placement.
            throw new FeatureStoreException(ErrorCode.SLOT_MOVED, "pair " + number + ": not known here yet");
        }
        return others.computeIfAbsent(number, pair -> client(() -> nodes.online(pair)));
    }

    /** Shares the slots out over the pairs. */
    SlotAdmin slots() {
        return new SlotAdmin(
                slots, number -> pair(number).slots(), nodes::onlinePairs, around.ticker(), around.pause());
    }

    @Override
    public Database database() {
        return database;
    }

    @Override
    public OnlineRows onlineRows() {
        return online;
    }

    @Override
    public List<Part> parts() {
        return List.of(new Part("data-nodes", this::awaitAnswer, this::close));
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

    private void close() {
        online.close();
        others.values().forEach(PairClient::close);
        metadata.close();
    }

    /** The caches that follow the database say when they cannot. */
    @Override
    public @Nullable String trouble() {
        return null;
    }
}
