package io.hopyard.core.catalog;

import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a feature group's online table. */
public final class OnlineSchemas {
    private OnlineSchemas() {}

    /**
     * The online table of an online feature group: its number is the group's id, an ordinal is the place of the feature
     * in the group, the key is encoded in that order too.
     */
    public static OnlineSchema of(FeatureGroup group) {
        List<Integer> keys = new ArrayList<>();
        Integer eventTime = null;
        for (int ordinal = 0; ordinal < group.features().size(); ordinal++) {
            Feature feature = group.features().get(ordinal);
            if (feature.primary()) {
                keys.add(ordinal);
            }
            if (feature.name().equals(group.definition().eventTime())) {
                eventTime = ordinal;
            }
        }
        return new OnlineSchema(group.id(), columns(group), keys, eventTime, ttlMillis(group));
    }

    /** One column per feature, in the group's order. */
    public static List<OnlineColumn> columns(FeatureGroup group) {
        List<OnlineColumn> columns = new ArrayList<>();
        for (Feature feature : group.features()) {
            columns.add(new OnlineColumn(feature.name(), feature.type(), DefaultValues.parse(feature)));
        }
        return columns;
    }

    private static @Nullable Long ttlMillis(FeatureGroup group) {
        FeatureGroup.Ttl ttl = group.definition().ttl();
        return ttl == null || !ttl.enabled() ? null : ttl.seconds() * 1_000L;
    }
}
