package io.hopyard.core.view;

import io.hopyard.core.catalog.Definitions;
import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.FeatureName;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.Join;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query over feature groups that are there: every occurrence of a group has its number (the join index: the root first,
 * then each join followed by the joins inside it), every selected feature its name in the result. Immutable.
 */
public final class QueryTree {
    private final Query query;
    private final List<Node> nodes;
    private final List<Column> columns;

    private QueryTree(Query query, List<Node> nodes, List<Column> columns) {
        this.query = query;
        this.nodes = List.copyOf(nodes);
        this.columns = List.copyOf(columns);
    }

    /**
     * One occurrence of a group.
     *
     * @param index the join index
     * @param parent the join index of the group it is joined to, -1 for the root
     * @param join how it is joined; null for the root
     * @param on which column of the parent meets which one of this group
     */
    public record Node(
            int index,
            int parent,
            FeatureGroup group,
            Query query,
            @Nullable Join join,
            List<JoinColumn> on) {
        public Node {
            on = List.copyOf(on);
        }

        /** The prefix that the user gave, or nothing. */
        public String prefix() {
            return join == null ? "" : join.prefix();
        }
    }

    /** A pair of columns on which two sides are joined. */
    public record JoinColumn(String left, String right) {}

    /**
     * A selected feature.
     *
     * @param name in the result: with the prefix, unique
     */
    public record Column(int node, Feature feature, String name) {}

    /**
     * @param groups all that the query names and that are there
     * @throws FeatureStoreException {@code FEATURE_GROUP_NOT_FOUND} or {@code INVALID_QUERY}
     */
    public static QueryTree of(Query query, Map<GroupReference, FeatureGroup> groups) {
        List<Node> nodes = new ArrayList<>();
        addNodes(query, null, -1, 0, groups, nodes);
        QueryTree tree = new QueryTree(query, nodes, columns(nodes));
        tree.checkFilters(query);
        return tree;
    }

    /** The groups that a query names, each once, the root first. */
    public static List<GroupReference> groups(Query query) {
        Set<GroupReference> groups = new LinkedHashSet<>();
        addGroups(query, groups, 0);
        return List.copyOf(groups);
    }

    private static void addGroups(Query query, Set<GroupReference> groups, int depth) {
        checkDepth(depth);
        groups.add(query.left());
        query.joins().forEach(join -> addGroups(join.query(), groups, depth + 1));
    }

    private static void checkDepth(int depth) {
        if (depth > Limits.JOIN_DEPTH_MAX) {
            throw wrong("joins inside joins: " + depth + " (expected: at most " + Limits.JOIN_DEPTH_MAX + ")");
        }
    }

