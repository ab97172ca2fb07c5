package io.hopyard.core.catalog;

import io.hopyard.core.catalog.Feature.Mark;
import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.EventTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what a user says about a feature group, fills what he left open, and merges later changes. */
public final class Definitions {
    private Definitions() {}

    /**
     * The definition of a new feature group, with the online types filled in.
     *
     * @throws FeatureStoreException {@code INVALID_FEATURE_GROUP} that names the value and what was expected
     */
    public static Definition checked(Definition definition) {
        Names.checkEntity(ErrorCode.INVALID_FEATURE_GROUP, "feature group name", definition.name());
        Names.checkVersion(ErrorCode.INVALID_FEATURE_GROUP, definition.version());
        Names.checkDescription("description", definition.description());
        List<Feature> features = new ArrayList<>();
        for (Feature feature : definition.features()) {
            features.add(withOnlineType(feature, definition.onlineEnabled()));
        }
        Definition filled = definition.withFeatures(features);
        checkFeatures(filled);
        checkKeys(filled);
        checkEventTime(filled);
        checkTtl(filled);
        checkStatistics(filled);
        return filled;
    }

    /**
     * The definition after a change that the user sent whole: known features keep their place, type and marks and may
     * get another description; new ones are appended.
     *
     * @throws FeatureStoreException {@code INVALID_FEATURE_GROUP} for a change that stored rows forbid
     */
    public static Definition updated(Definition old, Definition wanted) {
        Map<String, Feature> sent = new LinkedHashMap<>();
        for (Feature feature : wanted.features()) {
            if (sent.put(feature.name(), feature) != null) {
                throw twice(feature.name());
            }
        }
        List<Feature> features = new ArrayList<>();
        for (Feature known : old.features()) {
            Feature change = sent.remove(known.name());
            if (change == null) {
                throw wrong("feature '" + known.name()
                        + "' is missing (expected: every feature the group has; a feature" + " cannot be removed)");
            }
            features.add(changed(known, change));
        }
        for (Feature added : sent.values()) {
            features.add(appended(added, old.onlineEnabled()));
        }
        return checked(new Definition(
                old.name(),
                old.version(),
                wanted.description(),
                features,
                old.eventTime(),
                old.onlineEnabled(),
                wanted.ttl(),
                wanted.statistics(),
                wanted.notificationTopic(),
                wanted.deprecated(),
                old.onlineConfig(),
                old.functions(),
                old.parents()));
    }

    private static Feature changed(Feature known, Feature change) {
        if (!known.type().equals(change.type())) {
            throw wrong("type of feature '" + known.name() + "': "
                    + change.type().text() + " (expected: " + known.type().text() + "; a type cannot be changed)");
        }
        if (known.primary() != change.primary()) {
            throw wrong("feature '" + known.name() + "' "
                    + (change.primary() ? "as a new primary key" : "as no primary key any more")
                    + " (expected: the primary key of the group unchanged)");
        }
        return known.withDescription(change.description());
    }

    private static Feature appended(Feature added, boolean online) {
        if (added.primary() || added.has(Mark.PARTITION)) {
            throw wrong("appended feature '" + added.name()
                    + "' is part of the key (expected: a feature that is neither primary nor partition key)");
        }
        return withOnlineType(added, online);
    }

    private static Feature withOnlineType(Feature feature, boolean online) {
        if (!online) {
            return feature.withOnlineType(null);
        }
        return feature.onlineType() != null
                ? feature
                : feature.withOnlineType(Feature.defaultOnlineType(feature.type()));
    }

