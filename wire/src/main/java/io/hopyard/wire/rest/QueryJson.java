package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.view.Query;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.Comparison;
import io.hopyard.core.view.Query.FeatureName;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.Join;
import io.hopyard.core.view.Query.JoinType;
import io.hopyard.core.view.Query.Logic;
import io.hopyard.core.view.QueryTree;
import io.hopyard.core.view.QueryTree.Located;
import io.hopyard.core.view.QueryTree.Node;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Queries and their filters as JSON. */
final class QueryJson {
    private QueryJson() {}

    // ---- in

    static Query parse(ObjectNode json) {
        return parse(json, 0);
    }

    private static Query parse(ObjectNode json, int depth) {
        if (depth > Limits.JOIN_DEPTH_MAX) {
            throw wrong("joins inside joins: " + depth + " (expected: at most " + Limits.JOIN_DEPTH_MAX + ")");
        }
        if (Members.find(json, "leftFeatureGroupStartTime") != null
                || Members.find(json, "leftFeatureGroupEndTime") != null) {
            throw Members.notAvailable("leftFeatureGroupStartTime, leftFeatureGroupEndTime: time travel");
        }
        if (Members.find(json, "lookback") != null) {
            throw Members.notAvailable("lookback: a bound on the age of joined rows");
        }
        if (Members.find(json, "spine") != null) {
            throw Members.notAvailable("spine: a query over rows of your own");
        }
        ObjectNode group = Members.object(json, "leftFeatureGroup");
        Long groupId = Members.findNumber(group, "id");
        if (groupId == null) {
            throw wrong("leftFeatureGroup: without an id (expected: a feature group that is stored; insert or save it"
                    + " first)");
        }
        List<String> features = new ArrayList<>();
        for (ObjectNode feature : Members.objects(json, "leftFeatures")) {
            features.add(Members.text(feature, "name"));
        }
        List<Join> joins = new ArrayList<>();
        for (ObjectNode join : Members.objects(json, "joins")) {
            joins.add(join(join, depth + 1));
        }
        return new Query(
                new GroupReference(storeId(json, group), groupId),
                features,
                joins,
                filter(Members.findObject(json, "filter")),
                Members.findNumber(json, "limit"));
    }

    private static long storeId(ObjectNode query, ObjectNode group) {
        Long id = Members.findNumber(group, "featurestoreId");
        return id == null ? Members.number(query, "featureStoreId") : id;
    }

    private static Join join(ObjectNode json, int depth) {
        return new Join(
                parse(Members.object(json, "query"), depth),
                constant(JoinType.class, "join type", Members.text(json, "type", "LEFT")),
                Members.text(json, "prefix", ""),
                names(json, "on"),
                names(json, "leftOn"),
                names(json, "rightOn"));
    }

    private static List<String> names(ObjectNode json, String member) {
        return Members.objects(json, member).stream()
                .map(feature -> Members.text(feature, "name"))
                .toList();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String what, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        throw wrong(
                what + ": '" + Names.shorten(text) + "' (expected: one of " + List.of(type.getEnumConstants()) + ")");
    }

    /** The filter of a query, or a filter that is sent alone; null when there is none. */
    static @Nullable Filter filter(@Nullable ObjectNode json) {
        return json == null ? null : node(json, 0);
    }

    private static Filter node(ObjectNode json, int depth) {
        if (depth > Limits.FILTER_DEPTH_MAX) {
            throw wrong("filter of " + depth + " levels (expected: at most " + Limits.FILTER_DEPTH_MAX + ")");
        }
        if (Members.find(json, "feature") != null) {
            return compared(json);
        }
        return new Combined(
                constant(Logic.class, "filter type", Members.text(json, "type", "SINGLE")),
                side(json, "leftFilter", "leftLogic", depth),
                side(json, "rightFilter", "rightLogic", depth));
    }

    private static @Nullable Filter side(ObjectNode json, String filter, String logic, int depth) {
        ObjectNode leaf = Members.findObject(json, filter);
        ObjectNode inner = Members.findObject(json, logic);
        if (leaf != null && inner != null) {
            throw wrong(filter + " and " + logic + " at once (expected: one of them)");
        }
        if (leaf != null) {
            return compared(leaf);
        }
        return inner == null ? null : node(inner, depth + 1);
    }

    private static Compared compared(ObjectNode json) {
        ObjectNode feature = Members.object(json, "feature");
        Comparison comparison = constant(Comparison.class, "condition", Members.text(json, "condition"));
        JsonNode value = Members.find(json, "value");
        String text = value == null ? null : value.isValueNode() ? value.asText() : Json.text(value);
        return new Compared(
                Members.findNumber(feature, "featureGroupId"),
                Members.text(feature, "name"),
                comparison,
                text,
                comparison == Comparison.IN && text != null ? elements(text) : List.of(),
                text == null ? null : otherFeature(text));
    }

