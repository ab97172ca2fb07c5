package io.hopyard.core.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feature group as it is stored.
 *
 * @param id also the number of its online table
 * @param subjectId the number under which its current Avro schema is registered
 * @param subjectVersion how often the schema has been extended, plus one
 * @param clearedBefore per partition of the topic the offset below which records are ignored; empty = never cleared
 */
public record FeatureGroup(
        long id,
        long projectId,
        State state,
        Definition definition,
        long subjectId,
        int subjectVersion,
        List<Long> clearedBefore,
        Creation creation) {
    public FeatureGroup {
        clearedBefore = List.copyOf(clearedBefore);
    }

    /** Where a feature group is in its life; only an active one is seen by others. */
    public enum State {
        /** Its rows are there, its topic may not be. */
        CREATING,
        ACTIVE,
        /** Topic and online rows are being removed. */
        DELETING
    }

    /**
     * What a user says about a feature group; checked by {@link Definitions}.
     *
     * @param features in the order in which they were defined; later ones are appended
     * @param eventTime name of a feature, or null
     * @param ttl null = rows do not expire
     * @param onlineConfig a JSON object as it came, or null
     * @param functions on-demand functions
     */
    public record Definition(
            String name,
            int version,
            String description,
            List<Feature> features,
            @Nullable String eventTime,
            boolean onlineEnabled,
            @Nullable Ttl ttl,
            StatisticsConfig statistics,
            @Nullable String notificationTopic,
            boolean deprecated,
            @Nullable String onlineConfig,
            List<TransformationFunction> functions,
            List<GroupReference> parents) {
        public Definition {
            features = List.copyOf(features);
            functions = List.copyOf(functions);
            parents = List.copyOf(parents);
        }

        public Definition withFeatures(List<Feature> other) {
            return with(version, other, statistics, deprecated, functions);
        }

        public Definition withVersion(int other) {
            return with(other, features, statistics, deprecated, functions);
        }

        public Definition withFunctions(List<TransformationFunction> other) {
            return with(version, features, statistics, deprecated, other);
        }

        public Definition withStatistics(StatisticsConfig other) {
            return with(version, features, other, deprecated, functions);
        }

        public Definition withDeprecated(boolean other) {
            return with(version, features, statistics, other, functions);
        }

        private Definition with(
                int newVersion,
                List<Feature> newFeatures,
                StatisticsConfig newStatistics,
                boolean newDeprecated,
                List<TransformationFunction> newFunctions) {
            return new Definition(
                    name,
                    newVersion,
                    description,
                    newFeatures,
                    eventTime,
                    onlineEnabled,
                    ttl,
                    newStatistics,
                    notificationTopic,
                    newDeprecated,
                    onlineConfig,
                    newFunctions,
                    parents);
        }
    }

    /**
     * The life of a row after its event time.
     *
     * @param enabled false: the time is remembered, rows do not expire
     */
    public record Ttl(long seconds, boolean enabled) {}

    /** Names a feature group anywhere. */
    public record GroupReference(long projectId, long featureGroupId) {}

    public GroupReference reference() {
        return new GroupReference(projectId, id);
    }

    public String name() {
        return definition.name();
    }

    public int version() {
        return definition.version();
    }

    public List<Feature> features() {
        return definition.features();
    }

    public boolean online() {
        return definition.onlineEnabled();
    }

    public @Nullable Feature findFeature(String name) {
        for (Feature feature : definition.features()) {
            if (feature.name().equals(name)) {
                return feature;
            }
        }
        return null;
    }

    public List<Feature> keys() {
        return definition.features().stream().filter(Feature::primary).toList();
    }

    /** The name of its online table and of its subject. */
    public String table() {
        return definition.name() + "_" + definition.version();
    }

    /** The topic through which its rows come. */
    public String topic() {
        return projectId + "_" + id + "_" + definition.name() + "_" + definition.version() + "_onlinefs";
    }

    public FeatureGroup withState(State other) {
        return new FeatureGroup(id, projectId, other, definition, subjectId, subjectVersion, clearedBefore, creation);
    }

    public FeatureGroup withDefinition(Definition other) {
        return new FeatureGroup(id, projectId, state, other, subjectId, subjectVersion, clearedBefore, creation);
    }

    public FeatureGroup withSubject(long newId, int newVersion) {
        return new FeatureGroup(id, projectId, state, definition, newId, newVersion, clearedBefore, creation);
    }

    public FeatureGroup withClearedBefore(List<Long> offsets) {
        return new FeatureGroup(id, projectId, state, definition, subjectId, subjectVersion, offsets, creation);
    }
}
