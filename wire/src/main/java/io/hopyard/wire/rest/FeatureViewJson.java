package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.view.FeatureView;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.FeatureView.Marked;
import io.hopyard.core.view.QueryTree.Node;
import io.hopyard.core.view.ViewTree;
import io.hopyard.core.view.ViewTree.ServingKey;
import io.hopyard.core.view.ViewTree.ViewFeature;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Feature views as JSON. */
final class FeatureViewJson {
    private FeatureViewJson() {}

    /** What a client says about a new view; version 0 when it names none. */
    static FeatureView parse(ObjectNode json, FeatureStore store, Creation creation) {
        if (Members.flag(json, "loggingEnabled", false)) {
            throw Members.notAvailable("loggingEnabled: logging of features");
        }
        Integer version = Members.findSmallNumber(json, "version");
        if (version != null) {
            Names.checkVersion(ErrorCode.INVALID_FEATURE_VIEW, version);
        }
        List<Marked> marked = new ArrayList<>();
        for (ObjectNode feature : Members.objects(json, "features")) {
            addMarks(feature, marked);
        }
        return new FeatureView(
                0,
                store.id(),
                Members.text(json, "name"),
                version == null ? 0 : version,
                Members.text(json, "description", ""),
                QueryJson.parse(Members.object(json, "query")),
                marked,
                FunctionJson.parseAll(json, "transformationFunctions"),
                Members.findNumber(json, "maxFeatureAgeSecs"),
                creation);
    }

    private static void addMarks(ObjectNode feature, List<Marked> marked) {
        String name = Members.text(feature, "name");
        ObjectNode group = Members.findObject(feature, "featuregroup");
        Long groupId = group == null ? null : Members.findNumber(group, "id");
        mark(feature, "label", Mark.LABEL, name, groupId, marked);
        mark(feature, "inferenceHelperColumn", Mark.INFERENCE_HELPER, name, groupId, marked);
        mark(feature, "trainingHelperColumn", Mark.TRAINING_HELPER, name, groupId, marked);
    }

    private static void mark(
            ObjectNode feature, String member, Mark mark, String name, @Nullable Long groupId, List<Marked> marked) {
        if (Members.flag(feature, member, false)) {
            marked.add(new Marked(groupId, name, mark));
        }
    }

    static ObjectNode toJson(ViewTree tree, LongFunction<FeatureStore> stores) {
        FeatureView view = tree.view();
        FeatureStore store = stores.apply(view.projectId());
        ObjectNode json = Json.object()
                .put("type", "featureViewDTO")
                .put("id", view.id())
                .put("name", view.name())
                .put("version", view.version())
                .put("description", view.description())
                .put("featurestoreId", store.id())
                .put("featurestoreName", store.name())
                .put("created", Instant.ofEpochMilli(view.creation().atMillis()).toString())
                .put("loggingEnabled", false);
        json.set("creator", FeatureGroupJson.creator(view.creation()));
        Members.put(json, "maxFeatureAgeSecs", view.featureAgeMaxSeconds());
        json.set("query", new QueryJson.Writer(tree.tree(), stores).toJson());
        json.set("features", features(tree, stores));
        json.set("servingKeys", servingKeys(tree, stores));
        json.set("transformationFunctions", FunctionJson.toJson(store.id(), view.functions()));
        List<TransformationFunction> onDemand = tree.onDemandFunctions();
        if (!onDemand.isEmpty()) {
            json.set("onDemandTransformationFunctions", FunctionJson.toJson(store.id(), onDemand));
        }
        return json;
    }

    static ArrayNode features(ViewTree tree, LongFunction<FeatureStore> stores) {
        ArrayNode features = Json.array();
        int index = 0;
        for (ViewFeature feature : tree.features()) {
            Node node = tree.node(feature);
            Feature source = feature.column().feature();
            ObjectNode json = Json.object()
                    .put("name", feature.column().name())
                    .put("type", source.type().text())
                    .put("index", index++)
                    .put("label", feature.has(Mark.LABEL))
                    .put("inferenceHelperColumn", feature.has(Mark.INFERENCE_HELPER))
                    .put("trainingHelperColumn", feature.has(Mark.TRAINING_HELPER))
                    .put("featureGroupFeatureName", source.name());
            json.set("featuregroup", head(node, stores));
            TransformationFunction function = source.has(Feature.Mark.ON_DEMAND) ? producer(node, source) : null;
            if (function != null) {
                json.set(
                        "transformationFunction",
                        FunctionJson.toJson(node.group().projectId(), function));
            }
            features.add(json);
        }
        return features;
    }

    /** The on-demand function that makes a feature: one of its output columns bears the feature's name. */
    private static @Nullable TransformationFunction producer(Node node, Feature feature) {
        for (TransformationFunction function : node.group().definition().functions()) {
            var outputs =
                    Json.parse(function.udf().getBytes(StandardCharsets.UTF_8)).path("outputColumnNames");
            for (var output : outputs) {
                if (output.asText().equals(feature.name())) {
                    return function;
                }
            }
            if (function.name().equals(feature.name())) {
                return function;
            }
        }
        return null;
    }

    private static ObjectNode head(Node node, LongFunction<FeatureStore> stores) {
        FeatureGroup group = node.group();
        return FeatureGroupJson.head(stores.apply(group.projectId()), group);
    }

    private static ArrayNode servingKeys(ViewTree tree, LongFunction<FeatureStore> stores) {
        ArrayNode keys = Json.array();
        for (ServingKey key : tree.keys()) {
            ObjectNode json = Json.object()
                    .put("featureName", key.feature().name())
                    .put("joinIndex", key.node())
                    .put("required", key.required());
            json.set("featureGroup", head(tree.tree().nodes().get(key.node()), stores));
            Members.put(json, "prefix", key.prefix().isEmpty() ? null : key.prefix());
            Members.put(json, "joinOn", key.required() ? null : key.joinOn());
            keys.add(json);
        }
        return keys;
    }
}
