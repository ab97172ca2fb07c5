package io.hopyard.core.view;

import io.hopyard.core.catalog.Feature;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.QueryTree.Node;
import io.hopyard.core.view.ViewTree.ServingKey;
import io.hopyard.core.view.ViewTree.ViewFeature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** The SQL look-ups, one per feature group of a view, that the client runs at the MySQL door. */
public final class Statements {
    private Statements() {}

    /** For how many keys at once. */
    public enum Form {
        SINGLE,
        BATCH
    }

    /** Which features a set of statements selects. */
    public enum Selection {
        /** Those of a vector. */
        FEATURES,
        /** Inference helper columns alone. */
        HELPERS,
        FEATURES_AND_HELPERS,
        /** As before, and the event time of the root group. */
        LOGGING
    }

    /**
     * @param index the join index
     * @param prefix before the names of the key columns in the result; empty = none
     * @param parameters names of the key columns in the order of the question marks
     */
    public record Statement(long featureGroupId, int index, String prefix, List<String> parameters, String sql) {
        public Statement {
            parameters = List.copyOf(parameters);
        }
    }

    /** @param databases the online database of a project */
    public static List<Statement> of(ViewTree view, Form form, Selection selection, LongFunction<String> databases) {
        List<Statement> statements = new ArrayList<>();
        for (Node node : view.tree().nodes()) {
            if (!view.reads(node)) {
                continue;
            }
            List<Selected> columns = new ArrayList<>();
            for (ViewFeature feature : view.features()) {
                if (feature.column().node() == node.index() && selects(selection, feature)) {
                    columns.add(new Selected(
                            feature.column().feature().name(), feature.column().name()));
                }
            }
            if (selection == Selection.LOGGING && node.index() == 0) {
                addEventTime(node, columns);
            }
            // The client finds the prefixes of all statements in the batch set for features, so a group that gives only
            // helper columns is in it, too, with its keys.
            boolean keysOnly = columns.isEmpty() && form == Form.BATCH && selection == Selection.FEATURES;
            if (!columns.isEmpty() || keysOnly) {
                statements.add(statement(view, node, columns, form, databases));
            }
        }
        return statements;
    }

    private record Selected(String column, String alias) {}

    private static boolean selects(Selection selection, ViewFeature feature) {
        if (feature.has(Mark.LABEL)) {
            return false;
        }
        boolean helper = feature.has(Mark.INFERENCE_HELPER);
        boolean plain = !helper && !feature.has(Mark.TRAINING_HELPER);
        return switch (selection) {
            case FEATURES -> plain;
            case HELPERS -> helper;
            case FEATURES_AND_HELPERS, LOGGING -> plain || helper;
        };
    }

    private static void addEventTime(Node node, List<Selected> columns) {
        String eventTime = node.group().definition().eventTime();
        if (eventTime != null
                && columns.stream().noneMatch(column -> column.column().equals(eventTime))) {
            columns.add(new Selected(eventTime, node.prefix() + eventTime));
        }
    }

    private static Statement statement(
            ViewTree view, Node node, List<Selected> features, Form form, LongFunction<String> databases) {
        List<String> keys = node.group().keys().stream().map(Feature::name).toList();
        String prefix = keyPrefix(view, node);
        List<Selected> columns = new ArrayList<>(features);
        if (form == Form.BATCH) {
            for (String key : keys) {
                Selected selected = new Selected(key, prefix + key);
                if (!columns.contains(selected)) {
                    columns.add(selected);
                }
            }
        }
        String select = columns.stream()
                .map(column -> column(column.column()) + " AS " + quoted(column.alias()))
                .collect(Collectors.joining(", "));
        String sql = "SELECT " + select + " FROM "
                + quoted(databases.apply(node.group().projectId())) + "."
                + quoted(node.group().table()) + " AS `fg0` WHERE " + where(keys, form);
        return new Statement(node.group().id(), node.index(), prefix, keys, sql);
    }

    private static String where(List<String> keys, Form form) {
        return switch (form) {
            case SINGLE -> keys.stream().map(key -> column(key) + " = ?").collect(Collectors.joining(" AND "));
            case BATCH ->
                keys.size() == 1
                        ? column(keys.getFirst()) + " IN ?"
                        : keys.stream().map(Statements::column).collect(Collectors.joining(", ", "(", ") IN ?"));
        };
    }

    /**
     * The user's prefix; when a key column would then be called like something else in the vector, the join index instead:
     * the client puts the rows of all statements into one map.
     */
    private static String keyPrefix(ViewTree view, Node node) {
        Set<String> others = new HashSet<>();
        for (ViewFeature feature : view.features()) {
            boolean itself = feature.column().node() == node.index()
                    && (node.prefix() + feature.column().feature().name())
                            .equals(feature.column().name());
            if (!itself) {
                others.add(feature.column().name());
            }
        }
        for (ServingKey key : view.keys()) {
            if (key.node() < node.index()) {
                others.add(view.tree().nodes().get(key.node()).prefix()
                        + key.feature().name());
            }
        }
        boolean clash = node.group().keys().stream().anyMatch(key -> others.contains(node.prefix() + key.name()));
        return clash ? node.index() + "_" + node.prefix() : node.prefix();
    }

    private static String column(String name) {
        return "`fg0`." + quoted(name);
    }

    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
