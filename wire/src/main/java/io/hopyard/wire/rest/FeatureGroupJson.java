package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.Feature.Mark;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.StatisticsConfig;
import io.hopyard.core.catalog.StatisticsConfig.Option;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Feature groups as JSON. */
final class FeatureGroupJson {
    /** What every group is answered as, whatever was asked: the client then writes through the log. */
    static final String TYPE = "streamFeatureGroupDTO";

    private static final String CACHED_TYPE = "cachedFeaturegroupDTO";
    private static final String EXTERNAL_TYPE = "onDemandFeaturegroupDTO";
    private static final String LABEL = "ICEBERG";

    private FeatureGroupJson() {}

    // ---- in

    /** What a client says about a new feature group; version 0 when it names none. */
    static Definition definition(ObjectNode json) {
        refuseUnavailable(json);
        Integer version = Members.findSmallNumber(json, "version");
        if (version != null) {
            Names.checkVersion(ErrorCode.INVALID_FEATURE_GROUP, version);
        }
        return new Definition(
                Members.text(json, "name"),
                version == null ? 0 : version,
                Members.text(json, "description", ""),
                features(json),
                eventTime(json),
                Members.flag(json, "onlineEnabled", false),
                ttl(json, null),
                statistics(json, StatisticsConfig.DEFAULT),
                Members.findText(json, "notificationTopicName"),
                Members.flag(json, "deprecated", false),
                onlineConfig(json),
                FunctionJson.parseAll(json, "transformationFunctions"),
                parents(json));
    }

    /** What a client wants a feature group to be from now on; what it leaves out stays. */
    static Definition change(ObjectNode json, Definition old) {
        return new Definition(
                old.name(),
                old.version(),
                Members.text(json, "description", old.description()),
                Members.find(json, "features") == null ? old.features() : features(json),
                old.eventTime(),
                old.onlineEnabled(),
                ttl(json, old.ttl()),
                statistics(json, old.statistics()),
                Members.findText(json, "notificationTopicName"),
                Members.flag(json, "deprecated", old.deprecated()),
                old.onlineConfig(),
                old.functions(),
                old.parents());
    }

