package io.hopyard.server.node;

import io.hopyard.core.access.FirstAdmin;
import io.hopyard.core.access.Gate;
import io.hopyard.core.catalog.CatalogTargets;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.feature.AvroSubject;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.MemberTopicAccess;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.view.StoredServingCatalog;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Settings;
import io.hopyard.stream.KafkaFeatureLog;
import io.hopyard.stream.OnlineIngester;
import io.hopyard.wire.health.HealthRoutes;
import io.hopyard.wire.health.PartHealth;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A node with all four roles in one process. Start and close are called by one thread.
 */
public final class HopyardNode implements AutoCloseable {
    private final Surroundings around;
    private final DataDirectory directory;
    private final PartList parts;

    private HopyardNode(Surroundings around, DataDirectory directory, PartList parts) {
        this.around = around;
        this.directory = directory;
        this.parts = parts;
    }

    /**
     * Holds the data directory and wires the parts; nothing listens yet.
     *
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAVAILABLE} when the directory cannot be used
     */
    public static HopyardNode open(Settings settings, Path data) {
        DataDirectory directory = DataDirectory.open(data);
        Surroundings around = Surroundings.of(settings, directory.path());
        try {
            return new HopyardNode(around, directory, wire(around));
        } catch (RuntimeException e) {
            closeQuietly(directory, e);
            throw e;
        }
    }

    private static void closeQuietly(DataDirectory directory, Throwable cause) {
        try {
            directory.close();
        } catch (IOException suppressed) {
            cause.addSuppressed(suppressed);
        }
    }

    private static PartList wire(Surroundings around) {
        NodeIdentity identity = NodeIdentity.open(around);
        DataRole data = DataRole.of(around);
        CachingDatabase cache = new CachingDatabase(
                data.database(),
                new CachingDatabase.Limits(
                        around.get(AllSettings.METADATA_CACHE_ROWS), around.get(AllSettings.METADATA_CACHE_MAX)),
                around.ticker(),
                around.metrics());
        Metadata fresh = new Metadata(data.database(), around);
        Metadata cached = new Metadata(cache, around);
        CacheRefresher refresher = new CacheRefresher(
                cache,
                around.get(AllSettings.METADATA_REFRESH),
                around.get(AllSettings.METADATA_REFRESH_TIMEOUT),
                around.ticker());
        AdminKey adminKey =
                new AdminKey(around, new FirstAdmin(fresh.database, fresh.users, fresh.keys, around.clock()));
        LogRole log = new LogRole(
                around,
                identity,
                new MemberTopicAccess(
                        cached.users, cached.gate, around.ticker(), around.get(AllSettings.LOG_ACCESS_TIMEOUT)));

        IngestLedger ledger = new IngestLedger(data.database(), around.ticker(), around.clock(), around.random());
        OnlineIngester[] nudged = new OnlineIngester[1];
        Runnable changed = () -> nudged[0].changed();
        KafkaFeatureLog topics =
                new KafkaFeatureLog(log.connection(), around.get(AllSettings.LOG_PARTITIONS), around.ticker(), changed);
        FeatureGroups.Outside outside =
                new FeatureGroups.Outside(topics, data.onlineRows(), ledger, HopyardNode::schema, changed);
        FeatureGroups groups =
                new FeatureGroups(fresh.records, fresh.subjects, fresh.links, fresh.attachments, outside);
        OnlineIngester ingester = WorkerRole.ingester(
                around, log.connection(), new CatalogTargets(fresh.records, groups), fresh, data.onlineRows(), ledger);
        nudged[0] = ingester;
        ServingCatalog catalog = new StoredServingCatalog(
                cached.stores, cached.records, around.get(AllSettings.SERVING_ENTRIES_MAX), around.metrics());

        List<Part> parts = new ArrayList<>(CoordinationRole.parts(around, identity));
        parts.add(data.part());
        parts.add(new Part(
                "metadata-cache",
                refresher::start,
                refresher::close,
                () -> cache.isFresh() ? null : "The cache of metadata cannot follow the database."));
        parts.add(new Part("first-admin", adminKey::makeWhenMissing, () -> {}));
        // Reading needs the database only; the log may take long to come back after its process was killed.
        HttpDoor rest = HeadRole.door(around, identity, fresh, cached, outside);
        parts.add(new Part("rest-api", rest::start, rest::close));
        parts.addAll(BrokerRole.parts(
                around,
                identity,
                cached,
                catalog,
                data.onlineRows(),
                () -> data.part().trouble().find() == null));
        parts.add(log.part());
        parts.add(new Part("topics", () -> {}, topics::close));
        parts.add(WorkerRole.part(ingester));
        // What the REST API changes needs the log, so at a stop it closes before the log does.
        parts.add(new Part("rest-writes", () -> {}, rest::close));
        return withHealth(around, cached.gate, parts);
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

    /** The health door comes first, so that it answers while the others start, and goes last. */
    private static PartList withHealth(Surroundings around, Gate gate, List<Part> parts) {
        PartList[] list = new PartList[1];
        HttpDoor health = new HttpDoor(
                HttpSettings.at(
                        "health", around.address(AllSettings.HEALTH_ADDRESS), around.get(AllSettings.HEALTH_PORT)),
                new HealthRoutes(() -> list[0] == null ? List.of() : list[0].health(), around.metrics()).routes(),
                new HttpDoor.Parts(gate, KeySource.AUTHORIZATION, ErrorWriter.REST, around.metrics(), around.ticker()));
        List<Part> all = new ArrayList<>();
        all.add(new Part("health", health::start, health::close));
        all.addAll(parts);
        list[0] = new PartList(all, around.ticker());
        return list[0];
    }

    /** @throws Exception why a part cannot start; then everything is closed again */
    public void start() throws Exception {
        parts.start();
    }

    public List<PartHealth> health() {
        return parts.health();
    }

    /** Where the first administrator's key lies. */
    public Path adminKeyFile() {
        return AdminKey.file(around.data());
    }

    @Override
    public void close() {
        parts.close();
        IllegalStateException failures = new IllegalStateException("the data directory could not be released");
        closeQuietly(directory, failures);
    }
}
