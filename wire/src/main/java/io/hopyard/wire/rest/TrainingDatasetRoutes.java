package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.StatisticsConfig;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.view.FeatureView;
import io.hopyard.core.view.FeatureViews;
import io.hopyard.core.view.Query;
import io.hopyard.core.view.TrainingDatasets;
import io.hopyard.core.view.TrainingDatasets.TrainingDataset;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What is remembered of training datasets; their data is not part of this version. */
public final class TrainingDatasetRoutes {
    private static final String IN_MEMORY = "IN_MEMORY_TRAINING_DATASET";
    private static final Set<String> TYPES = Set.of(IN_MEMORY, "HOPSFS_TRAINING_DATASET", "EXTERNAL_TRAINING_DATASET");
    private static final Set<String> SPLIT_TYPES = Set.of("RANDOM_SPLIT", "TIME_SERIES_SPLIT");
    private static final int SPLITS_MAX = 100;

    private final StoreAccess access;
    private final TrainingDatasets datasets;
    private final FeatureViews views;
    private final EntityTargets targets;
    private final Clock clock;
    private final RandomGenerator random;

    TrainingDatasetRoutes(
            StoreAccess access,
            TrainingDatasets datasets,
            FeatureViews views,
            EntityTargets targets,
            Clock clock,
            RandomGenerator random) {
        this.access = access;
        this.datasets = datasets;
        this.views = views;
        this.targets = targets;
        this.clock = clock;
        this.random = random;
    }

