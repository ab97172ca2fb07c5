package io.hopyard.core.catalog;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be called how. */
public final class Names {
    private static final Pattern ENTITY = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern FEATURE = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final int SHOWN_MAX = 100;

    private Names() {}

    /** The name of a feature group, a feature view or the like; {@code what} says which. */
    public static void checkEntity(ErrorCode code, String what, String name) {
        if (name.length() > Limits.NAME_LENGTH_MAX || !ENTITY.matcher(name).matches()) {
            throw new FeatureStoreException(
                    code,
                    what + ": '" + shorten(name) + "' (expected: 1 to " + Limits.NAME_LENGTH_MAX
                            + " lower-case letters, digits and '_', the first a letter)");
        }
    }

    public static void checkFeature(String name) {
        if (name.length() > Limits.NAME_LENGTH_MAX || !FEATURE.matcher(name).matches()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_GROUP,
                    "feature name: '" + shorten(name) + "' (expected: 1 to " + Limits.NAME_LENGTH_MAX
                            + " lower-case letters, digits and '_', the first no digit)");
        }
    }

    public static void checkVersion(ErrorCode code, int version) {
        if (version < 1) {
            throw new FeatureStoreException(code, "version: " + version + " (expected: >= 1)");
        }
    }

    public static void checkDescription(String what, @Nullable String description) {
        if (description != null && description.length() > Limits.DESCRIPTION_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    what + " of " + description.length() + " characters (expected: at most "
                            + Limits.DESCRIPTION_LENGTH_MAX + ")");
        }
    }

    /** At most so many characters of a user's text as fit into a message, without control characters. */
    public static String shorten(String text) {
        String shown = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "..";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
