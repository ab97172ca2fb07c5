package io.hopyard.core.project;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What data and people belong to. Its feature store has the same id.
 *
 * @param name unique without regard to case
 * @param ownerId the user who created it
 * @param ownerEmail of that user
 * @param createdMillis epoch milliseconds
 */
public record Project(long id, String name, String description, long ownerId, String ownerEmail, long createdMillis) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,62}");
    private static final String STORE_SUFFIX = "_featurestore";
    private static final Set<String> RESERVED =
            Set.of("mysql", "information_schema", "performance_schema", "sys", "hopsworks", "hopyard");
    private static final int DESCRIPTION_MAX = 2_000;

    /** Refuses a name that cannot be used in every place where project names appear. */
    static void checkName(String name) {
        if (!NAME.matcher(name).matches() || name.contains("__")) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "projectName: " + (name.length() > 80 ? name.substring(0, 80) + "..." : name)
                            + " (expected: 1 to 63 letters, digits and single underscores, the first a letter)");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower) || lower.endsWith(STORE_SUFFIX)) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "projectName: " + name + " (expected: no reserved name and none that ends with " + STORE_SUFFIX
                            + ")");
        }
    }

    static void checkDescription(String description) {
        if (description.length() > DESCRIPTION_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "description: " + description.length() + " characters (expected: at most " + DESCRIPTION_MAX + ")");
        }
    }

    /** The name of its feature store, {@code <lower-cased name>_featurestore}. */
    public String featureStoreName() {
        return name.toLowerCase(Locale.ROOT) + STORE_SUFFIX;
    }
}
