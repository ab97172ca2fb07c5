package io.hopyard.core.catalog;

import io.hopyard.core.feature.AvroSubject;

/** The schemas of feature groups as the public client wants them. Thread safe. */
public final class SubjectTexts implements FeatureGroups.Schemas {
    @Override
    public String text(FeatureStore store, FeatureGroup group) {
        return AvroSubject.text(
                store.name(),
                group.name(),
                group.version(),
                group.features().stream()
                        .map(feature -> new AvroSubject.Field(feature.name(), feature.type()))
                        .toList());
    }
}