    private static void addNodes(
            Query query,
            @Nullable Join join,
            int parent,
            int depth,
            Map<GroupReference, FeatureGroup> groups,
            List<Node> nodes) {
        checkDepth(depth);
        if (nodes.size() >= Limits.JOINS_MAX) {
            throw wrong("feature groups in a query: more than " + Limits.JOINS_MAX + " (expected: at most that)");
        }
        FeatureGroup group = groups.get(query.left());
        if (group == null) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_GROUP_NOT_FOUND,
                    "feature group: " + query.left().featureGroupId() + " of feature store "
                            + query.left().projectId() + " (expected: one that is there)");
        }
        checkSelection(query, group);
        int index = nodes.size();
        List<JoinColumn> on = join == null ? List.of() : on(nodes.get(parent).group(), group, join);
        nodes.add(new Node(index, parent, group, query, join, on));
        for (Join next : query.joins()) {
            addNodes(next.query(), next, index, depth + 1, groups, nodes);
        }
    }

    private static void checkSelection(Query query, FeatureGroup group) {
        Set<String> names = new HashSet<>();
        for (String name : query.features()) {
            load(group, name, "feature");
            if (!names.add(name)) {
                throw wrong("feature '" + name + "' of '" + group.name() + "' is selected twice (expected: once)");
            }
        }
    }

    private static Feature load(FeatureGroup group, String name, String what) {
        Feature feature = group.findFeature(name);
        if (feature == null) {
            throw wrong(what + ": '" + Names.shorten(name) + "' (expected: one of the features of '" + group.name()
                    + "' version " + group.version() + ": " + Definitions.names(group.features()) + ")");
        }
        return feature;
    }

    private static List<JoinColumn> on(FeatureGroup left, FeatureGroup right, Join join) {
        if (join.type() == Query.JoinType.CROSS) {
            return List.of();
        }
        List<JoinColumn> columns = new ArrayList<>();
        join.on().forEach(name -> columns.add(new JoinColumn(name, name)));
        for (int index = 0; index < join.leftOn().size(); index++) {
            columns.add(new JoinColumn(join.leftOn().get(index), join.rightOn().get(index)));
        }
        if (columns.isEmpty()) {
            for (Feature key : right.keys()) {
                Feature other = left.findFeature(key.name());
                if (other != null && other.primary()) {
                    columns.add(new JoinColumn(key.name(), key.name()));
                }
            }
        }
        if (columns.isEmpty()) {
            throw wrong("join of '" + left.name() + "' with '" + right.name()
                    + "' without a condition, and no primary key is common (expected: on, or leftOn and rightOn)");
        }
        for (JoinColumn column : columns) {
            Feature one = load(left, column.left(), "join feature");
            Feature other = load(right, column.right(), "join feature");
            if (kind(one) != kind(other)) {
                throw wrong("join of '" + column.left() + "' (" + one.type().text() + ") with '" + column.right()
                        + "' (" + other.type().text() + ") (expected: types that can be compared)");
            }
        }
        return columns;
    }

    private enum Kind {
        NUMBER,
        TEXT,
        TIME,
        FLAG,
        BYTES,
        COMPLEX
    }

    private static Kind kind(Feature feature) {
        return switch (ColumnType.of(feature.type())) {
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> Kind.NUMBER;
            case STRING -> Kind.TEXT;
            case DATE, TIMESTAMP -> Kind.TIME;
            case BOOLEAN -> Kind.FLAG;
            case BINARY -> Kind.BYTES;
            case COMPLEX -> Kind.COMPLEX;
        };
    }

    /** A name that is taken already gets the group's name in front, and if need be its version or its join index. */
    private static List<Column> columns(List<Node> nodes) {
        Set<String> taken = new HashSet<>();
        List<Column> columns = new ArrayList<>();
        for (Node node : nodes) {
            FeatureGroup group = node.group();
            for (String feature : node.query().features()) {
                List<String> candidates = List.of(
                        node.prefix() + feature,
                        group.name() + "_" + feature,
                        group.table() + "_" + feature,
                        group.table() + "_" + node.index() + "_" + feature);
                String name = candidates.stream()
                        .filter(candidate -> !taken.contains(candidate))
                        .findFirst()
                        .orElseThrow(() -> wrong("feature '" + feature + "' of '" + group.name()
                                + "' has no free name (expected: a prefix for the join)"));
                taken.add(name);
                columns.add(new Column(node.index(), load(group, feature, "feature"), name));
            }
        }
        return columns;
    }

    private void checkFilters(Query part) {
        Filter filter = part.filter();
        if (filter != null) {
            check(filter);
        }
        part.joins().forEach(join -> checkFilters(join.query()));
    }

    /** Checks that every feature of the filter is one of the query's groups, and the depth of the tree. */
    public void check(Filter filter) {
        check(filter, 0, new int[1]);
    }

    private void check(Filter filter, int depth, int[] count) {
        if (depth > Limits.FILTER_DEPTH_MAX || ++count[0] > Limits.FILTERS_MAX) {
            throw wrong("filter of more than " + Limits.FILTERS_MAX + " conditions or " + Limits.FILTER_DEPTH_MAX
                    + " levels (expected: at most that)");
        }
        switch (filter) {
            case Combined combined -> {
                Filter left = combined.left();
                Filter right = combined.right();
                if (left != null) {
                    check(left, depth + 1, count);
                }
                if (right != null) {
                    check(right, depth + 1, count);
                }
            }
            case Compared compared -> {
                locate(new FeatureName(compared.featureGroupId(), compared.feature()));
                FeatureName other = compared.other();
                if (other != null) {
                    locate(other);
                }
            }
        }
    }

    /** A feature of one of the groups. */
    public record Located(int node, Feature feature) {}

    /** @throws FeatureStoreException {@code INVALID_QUERY} when no group has it */
    public Located locate(FeatureName name) {
        for (Node node : nodes) {
            Long wanted = name.featureGroupId();
            Feature feature =
                    wanted == null || wanted == node.group().id() ? node.group().findFeature(name.feature()) : null;
            if (feature != null) {
                return new Located(node.index(), feature);
            }
        }
        throw wrong("feature in a filter: '" + Names.shorten(name.feature()) + "' (expected: a feature of one of the "
                + nodes.size() + " feature groups of the query)");
    }

    public Query query() {
        return query;
    }

    public List<Node> nodes() {
        return nodes;
    }

    public Node root() {
        return nodes.getFirst();
    }

    /** All selected features in the order of the query. */
    public List<Column> columns() {
        return columns;
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_QUERY, message);
    }
}
