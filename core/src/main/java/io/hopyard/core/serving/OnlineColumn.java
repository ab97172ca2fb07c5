package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import org.jspecify.annotations.Nullable;

/**
 * A column of an online table.
 *
 * @param defaultValue what a row has that was written before the column was added, in the Java type of the column; null
 *     = none
 */
public record OnlineColumn(
        String name, FeatureType featureType, @Nullable Object defaultValue) {
    public ColumnType type() {
        return ColumnType.of(featureType);
    }
}