    public List<Route> routes() {
        String one = Paths.TRAINING_DATASET;
        Set<String> expand = Set.of("expand", "sort_by", "offset", "limit");
        Set<String> change = Set.of("updateMetadata", "updateStatsConfig");
        return List.of(
                route("POST", Paths.TRAINING_DATASETS, expand, "Remembers a training dataset.", this::create),
                route("GET", Paths.TRAINING_DATASETS, expand, "Lists the training datasets.", this::list),
                route("DELETE", Paths.TRAINING_DATASETS, Set.of("force"), "Forgets all of them.", this::deleteAll),
                route("DELETE", Paths.TRAINING_DATASETS + "/data", Set.of(), "Has no data to delete.", this::noData),
                route("GET", one, expand, "Returns a training dataset.", this::get),
                route("PUT", one, change, "Changes description or statistics.", this::update),
                route("DELETE", one, Set.of("force"), "Forgets a training dataset.", this::delete),
                route("DELETE", one + "/data", Set.of(), "Has no data to delete.", this::noData),
                route("POST", one + "/compute", Set.of(), "Refuses to write training data.", this::compute));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer create(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        FeatureView view = targets.loadView(exchange, store);
        ObjectNode body = exchange.jsonObject();
        Integer version = Members.findSmallNumber(body, "version");
        if (version != null) {
            Names.checkVersion(ErrorCode.INVALID_TRAINING_DATASET, version);
        }
        check(body);
        Query.Filter filter = QueryJson.filter(Members.findObject(body, "extraFilter"));
        if (filter != null) {
            views.tree(view, exchange.deadline()).tree().check(filter);
        }
        Long seed = Members.findNumber(body, "seed");
        Caller caller = exchange.caller();
        TrainingDataset dataset = datasets.create(
                view,
                new TrainingDataset(
                        0,
                        view.name(),
                        view.version(),
                        version == null ? 0 : version,
                        seed == null ? random.nextInt(Integer.MAX_VALUE) : seed,
                        filter,
                        Json.text(document(body)),
                        new Creation(caller.userId(), caller.username(), caller.email(), clock.millis())),
                exchange.deadline());
        return Answer.json(201, toJson(store, dataset));
    }

    private static void check(ObjectNode body) {
        String type = Members.text(body, "trainingDatasetType", IN_MEMORY);
        if (!TYPES.contains(type)) {
            throw wrong("trainingDatasetType: '" + Names.shorten(type) + "' (expected: one of "
                    + new java.util.TreeSet<>(TYPES) + ")");
        }
        if (!type.equals(IN_MEMORY)) {
            throw Members.notAvailable("trainingDatasetType " + type + ": training data written by the server");
        }
        List<ObjectNode> splits = Members.objects(body, "splits");
        if (splits.size() > SPLITS_MAX) {
            throw wrong("splits: " + splits.size() + " (expected: at most " + SPLITS_MAX + ")");
        }
        Set<String> names = new HashSet<>();
        for (ObjectNode split : splits) {
            String name = Members.text(split, "name");
            Names.checkEntity(ErrorCode.INVALID_TRAINING_DATASET, "split name", name);
            if (!names.add(name)) {
                throw wrong("split '" + name + "' comes twice (expected: different names)");
            }
            String splitType = Members.text(split, "splitType", "RANDOM_SPLIT");
            if (!SPLIT_TYPES.contains(splitType)) {
                throw wrong("splitType: '" + Names.shorten(splitType) + "' (expected: one of "
                        + new java.util.TreeSet<>(SPLIT_TYPES) + ")");
            }
            Double percentage = Members.findDecimal(split, "percentage");
            if (percentage != null && !(percentage >= 0 && percentage <= 1)) {
                throw wrong("percentage of split '" + name + "': " + percentage + " (expected: 0 to 1)");
            }
        }
        String trainSplit = Members.findText(body, "trainSplit");
        if (trainSplit != null && !trainSplit.isEmpty() && !names.contains(trainSplit)) {
            throw wrong("trainSplit: '" + Names.shorten(trainSplit) + "' (expected: one of the splits)");
        }
        Members.text(body, "dataFormat", "parquet");
    }

    /** What is kept of the request: all but what the answer has from elsewhere or must not have. */
    private static ObjectNode document(ObjectNode body) {
        ObjectNode document = (ObjectNode) Members.withoutNulls(body);
        document.remove(List.of("id", "version", "seed", "created", "creator", "dataSource", "features", "queryDTO"));
        document.remove(List.of("tags", "href", "location", "featurestoreId", "featurestoreName", "type"));
        return document;
    }

    private static ObjectNode toJson(FeatureStore store, TrainingDataset dataset) {
        ObjectNode json = (ObjectNode) Json.parse(dataset.document().getBytes(StandardCharsets.UTF_8));
        json.put("type", "trainingDatasetDTO")
                .put("id", dataset.id())
                .put("version", dataset.version())
                .put("seed", dataset.seed())
                .put("featurestoreId", store.id())
                .put("featurestoreName", store.name())
                .put(
                        "created",
                        Instant.ofEpochMilli(dataset.creation().atMillis()).toString());
        json.set("creator", FeatureGroupJson.creator(dataset.creation()));
        if (!json.has("name")) {
            json.put("name", dataset.viewName());
        }
        if (!json.has("dataFormat")) {
            json.put("dataFormat", "parquet");
        }
        if (!json.has("splits")) {
            json.set("splits", Json.array());
        }
        if (!json.has("statisticsConfig")) {
            json.set("statisticsConfig", FeatureGroupJson.toJson(StatisticsConfig.DEFAULT));
        }
        return json;
    }

    private TrainingDataset load(Exchange exchange, FeatureView view) {
        return datasets.load(view, FeatureGroupRoutes.version(exchange.path("datasetVersion")), exchange.deadline());
    }

    private Answer list(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        FeatureView view = targets.loadView(exchange, store);
        ArrayNode items = Json.array();
        datasets.list(view, exchange.deadline()).forEach(dataset -> items.add(toJson(store, dataset)));
        return Answer.ok(Members.list(items));
    }

    private Answer get(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        return Answer.ok(toJson(store, load(exchange, targets.loadView(exchange, store))));
    }

    private Answer update(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        FeatureView view = targets.loadView(exchange, store);
        TrainingDataset old = load(exchange, view);
        ObjectNode body = exchange.jsonObject();
        ObjectNode document = (ObjectNode) Json.parse(old.document().getBytes(StandardCharsets.UTF_8));
        String description = Members.findText(body, "description");
        Names.checkDescription("description", description);
        Members.put(document, "description", description);
        document.set(
                "statisticsConfig",
                FeatureGroupJson.toJson(FeatureGroupJson.statistics(
                        body, FeatureGroupJson.statistics(document, StatisticsConfig.DEFAULT))));
        TrainingDataset changed = new TrainingDataset(
                old.id(),
                old.viewName(),
                old.viewVersion(),
                old.version(),
                old.seed(),
                old.extraFilter(),
                Json.text(document),
                old.creation());
        return Answer.ok(toJson(store, datasets.replace(view, changed, exchange.deadline())));
    }

    private Answer delete(Exchange exchange) {
        FeatureView view = targets.loadView(exchange, access.toWrite(exchange));
        datasets.delete(view, load(exchange, view).version(), exchange.deadline());
        return Answer.empty(200);
    }

    private Answer deleteAll(Exchange exchange) {
        FeatureView view = targets.loadView(exchange, access.toWrite(exchange));
        for (TrainingDataset dataset : datasets.list(view, exchange.deadline())) {
            datasets.delete(view, dataset.version(), exchange.deadline());
        }
        return Answer.empty(200);
    }

    private Answer noData(Exchange exchange) {
        targets.loadView(exchange, access.toWrite(exchange));
        return Answer.empty(200);
    }

    private Answer compute(Exchange exchange) {
        throw Members.notAvailable("compute: training data written by the server");
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_TRAINING_DATASET, message);
    }
}
