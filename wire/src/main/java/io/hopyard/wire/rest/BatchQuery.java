package io.hopyard.wire.rest;

import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.Query;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.Comparison;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.Join;
import io.hopyard.core.view.Query.Logic;
import io.hopyard.core.view.QueryTree.Node;
import io.hopyard.core.view.ViewTree;
import io.hopyard.core.view.ViewTree.ViewFeature;
import io.hopyard.wire.http.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The query of a view's batch data: labels and helper columns as asked, keys and event times as asked, a time window. */
final class BatchQuery {
    /** The client converts some start times twice; what is left of them lies in the first day of 1970. */
    private static final long FROM_THE_BEGINNING_MILLIS = Duration.ofDays(1).toMillis();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ViewTree tree;
    private final Exchange exchange;

    private BatchQuery(ViewTree tree, Exchange exchange) {
        this.tree = tree;
        this.exchange = exchange;
    }

    static Query of(ViewTree tree, Exchange exchange) {
        BatchQuery batch = new BatchQuery(tree, exchange);
        return and(batch.select(tree.tree().root()), batch.window());
    }

    static Query and(Query query, @Nullable Filter extra) {
        Filter filter = query.filter();
        if (extra == null) {
            return query;
        }
        return query.withFilter(filter == null ? extra : new Combined(Logic.AND, filter, extra));
    }

    private Query select(Node node) {
        List<String> features = new ArrayList<>();
        for (ViewFeature feature : tree.features()) {
            if (feature.column().node() == node.index() && wanted(feature)) {
                features.add(feature.column().feature().name());
            }
        }
        FeatureGroup group = node.group();
        if (exchange.queryFlag("with_primary_keys", false)) {
            group.keys().stream().map(Feature::name).forEach(name -> add(features, name));
        }
        String eventTime = group.definition().eventTime();
        if (eventTime != null && exchange.queryFlag("with_event_time", false)) {
            add(features, eventTime);
        }
        List<Join> joins = new ArrayList<>();
        for (Node child : tree.tree().nodes()) {
            Join join = child.join();
            if (child.parent() == node.index() && join != null) {
                joins.add(join.withQuery(select(child)));
            }
        }
        Query query = node.query();
        return new Query(query.left(), features, joins, query.filter(), query.limit());
    }

    private static void add(List<String> features, String name) {
        if (!features.contains(name)) {
            features.add(name);
        }
    }

    private boolean wanted(ViewFeature feature) {
        if (feature.plain()) {
            return true;
        }
        return (feature.has(Mark.LABEL) && exchange.queryFlag("with_label", false))
                || (feature.has(Mark.INFERENCE_HELPER) && exchange.queryFlag("inference_helper_columns", false))
                || (feature.has(Mark.TRAINING_HELPER) && exchange.queryFlag("training_helper_columns", false));
    }

    private @Nullable Filter window() {
        Long start = millis("start_time");
        Long end = millis("end_time");
        if (start != null && start < FROM_THE_BEGINNING_MILLIS) {
            start = null;
        }
        Filter filter = null;
        if (start != null) {
            filter = compared(Comparison.GREATER_THAN_OR_EQUAL, start);
        }
        if (end != null) {
            Filter until = compared(Comparison.LESS_THAN, end);
            filter = filter == null ? until : new Combined(Logic.AND, filter, until);
        }
        return filter;
    }

    private @Nullable Long millis(String name) {
        String text = exchange.query(name);
        if (text == null || text.isEmpty() || text.equals("None")) {
            return null;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    name + ": '" + Names.shorten(text) + "' (expected: milliseconds since 1970)",
                    e);
        }
    }

    private Compared compared(Comparison comparison, long millis) {
        FeatureGroup group = tree.tree().root().group();
        String name = group.definition().eventTime();
        Feature feature = name == null ? null : group.findFeature(name);
        if (feature == null) {
            throw new FeatureStoreException(
                    ErrorCode.EVENT_TIME_NOT_FOUND,
                    "feature group '" + group.name() + "' version " + group.version()
                            + " has no event time (expected: one, to select by time)");
        }
        return new Compared(group.id(), feature.name(), comparison, text(feature, millis), List.of(), null);
    }

    /** Event times that are whole numbers are milliseconds. */
    private static String text(Feature feature, long millis) {
        Instant instant = Instant.ofEpochMilli(millis);
        return switch (ColumnType.of(feature.type())) {
            case TIMESTAMP -> TIME.format(instant);
            case DATE -> DATE.format(instant);
            case BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, STRING, BINARY, COMPLEX ->
                Long.toString(millis);
        };
    }
}
