package io.hopyard.server.node;

import io.hopyard.cluster.ZooKeeperPairRegister;
import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.FirstAdmin;
import io.hopyard.core.catalog.CatalogTargets;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.feature.AvroSubject;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.MemberTopicAccess;
import io.hopyard.core.placement.DataPlaces;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.view.StoredServingCatalog;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.store.pair.Halt;
import io.hopyard.stream.KafkaFeatureLog;
import io.hopyard.stream.LogAccess;
import io.hopyard.stream.OnlineIngester;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.rest.DataRoutes;
import io.hopyard.wire.rest.NodeRoutes;
import io.hopyard.wire.rest.RevocationRoutes;
import io.hopyard.wire.rest.SlotRoutes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which parts a node has, by its roles, and in which order they start. Nothing is opened here. */
final class Wiring implements Services.Life {
    private final Surroundings around;
    private final NodeBase base;
    private final NodeIdentity identity;
    private final Heads heads;
    private final CoordinationRole coordination;
    private final DataNodes nodes;
    private final @Nullable DataRole data;
    private final Rows rows;
    private final Metadata fresh;
    private final CachingDatabase cache;
    private final Metadata cached;
    private final LogRole log;
    private final @Nullable LeaderDuties duties;

    /**
     * @param base what lives as long as the process
     * @param halt ends the process at once, for a node that cannot go on and must be started again
     */
    Wiring(NodeBase base, Halt halt) {
        this.base = base;
        this.around = base.around();
        this.identity = base.identity();
        this.heads = base.heads();
        this.coordination = base.coordination();
        this.nodes = base.dataNodes();
        this.data = around.is(NodeRole.DATA) ? new DataRole(around, identity, coordination, nodes, halt) : null;
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
                base.founding(),
                new LogAccess(
                        new MemberTopicAccess(
                                cached.users, cached.gate, around.ticker(), around.get(AllSettings.LOG_ACCESS_TIMEOUT)),
                        coordination.gates().of(Set.of(NodeRole.HEAD, NodeRole.API, NodeRole.WORKER)),
                        coordination.gates().of(Set.of(NodeRole.HEAD))),
                base.engineFailed());
        this.duties = around.is(NodeRole.HEAD)
                ? new LeaderDuties(
                        coordination.connection(),
                        coordination.self().id(),
                        List.of(new NodeWatch(base.fleet(), around.metrics())))
                : null;
    }

    @Override
    public boolean leads() {
        LeaderDuties own = duties;
        return own != null && own.leads();
    }

    @Override
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        if (data != null) {
            parts.addAll(data.parts());
        }
        if (rows != data && !around.get(AllSettings.NODE_ROLES).equals(Set.of(NodeRole.DATA))) {
            parts.addAll(rows.parts());
        }
        if (servesRest() || around.is(NodeRole.BROKER)) {
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
        HttpDoor rest = servesRest() ? restDoor(outside, issuer(parts)) : null;
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
            parts.add(new Part("rest-writes", () -> {}, rest::close).withFlow(rest));
        }
        if (duties != null) {
            parts.add(duties.part());
        }
    }

    private static void nudge(@Nullable OnlineIngester here) {
        if (here != null) {
            here.changed();
        }
    }

    private boolean servesRest() {
        return around.is(NodeRole.HEAD) || around.is(NodeRole.API);
    }

    /** Only heads have the authority's key, so another node asks one of them. */
    private CertificateIssuer issuer(List<Part> parts) {
        if (around.is(NodeRole.HEAD)) {
            return identity.issuer();
        }
        HeadIssuer asking = new HeadIssuer(around, identity, heads);
        parts.add(new Part("project-certificates", () -> {}, asking::close));
        return asking;
    }

    private HttpDoor restDoor(FeatureGroups.Outside outside, CertificateIssuer issuer) {
        return HeadRole.door(
                around,
                identity,
                new HeadRole.Data(fresh, cached, outside),
                issuer,
                new PublicDoors(around, heads, coordination.membership(), coordination.nodes(), base.draining()),
                clusterRoutes());
    }

    /** What an administrator sees and changes of the cluster. */
    private List<Route> clusterRoutes() {
        List<Route> routes = new ArrayList<>(new NodeRoutes(base.fleet()).routes());
        routes.addAll(new DataRoutes(dataPlaces()).routes());
        routes.addAll(new RevocationRoutes(new NodeRevocation(around, heads, coordination.revocations())).routes());
        if (rows instanceof RemoteRows remote) {
            routes.addAll(new SlotRoutes(remote.slots()).routes());
        }
        return routes;
    }

    private DataPlaces dataPlaces() {
        return new DataPlaces(
                nodes.register(),
                pair -> new ZooKeeperPairRegister(coordination.connection(), Integer.toString(pair), around.ticker()),
                coordination.membership());
    }

    private List<Part> broker() {
        ServingCatalog catalog = new StoredServingCatalog(
                cached.stores, cached.records, around.get(AllSettings.SERVING_ENTRIES_MAX), around.metrics());
        return BrokerRole.parts(
                around,
                identity,
                cached,
                catalog,
                rows.onlineRows(),
                () -> rows.trouble() == null
                        && cache.isFresh()
                        && !base.draining().getAsBoolean());
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
