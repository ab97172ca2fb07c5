package io.hopyard.core.view;

import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.FeatureView.Marked;
import io.hopyard.core.view.QueryTree.Column;
import io.hopyard.core.view.QueryTree.Node;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A feature view over its groups as they are now: all features with their roles, and the serving keys. Immutable. */
public final class ViewTree {
    private final FeatureView view;
    private final QueryTree tree;
    private final List<ViewFeature> features;
    private final List<ServingKey> keys;

    private ViewTree(FeatureView view, QueryTree tree) {
        this.view = view;
        this.tree = tree;
        this.features = features(view, tree);
        this.keys = keys(tree);
    }

    /** A feature of the view and what it is there. */
    public record ViewFeature(Column column, Set<Mark> marks) {
        public ViewFeature {
            marks = Set.copyOf(marks);
        }

        public boolean has(Mark mark) {
            return marks.contains(mark);
        }

        /** True when it is a plain feature of a vector. */
        public boolean plain() {
            return marks.isEmpty();
        }
    }

    /**
     * One primary-key column of a group of the view.
     *
     * @param required true: users give the entry {@code prefix + feature}; false: it is taken from the entry
     *     {@code joinOn}
     * @param joinOn empty when required
     */
    public record ServingKey(int node, Feature feature, String prefix, boolean required, String joinOn) {
        /** The name of the entry from which the key is taken. */
        public String entry() {
            return required ? prefix + feature.name() : joinOn;
        }
    }

    /**
     * @throws FeatureStoreException {@code FEATURE_GROUP_NOT_FOUND}, {@code INVALID_QUERY} or
     *     {@code INVALID_FEATURE_VIEW}
     */
    public static ViewTree of(FeatureView view, Map<GroupReference, FeatureGroup> groups) {
        return new ViewTree(view, QueryTree.of(view.query(), groups));
    }

    private static List<ViewFeature> features(FeatureView view, QueryTree tree) {
        if (tree.columns().isEmpty()) {
            throw wrong("features: none is selected (expected: at least one)");
        }
        Map<Integer, EnumSet<Mark>> marks = new HashMap<>();
        for (Marked marked : view.marked()) {
            marks.computeIfAbsent(indexOf(tree, marked), index -> EnumSet.noneOf(Mark.class))
                    .add(marked.mark());
        }
        List<ViewFeature> features = new ArrayList<>();
        for (int index = 0; index < tree.columns().size(); index++) {
            features.add(
                    new ViewFeature(tree.columns().get(index), marks.getOrDefault(index, EnumSet.noneOf(Mark.class))));
        }
        return List.copyOf(features);
    }

    private static int indexOf(QueryTree tree, Marked marked) {
        List<Column> columns = tree.columns();
        Long group = marked.featureGroupId();
        for (int index = 0; index < columns.size(); index++) {
            Column column = columns.get(index);
            boolean named = column.feature().name().equals(marked.feature());
            if (named
                    && (group == null
                            || group == tree.nodes().get(column.node()).group().id())) {
                return index;
            }
        }
        for (int index = 0; index < columns.size(); index++) {
            if (columns.get(index).name().equals(marked.feature())) {
                return index;
            }
        }
        throw wrong(marked.mark().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": '"
                + Names.shorten(marked.feature()) + "' (expected: one of the features that the query selects)");
    }

    private static List<ServingKey> keys(QueryTree tree) {
        List<ServingKey> keys = new ArrayList<>();
        Map<Integer, Map<String, ServingKey>> byNode = new HashMap<>();
        Set<String> entries = new HashSet<>();
        for (Node node : tree.nodes()) {
            Map<String, ServingKey> own = new LinkedHashMap<>();
            Map<String, ServingKey> parent = byNode.getOrDefault(node.parent(), Map.of());
            for (Feature key : node.group().keys()) {
                ServingKey serving = key(node, key, parent, entries);
                if (serving.required()) {
                    entries.add(serving.entry());
                }
                own.put(key.name(), serving);
                keys.add(serving);
            }
            byNode.put(node.index(), own);
        }
        return List.copyOf(keys);
    }

    /** A key that meets a key of the parent is taken from there; another one has to be given. */
    private static ServingKey key(Node node, Feature key, Map<String, ServingKey> parent, Set<String> entries) {
        for (QueryTree.JoinColumn column : node.on()) {
            ServingKey source = column.right().equals(key.name()) ? parent.get(column.left()) : null;
            if (source != null) {
                return new ServingKey(node.index(), key, node.prefix(), false, source.entry());
            }
        }
        String prefix = node.prefix();
        if (entries.contains(prefix + key.name())) {
            prefix = node.index() + "_" + prefix;
        }
        return new ServingKey(node.index(), key, prefix, true, "");
    }

    public FeatureView view() {
        return view;
    }

    public QueryTree tree() {
        return tree;
    }

    /** In view order, labels and helper columns included. */
    public List<ViewFeature> features() {
        return features;
    }

    public List<ServingKey> keys() {
        return keys;
    }

    public List<ServingKey> keys(Node node) {
        return keys.stream().filter(key -> key.node() == node.index()).toList();
    }

    public Node node(ViewFeature feature) {
        return tree.nodes().get(feature.column().node());
    }

    /** True when the group is online and gives something else than labels. */
    public boolean reads(Node node) {
        return node.group().online()
                && features.stream()
                        .anyMatch(feature -> feature.column().node() == node.index() && !feature.has(Mark.LABEL));
    }

    /** The on-demand functions of all groups whose result is a feature of the view, and what those need. */
    public List<TransformationFunction> onDemandFunctions() {
        Map<Long, TransformationFunction> functions = new LinkedHashMap<>();
        for (Node node : tree.nodes()) {
            boolean used = features.stream()
                    .anyMatch(feature -> feature.column().node() == node.index()
                            && feature.column().feature().has(Feature.Mark.ON_DEMAND));
            if (used) {
                node.group().definition().functions().forEach(function -> functions.put(function.id(), function));
            }
        }
        return List.copyOf(functions.values());
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_FEATURE_VIEW, message);
    }
}