    /** The client sends the values of IN as a JSON array in a text. */
    private static List<String> elements(String text) {
        JsonNode array = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        if (!array.isArray()) {
            throw wrong("values of IN: " + Names.shorten(text) + " (expected: a JSON array)");
        }
        List<String> elements = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isValueNode() || element.isNull()) {
                throw wrong(
                        "value of IN: " + Names.shorten(element.toString()) + " (expected: a number, text or flag)");
            }
            elements.add(element.asText());
        }
        return elements;
    }

    /** A comparison with a feature carries that feature as JSON in a text. */
    private static @Nullable FeatureName otherFeature(String text) {
        if (!text.startsWith("{")) {
            return null;
        }
        try {
            JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            if (json instanceof ObjectNode object && object.path("name").isTextual() && object.has("type")) {
                return new FeatureName(Members.findNumber(object, "featureGroupId"), Members.text(object, "name"));
            }
            return null;
        } catch (FeatureStoreException e) {
            if (e.code() == ErrorCode.INVALID_JSON) {
                return null; // a plain text that begins with a brace
            }
            throw e;
        }
    }

    // ---- out

    /** Writes queries with whole feature groups. */
    record Writer(QueryTree tree, LongFunction<FeatureStore> stores) {
        ObjectNode toJson() {
            return toJson(tree.root());
        }

        private ObjectNode toJson(Node node) {
            FeatureGroup group = node.group();
            FeatureStore store = stores.apply(group.projectId());
            ObjectNode json =
                    Json.object().put("featureStoreName", store.name()).put("featureStoreId", store.id());
            json.set("leftFeatureGroup", FeatureGroupJson.toJson(store, group));
            ArrayNode features = Json.array();
            for (String name : node.query().features()) {
                features.add(FeatureGroupJson.toJson(group, load(node, name)));
            }
            json.set("leftFeatures", features);
            ArrayNode joins = Json.array();
            for (Node child : tree.nodes()) {
                if (child.parent() == node.index()) {
                    joins.add(join(child));
                }
            }
            json.set("joins", joins);
            Filter filter = node.query().filter();
            if (filter != null) {
                json.set("filter", filter(filter));
            }
            Members.put(json, "limit", node.query().limit());
            json.put("hiveEngine", true);
            return json;
        }

        private static io.hopyard.core.catalog.Feature load(Node node, String name) {
            io.hopyard.core.catalog.Feature feature = node.group().findFeature(name);
            if (feature == null) {
                throw new IllegalStateException(
                        "feature '" + name + "' is not in group " + node.group().id());
            }
            return feature;
        }

        private ObjectNode join(Node child) {
            Join join = child.join();
            ObjectNode json = Json.object();
            if (join == null) {
                throw new IllegalStateException("node " + child.index() + " is no join");
            }
            json.put("type", join.type().name());
            Members.put(json, "prefix", join.prefix().isEmpty() ? null : join.prefix());
            json.set("query", toJson(child));
            Node parent = tree.nodes().get(child.parent());
            json.set("on", features(child, join.on()));
            json.set("leftOn", features(parent, join.leftOn()));
            json.set("rightOn", features(child, join.rightOn()));
            return json;
        }

        private static ArrayNode features(Node node, List<String> names) {
            ArrayNode features = Json.array();
            names.forEach(name -> features.add(FeatureGroupJson.toJson(node.group(), load(node, name))));
            return features;
        }

        /** As a logic node, also when it is a single comparison. */
        private ObjectNode filter(Filter filter) {
            return switch (filter) {
                case Combined combined -> {
                    ObjectNode json = Json.object().put("type", combined.logic().name());
                    put(json, "left", combined.left());
                    put(json, "right", combined.right());
                    yield json;
                }
                case Compared compared -> {
                    ObjectNode json = Json.object().put("type", Logic.SINGLE.name());
                    put(json, "left", compared);
                    yield json;
                }
            };
        }

        private void put(ObjectNode json, String side, @Nullable Filter filter) {
            switch (filter) {
                case null -> {}
                case Combined combined -> json.set(side + "Logic", filter(combined));
                case Compared compared -> json.set(side + "Filter", compared(compared));
            }
        }

        private ObjectNode compared(Compared compared) {
            Located located = tree.locate(new FeatureName(compared.featureGroupId(), compared.feature()));
            ObjectNode json = Json.object();
            json.set(
                    "feature",
                    FeatureGroupJson.toJson(tree.nodes().get(located.node()).group(), located.feature()));
            json.put("condition", compared.comparison().name());
            Members.put(json, "value", compared.value());
            return json;
        }
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_QUERY, message);
    }
}
