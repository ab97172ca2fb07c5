package io.hopyard.core.catalog;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ColumnType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One feature of a feature group.
 *
 * @param onlineType the MySQL-like type of its online column, for example {@code varchar(100)}; null when the group is
 *     not online
 * @param defaultValue what rows have that were written before the feature was appended, as text; null = none
 */
public record Feature(
        String name,
        FeatureType type,
        @Nullable String description,
        Set<Mark> marks,
        @Nullable String onlineType,
        @Nullable String defaultValue) {

    /** What a feature is besides a value. */
    public enum Mark {
        PRIMARY,
        FOREIGN,
        PARTITION,
        PRECOMBINE,
        ON_DEMAND,
        OFFLINE_ONLY
    }

    private static final int DEFAULT_LENGTH = 100;
    private static final Pattern ONLINE_TYPE =
            Pattern.compile("[a-z]{1,20}(\\([0-9]{1,6}(, ?[0-9]{1,6})?\\))?( unsigned)?( (not )?null)?");

    public Feature {
        Names.checkFeature(name);
        Names.checkDescription("description of feature '" + name + "'", description);
        if (defaultValue != null && defaultValue.length() > Limits.DEFAULT_VALUE_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_GROUP,
                    "default value of feature '" + name + "' of " + defaultValue.length()
                            + " characters (expected: at most " + Limits.DEFAULT_VALUE_LENGTH_MAX + ")");
        }
        if (onlineType != null) {
            onlineType = onlineType.strip().toLowerCase(Locale.ROOT);
            if (!ONLINE_TYPE.matcher(onlineType).matches()) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_FEATURE_GROUP,
                        "online type of feature '" + name + "': " + Names.shorten(onlineType)
                                + " (expected: a type like bigint or varchar(100))");
            }
        }
        EnumSet<Mark> copy = EnumSet.noneOf(Mark.class);
        copy.addAll(marks);
        marks = java.util.Collections.unmodifiableSet(copy);
    }

    public boolean has(Mark mark) {
        return marks.contains(mark);
    }

    public boolean primary() {
        return has(Mark.PRIMARY);
    }

    public Feature withOnlineType(@Nullable String other) {
        return new Feature(name, type, description, marks, other, defaultValue);
    }

    public Feature withDescription(@Nullable String other) {
        return new Feature(name, type, other, marks, onlineType, defaultValue);
    }

    /** The online type of a feature for which the user named none. */
    public static String defaultOnlineType(FeatureType type) {
        ColumnType column = ColumnType.of(type);
        return switch (column) {
            case BOOLEAN -> "tinyint";
            case STRING -> "varchar(" + DEFAULT_LENGTH + ")";
            case BINARY, COMPLEX -> "varbinary(" + DEFAULT_LENGTH + ")";
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, DATE, TIMESTAMP -> type.text();
        };
    }
}
