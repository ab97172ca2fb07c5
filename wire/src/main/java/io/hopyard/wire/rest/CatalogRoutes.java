package io.hopyard.wire.rest;

import io.hopyard.core.access.Gate;
import io.hopyard.core.access.OnlineCredentials;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Executions;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStores;
import io.hopyard.core.catalog.Functions;
import io.hopyard.core.catalog.Links;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.Statistics;
import io.hopyard.core.catalog.Subjects;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.view.FeatureViews;
import io.hopyard.core.view.TrainingDatasets;
import io.hopyard.wire.http.Route;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** All routes of the catalogue: feature stores, feature groups, feature views and what belongs to them. */
public final class CatalogRoutes {
    private CatalogRoutes() {}

    /**
     * What the routes work with.
     *
     * @param outside the log, the online rows, the ingestions and the schema writer
     * @param random for seeds of training datasets
     */
    public record Parts(
            Records records,
            FeatureStores stores,
            Gate gate,
            OnlineCredentials credentials,
            FeatureGroups.Outside outside,
            Supplier<ConnectorSettings> connectors,
            Clock clock,
            RandomGenerator random) {}

    public static List<Route> of(Parts parts) {
        Records records = parts.records();
        Clock clock = parts.clock();
        IngestLedger ledger = parts.outside().ledger();
        Subjects subjects = new Subjects(records);
        Links links = new Links(records);
        Attachments attachments = new Attachments(records);
        Statistics statistics = new Statistics(records);
        FeatureGroups groups = new FeatureGroups(records, subjects, links, attachments, parts.outside());
        FeatureViews views = new FeatureViews(records, groups, links, attachments, statistics);
        TrainingDatasets datasets = new TrainingDatasets(records, attachments, statistics);
        StoreAccess access = new StoreAccess(parts.stores(), parts.gate());
        EntityTargets targets = new EntityTargets(groups, views, datasets);
        JobJson jobs = new JobJson();
        List<Route> routes = new ArrayList<>();
        routes.addAll(new FeatureStoreRoutes(access, groups, subjects, attachments).routes());
        routes.addAll(new ConnectorRoutes(access, parts.credentials(), parts.connectors()).routes());
        routes.addAll(
                new FeatureGroupRoutes(access, groups, attachments, new GroupUse(access, links, views), jobs, clock)
                        .routes());
        routes.addAll(new IngestionRoutes(access, groups, ledger).routes());
        routes.addAll(new JobRoutes(access, groups, new Executions(records, groups), jobs, clock).routes());
        routes.addAll(new FeatureViewRoutes(access, views, groups, datasets, links, attachments, clock).routes());
        routes.addAll(new TrainingDatasetRoutes(access, datasets, views, targets, clock, parts.random()).routes());
        routes.addAll(new AttachmentRoutes(access, attachments, targets, clock).routes());
        routes.addAll(new StatisticsRoutes(access, statistics, targets, clock).routes());
        routes.addAll(new FunctionRoutes(access, new Functions(records)).routes());
        routes.addAll(UnavailableRoutes.routes());
        return List.copyOf(routes);
    }
}
