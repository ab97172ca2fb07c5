package io.hopyard.core.catalog;

import io.hopyard.core.catalog.Feature.Mark;
import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.feature.FeatureType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes feature groups for tests. */
public final class GroupBuilder {
    public static final Creation CREATION = new Creation(7, "meb10000", "a@b.c", 1_767_225_600_000L);

    private final long id;
    private final String name;
    private final List<Feature> features = new ArrayList<>();
    private long projectId = 100;
    private @Nullable String eventTime;
    private boolean online = true;
    private FeatureGroup.@Nullable Ttl ttl;

    public GroupBuilder(long id, String name) {
        this.id = id;
        this.name = name;
    }

    private GroupBuilder add(String feature, String type, Set<Mark> marks, @Nullable String defaultValue) {
        features.add(new Feature(feature, FeatureType.parse(type), null, marks, null, defaultValue));
        return this;
    }

    public GroupBuilder key(String feature, String type) {
        return add(feature, type, Set.of(Mark.PRIMARY), null);
    }

    public GroupBuilder feature(String feature, String type) {
        return add(feature, type, Set.of(), null);
    }

    public GroupBuilder featureWithDefault(String feature, String type, String value) {
        return add(feature, type, Set.of(), value);
    }

    public GroupBuilder eventTime(String feature) {
        eventTime = feature;
        return this;
    }

    public GroupBuilder ttlSeconds(long seconds) {
        ttl = new FeatureGroup.Ttl(seconds, true);
        return this;
    }

    public GroupBuilder offline() {
        online = false;
        return this;
    }

    public GroupBuilder inProject(long other) {
        projectId = other;
        return this;
    }

    public Definition definition() {
        return new Definition(
                name,
                1,
                "",
                features,
                eventTime,
                online,
                ttl,
                StatisticsConfig.DEFAULT,
                null,
                false,
                null,
                List.of(),
                List.of());
    }

    public FeatureGroup build() {
        return new FeatureGroup(
                id,
                projectId,
                FeatureGroup.State.ACTIVE,
                Definitions.checked(definition()),
                1_000 + id,
                1,
                List.of(),
                CREATION);
    }
}