    private static void checkFeatures(Definition definition) {
        List<Feature> features = definition.features();
        if (features.isEmpty() || features.size() > Limits.FEATURES_MAX) {
            throw wrong("features: " + features.size() + " (expected: 1 to " + Limits.FEATURES_MAX + ")");
        }
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            if (!names.add(feature.name())) {
                throw twice(feature.name());
            }
            DefaultValues.parse(feature);
        }
        if (definition.functions().size() > Limits.FUNCTIONS_MAX) {
            throw wrong("transformation functions: " + definition.functions().size() + " (expected: at most "
                    + Limits.FUNCTIONS_MAX + ")");
        }
        if (definition.parents().size() > Limits.PARENTS_MAX) {
            throw wrong("parents: " + definition.parents().size() + " (expected: at most " + Limits.PARENTS_MAX + ")");
        }
    }

    private static void checkKeys(Definition definition) {
        if (!definition.onlineEnabled()) {
            return;
        }
        int keys = 0;
        for (Feature feature : definition.features()) {
            if (!feature.primary()) {
                continue;
            }
            keys++;
            if (!ColumnType.of(feature.type()).usableAsKey()) {
                throw wrong("primary key '" + feature.name() + "' of type "
                        + feature.type().text()
                        + " (expected for an online feature group: boolean, a whole number, decimal, string, date,"
                        + " timestamp or binary)");
            }
        }
        if (keys == 0) {
            throw wrong("primary key: none (expected for an online feature group: at least one feature)");
        }
    }

    private static void checkEventTime(Definition definition) {
        String eventTime = definition.eventTime();
        if (eventTime == null) {
            return;
        }
        Feature feature = find(definition.features(), eventTime);
        if (feature == null) {
            throw wrong("event time: '" + Names.shorten(eventTime) + "' (expected: one of the features "
                    + names(definition.features()) + ")");
        }
        if (!EventTime.usable(ColumnType.of(feature.type()))) {
            throw wrong("event time '" + eventTime + "' of type "
                    + feature.type().text() + " (expected: timestamp, date, bigint or int)");
        }
    }

    private static void checkTtl(Definition definition) {
        FeatureGroup.Ttl ttl = definition.ttl();
        if (ttl == null) {
            return;
        }
        if (ttl.seconds() < 1 || ttl.seconds() > Limits.TTL_SECONDS_MAX) {
            throw wrong("ttl: " + ttl.seconds() + " seconds (expected: 1 to " + Limits.TTL_SECONDS_MAX + ")");
        }
        if (ttl.enabled() && definition.eventTime() == null) {
            throw wrong("ttl: " + ttl.seconds()
                    + " seconds without an event time (expected: an event time, from which the life of a row counts)");
        }
    }

    private static void checkStatistics(Definition definition) {
        for (String column : definition.statistics().columns()) {
            if (find(definition.features(), column) == null) {
                throw wrong("statistics column: '" + Names.shorten(column) + "' (expected: one of the features "
                        + names(definition.features()) + ")");
            }
        }
    }

    /** True when both describe the same feature group, so that a repeated creation may go on where the first stopped. */
    static boolean same(Definition one, Definition other) {
        return Objects.equals(forComparison(one), forComparison(other));
    }

    private static Map<String, Object> forComparison(Definition definition) {
        Map<String, Object> parts = new HashMap<>();
        parts.put("name", definition.name());
        parts.put("version", definition.version());
        parts.put("features", definition.features());
        parts.put("online", definition.onlineEnabled());
        parts.put("eventTime", String.valueOf(definition.eventTime()));
        parts.put("ttl", String.valueOf(definition.ttl()));
        return parts;
    }

    static @Nullable Feature find(List<Feature> features, String name) {
        for (Feature feature : features) {
            if (feature.name().equals(name)) {
                return feature;
            }
        }
        return null;
    }

    /** Some of the names, for a message. */
    public static String names(List<Feature> features) {
        List<String> names = features.stream().map(Feature::name).limit(20).toList();
        return String.join(", ", names) + (features.size() > names.size() ? ", .." : "");
    }

    private static FeatureStoreException twice(String name) {
        return wrong("feature '" + name + "' comes twice (expected: different names)");
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_FEATURE_GROUP, message);
    }
}
