package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feature view as the online read path needs it.
 *
 * @param database lower-cased name of the view's project, which is also its online database
 * @param groups in order of their join index
 * @param features in view order, labels and helper columns included
 */
public record ServingView(
        long projectId,
        String database,
        String name,
        int version,
        List<ServingGroup> groups,
        List<ServingFeature> features) {
    public ServingView {
        groups = List.copyOf(groups);
        features = List.copyOf(features);
    }

    /**
     * One occurrence of a feature group in a view.
     *
     * @param projectId the project that owns the group, on which the reader needs rights
     * @param subject the group's current Avro schema, for complex features
     * @param read false when the group gives only labels, or is not online
     */
    public record ServingGroup(
            long featureGroupId,
            int joinIndex,
            long projectId,
            String prefix,
            OnlineSchema schema,
            String subject,
            List<ServingKey> keys,
            boolean read) {
        public ServingGroup {
            keys = List.copyOf(keys);
        }
    }

    /**
     * One primary-key column of a group.
     *
     * @param column its name in the group
     * @param required true: the entry is named prefix + column; false: the value of entry {@code joinOn} is used
     */
    public record ServingKey(
            String column,
            String prefix,
            boolean required,
            @Nullable String joinOn) {}

    /**
     * One feature of the view.
     *
     * @param name with the prefix of its join
     * @param group index into {@link ServingView#groups()}
     * @param ordinal of the column in the group's schema, or -1 when the group is not online
     */
    public record ServingFeature(
            String name,
            FeatureType type,
            int group,
            int ordinal,
            boolean label,
            boolean inferenceHelper,
            boolean trainingHelper) {}
}
