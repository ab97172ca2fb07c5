package io.hopyard.core.catalog;

import java.util.Locale;

/**
 * The feature store of a project.
 *
 * @param id the project's id, too
 * @param createdAtMillis milliseconds since 1970
 */
public record FeatureStore(long id, String projectName, long createdAtMillis) {
    private static final String SUFFIX = "_featurestore";

    /** The name in the public API. */
    public String name() {
        return database() + SUFFIX;
    }

    /** The online database, which is also the store's name on the online doors. */
    public String database() {
        return projectName.toLowerCase(Locale.ROOT);
    }
}
