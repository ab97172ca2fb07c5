package io.hopyard.wire.rest;

import io.hopyard.core.catalog.Attachments.Target;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.view.FeatureView;
import io.hopyard.core.view.FeatureViews;
import io.hopyard.core.view.TrainingDatasets;
import io.hopyard.wire.http.Exchange;
import java.util.List;

/** What tags, keywords and statistics can hang on, by the path of the request. Thread safe. */
final class EntityTargets {
    private final FeatureGroups groups;
    private final FeatureViews views;
    private final TrainingDatasets datasets;

    EntityTargets(FeatureGroups groups, FeatureViews views, TrainingDatasets datasets) {
        this.groups = groups;
        this.views = views;
        this.datasets = datasets;
    }

    /** Finds the entity of a path, which must be there. */
    @FunctionalInterface
    interface Finder {
        Target find(Exchange exchange, FeatureStore store);
    }

    /** A kind of entity. */
    record Kind(String name, String path, Finder finder) {}

    List<Kind> all() {
        return List.of(
                new Kind("feature group", Paths.GROUP, this::group),
                new Kind("feature view", Paths.VIEW, this::view),
                new Kind("training dataset", Paths.TRAINING_DATASET, this::dataset));
    }

    Target group(Exchange exchange, FeatureStore store) {
        return Target.featureGroup(groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline()));
    }

    private Target view(Exchange exchange, FeatureStore store) {
        FeatureView view = loadView(exchange, store);
        return Target.featureView(view.projectId(), view.name(), view.version());
    }

    FeatureView loadView(Exchange exchange, FeatureStore store) {
        return views.load(
                store.id(), exchange.path("viewName"), FeatureViewRoutes.version(exchange), exchange.deadline());
    }

    Target dataset(Exchange exchange, FeatureStore store) {
        FeatureView view = loadView(exchange, store);
        int version = FeatureGroupRoutes.version(exchange.path("datasetVersion"));
        datasets.load(view, version, exchange.deadline());
        return TrainingDatasets.target(view, version);
    }
}