    /** A new group is always of {@link #TYPE}, whatever kind of table the client had in mind. */
    private static void checkType(@Nullable String type) {
        if (EXTERNAL_TYPE.equals(type)) {
            throw Members.notAvailable("type: an external or spine feature group");
        }
        if (type != null && !type.equals(TYPE) && !type.equals(CACHED_TYPE)) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_GROUP,
                    "type: '" + Texts.shown(type) + "' (expected: " + TYPE + " or " + CACHED_TYPE + ")");
        }
    }

    private static void refuseUnavailable(ObjectNode json) {
        checkType(Members.findText(json, "type"));
        if (Members.find(json, "embeddingIndex") != null) {
            throw Members.notAvailable("embeddingIndex: a vector index");
        }
        if (Members.find(json, "expectationSuite") != null) {
            throw Members.notAvailable("expectationSuite: data validation by the server");
        }
        if (Members.flag(json, "sinkEnabled", false)) {
            throw Members.notAvailable("sinkEnabled: a sink job");
        }
        if (Members.findText(json, "topicName") != null) {
            throw Members.notAvailable("topicName: a topic of your own; every feature group has one");
        }
        ObjectNode source = Members.findObject(json, "dataSource");
        ObjectNode connector = source == null ? null : Members.findObject(source, "storageConnector");
        if (connector != null && Members.find(connector, "id") != null) {
            throw Members.notAvailable("dataSource: a feature group over a storage connector");
        }
    }

    private static List<Feature> features(ObjectNode json) {
        List<Feature> features = new ArrayList<>();
        for (ObjectNode feature : Members.objects(json, "features")) {
            features.add(feature(feature));
        }
        return features;
    }

    private static Feature feature(ObjectNode json) {
        String name = Members.text(json, "name");
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        mark(marks, json, "primary", Mark.PRIMARY);
        mark(marks, json, "foreign", Mark.FOREIGN);
        mark(marks, json, "partition", Mark.PARTITION);
        mark(marks, json, "hudiPrecombineKey", Mark.PRECOMBINE);
        mark(marks, json, "onDemand", Mark.ON_DEMAND);
        mark(marks, json, "offlineOnly", Mark.OFFLINE_ONLY);
        return new Feature(
                name,
                type(name, Members.text(json, "type")),
                Members.findText(json, "description"),
                marks,
                Members.findText(json, "onlineType"),
                defaultValue(json));
    }

    private static @Nullable String defaultValue(ObjectNode json) {
        JsonNode value = Members.find(json, "defaultValue");
        if (value == null) {
            return null;
        }
        if (!value.isValueNode()) {
            throw Members.wrong("defaultValue", value, "a text");
        }
        return value.asText();
    }

    private static void mark(Set<Mark> marks, ObjectNode json, String member, Mark mark) {
        if (Members.flag(json, member, false)) {
            marks.add(mark);
        }
    }

    private static FeatureType type(String name, String text) {
        try {
            return FeatureType.parse(text);
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_GROUP, "feature '" + Names.shorten(name) + "': " + e.getMessage(), e);
        }
    }

    private static @Nullable String eventTime(ObjectNode json) {
        String name = Members.findText(json, "eventTime");
        return name == null || name.isEmpty() ? null : name;
    }

    private static FeatureGroup.@Nullable Ttl ttl(ObjectNode json, FeatureGroup.@Nullable Ttl old) {
        Long seconds = Members.findNumber(json, "ttl");
        if (seconds != null) {
            return new FeatureGroup.Ttl(seconds, Members.flag(json, "ttlEnabled", true));
        }
        return old == null
                ? null
                : new FeatureGroup.Ttl(old.seconds(), Members.flag(json, "ttlEnabled", old.enabled()));
    }

    static StatisticsConfig statistics(ObjectNode json, StatisticsConfig ifAbsent) {
        ObjectNode config = Members.findObject(json, "statisticsConfig");
        if (config == null) {
            return ifAbsent;
        }
        Set<Option> options = EnumSet.noneOf(Option.class);
        if (Members.flag(config, "enabled", true)) {
            options.add(Option.ENABLED);
        }
        if (Members.flag(config, "histograms", false)) {
            options.add(Option.HISTOGRAMS);
        }
        if (Members.flag(config, "correlations", false)) {
            options.add(Option.CORRELATIONS);
        }
        if (Members.flag(config, "exactUniqueness", false)) {
            options.add(Option.EXACT_UNIQUENESS);
        }
        return new StatisticsConfig(options, Members.texts(config, "columns"));
    }

    private static @Nullable String onlineConfig(ObjectNode json) {
        ObjectNode config = Members.findObject(json, "onlineConfig");
        return config == null ? null : Json.text(Members.withoutNulls(config));
    }

    private static List<GroupReference> parents(ObjectNode json) {
        List<GroupReference> parents = new ArrayList<>();
        for (ObjectNode parent : Members.objects(json, "parents")) {
            Long id = Members.findNumber(parent, "id");
            if (id == null) {
                throw Members.notAvailable("parents: a parent that is no stored feature group");
            }
            parents.add(new GroupReference(Members.number(parent, "featurestoreId"), id));
        }
        return parents;
    }

    // ---- out

    static ObjectNode toJson(FeatureStore store, FeatureGroup group) {
        ObjectNode json = head(store, group);
        Definition definition = group.definition();
        json.put("featurestoreName", store.name())
                .put("description", definition.description())
                .put(
                        "created",
                        Instant.ofEpochMilli(group.creation().atMillis()).toString())
                .put("onlineTopicName", group.topic())
                .put("deprecated", definition.deprecated());
        json.set("creator", creator(group.creation()));
        Members.put(json, "notificationTopicName", definition.notificationTopic());
        FeatureGroup.Ttl ttl = definition.ttl();
        json.put("ttlEnabled", ttl != null && ttl.enabled());
        if (ttl != null) {
            json.put("ttl", ttl.seconds());
        }
        json.set("statisticsConfig", toJson(definition.statistics()));
        String onlineConfig = definition.onlineConfig();
        if (onlineConfig != null) {
            json.set("onlineConfig", Json.parse(onlineConfig.getBytes(StandardCharsets.UTF_8)));
        }
        if (!definition.functions().isEmpty()) {
            json.set("transformationFunctions", FunctionJson.toJson(store.id(), definition.functions()));
        }
        return json;
    }

    /** What stands for a group inside features and serving keys of a view. */
    static ObjectNode head(FeatureStore store, FeatureGroup group) {
        ObjectNode json = Json.object()
                .put("type", TYPE)
                .put("id", group.id())
                .put("name", group.name())
                .put("version", group.version())
                .put("featurestoreId", store.id())
                .put("onlineEnabled", group.online())
                .put("timeTravelFormat", LABEL);
        Members.put(json, "eventTime", group.definition().eventTime());
        json.set("features", features(group));
        return json;
    }

    private static ArrayNode features(FeatureGroup group) {
        ArrayNode features = Json.array();
        group.features().forEach(feature -> features.add(toJson(group, feature)));
        return features;
    }

    static ObjectNode toJson(FeatureGroup group, Feature feature) {
        ObjectNode json = Json.object()
                .put("name", feature.name())
                .put("type", feature.type().text())
                .put("primary", feature.primary())
                .put("foreign", feature.has(Mark.FOREIGN))
                .put("partition", feature.has(Mark.PARTITION))
                .put("hudiPrecombineKey", feature.has(Mark.PRECOMBINE))
                .put("onDemand", feature.has(Mark.ON_DEMAND))
                .put("featureGroupId", group.id());
        if (feature.has(Mark.OFFLINE_ONLY)) {
            json.put("offlineOnly", true);
        }
        Members.put(json, "description", feature.description());
        Members.put(json, "onlineType", feature.onlineType());
        Members.put(json, "defaultValue", feature.defaultValue());
        return json;
    }

    static ObjectNode creator(Creation creation) {
        return Json.object().put("email", creation.email()).put("username", creation.username());
    }

    static ObjectNode toJson(StatisticsConfig config) {
        ObjectNode json = Json.object()
                .put("enabled", config.has(Option.ENABLED))
                .put("correlations", config.has(Option.CORRELATIONS))
                .put("histograms", config.has(Option.HISTOGRAMS))
                .put("exactUniqueness", config.has(Option.EXACT_UNIQUENESS));
        ArrayNode columns = Json.array();
        config.columns().forEach(columns::add);
        json.set("columns", columns);
        return json;
    }
}
