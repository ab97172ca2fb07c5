package io.hopyard.server.node;

import io.hopyard.core.access.FirstAdmin;
import io.hopyard.core.access.Gate;
import io.hopyard.core.catalog.CatalogTargets;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.feature.AvroSubject;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.MemberTopicAccess;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.view.StoredServingCatalog;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.pair.Halt;
import io.hopyard.stream.KafkaFeatureLog;
import io.hopyard.stream.OnlineIngester;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.rest.SlotRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parts a node has, by its roles, and in which order they start. Nothing is opened here. */
final class Wiring {
    private final Surroundings around;
    private final NodeIdentity identity;
    private final Heads heads;
    private final Founding founding;
    private final CoordinationRole coordination;
    private final DataNodes nodes;
    private final @Nullable DataRole data;
    private final Rows rows;
    private final Metadata fresh;
    private final CachingDatabase cache;
    private final Metadata cached;
    private final LogRole log;

    /** @param halt ends the process at once, for a data node that its pair went on without */
    Wiring(Surroundings around, NodeIdentity identity, Halt halt) {
        this.around = around;
        this.identity = identity;
        this.heads = new Heads(around);
        this.founding = new Founding(around);
        this.coordination = new CoordinationRole(around, identity, heads, founding);
        this.nodes = new DataNodes(around, coordination.connection());
        this.data = around.is(NodeRole.DATA)
                ? new DataRole(around, identity, coordination.connection(), nodes, halt)
                : null;
        // Alone, the rows are in this process; a member of a pair may be excluded, so it asks like everybody else.
        this.rows = data != null && around.get(AllSettings.DATABASE_COPIES) == 1
                ? data
                : new RemoteRows(around, identity, nodes);
        this.fresh = new Metadata(rows.database(), around);
        this.cache = new CachingDatabase(
                rows.database(),
                new CachingDatabase.Limits(
                        around.get(AllSettings.METADATA_CACHE_ROWS), around.get(AllSettings.METADATA_CACHE_MAX)),
                around.ticker(),
                around.metrics());
        this.cached = new Metadata(cache, around);
        this.log = new LogRole(
                around,
                identity,
                heads,
                founding,
                new MemberTopicAccess(
                        cached.users, cached.gate, around.ticker(), around.get(AllSettings.LOG_ACCESS_TIMEOUT)));
    }

    /** Lets callers in by rows that may be some seconds old. */
    Gate gate() {
        return cached.gate;
    }

    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        if (around.is(NodeRole.HEAD)) {
            parts.add(JoinRole.part(around, identity, heads, coordination.membership(), founding));
        }
        parts.addAll(coordination.parts());
        parts.add(nodes.part());
        if (data != null) {
            parts.addAll(data.parts());
        }
        if (rows != data && !around.get(AllSettings.NODE_ROLES).equals(Set.of(NodeRole.DATA))) {
            parts.addAll(rows.parts());
        }
        if (around.is(NodeRole.HEAD) || around.is(NodeRole.BROKER)) {
            parts.add(cacheRefresh());
        }
        if (around.is(NodeRole.HEAD) && heads.ownNumber() == 1) {
            AdminKey adminKey =
                    new AdminKey(around, new FirstAdmin(fresh.database, fresh.users, fresh.keys, around.clock()));
            parts.add(new Part("first-admin", adminKey::makeWhenMissing, () -> {}));
        }
        writers(parts);
        return parts;
    }

    private Part cacheRefresh() {
        CacheRefresher refresher = new CacheRefresher(
                cache,
                around.get(AllSettings.METADATA_REFRESH),
                around.get(AllSettings.METADATA_REFRESH_TIMEOUT),
                around.ticker());
        return new Part(
                "metadata-cache",
                refresher::start,
                refresher::close,
                () -> cache.isFresh() ? null : "The cache of metadata cannot follow the database.");
    }

    /**
     * The doors, and what stands between the log and the rows. Reading needs the database only, so its doors come before
     * the log, which may take long to come back after its process was killed.
     */
    private void writers(List<Part> parts) {
        OnlineIngester[] nudged = new OnlineIngester[1];
        Runnable changed = () -> nudge(nudged[0]);
        KafkaFeatureLog topics =
                new KafkaFeatureLog(log.connection(), around.get(AllSettings.LOG_PARTITIONS), around.ticker(), changed);
        IngestLedger ledger = new IngestLedger(rows.database(), around.ticker(), around.clock(), around.random());
        FeatureGroups.Outside outside =
                new FeatureGroups.Outside(topics, rows.onlineRows(), ledger, Wiring::schema, changed);
        HttpDoor rest = around.is(NodeRole.HEAD) ? restDoor(outside) : null;
        if (rest != null) {
            parts.add(new Part("rest-api", rest::start, rest::close));
        }
        if (around.is(NodeRole.BROKER)) {
            parts.addAll(broker());
        }
        parts.addAll(log.parts());
        if (rest != null || around.is(NodeRole.WORKER)) {
            parts.add(new Part("topics", () -> {}, topics::close));
        }
        if (around.is(NodeRole.WORKER)) {
            FeatureGroups groups =
                    new FeatureGroups(fresh.records, fresh.subjects, fresh.links, fresh.attachments, outside);
            OnlineIngester ingester = WorkerRole.ingester(
                    around,
                    log.connection(),
                    coordination.share(),
                    new CatalogTargets(fresh.records, groups),
                    fresh,
                    rows.onlineRows(),
                    ledger);
            nudged[0] = ingester;
            parts.add(WorkerRole.part(ingester));
        }
        if (rest != null) {
            // What the REST API changes needs the log, so at a stop it closes before the log does.
            parts.add(new Part("rest-writes", () -> {}, rest::close));
        }
    }

    private static void nudge(@Nullable OnlineIngester here) {
        if (here != null) {
            here.changed();
        }
    }

    private HttpDoor restDoor(FeatureGroups.Outside outside) {
        List<Route> slots = rows instanceof RemoteRows remote ? new SlotRoutes(remote.slots()).routes() : List.of();
        return HeadRole.door(
                around,
                identity,
                fresh,
                cached,
                outside,
                new PublicDoors(around, heads, coordination.membership()),
                slots);
    }

    private List<Part> broker() {
        ServingCatalog catalog = new StoredServingCatalog(
                cached.stores, cached.records, around.get(AllSettings.SERVING_ENTRIES_MAX), around.metrics());
        return BrokerRole.parts(
                around, identity, cached, catalog, rows.onlineRows(), () -> rows.trouble() == null && cache.isFresh());
    }

    private static String schema(FeatureStore store, FeatureGroup group) {
        return AvroSubject.text(
                store.name(),
                group.name(),
                group.version(),
                group.features().stream()
                        .map(feature -> new AvroSubject.Field(feature.name(), feature.type()))
                        .toList());
    }
}
