package io.hopyard.core.catalog;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ColumnType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the default value of a feature from the text in which users give it. */
final class DefaultValues {
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd[' ']['T']HH:mm:ss")
            .optionalStart()
            .appendFraction(ChronoField.MICRO_OF_SECOND, 1, 6, true)
            .optionalEnd()
            .appendPattern("['Z']")
            .toFormatter(Locale.ROOT);

    private DefaultValues() {}

    /** The value in the Java type of the feature's column, or null when there is none. */
    static @Nullable Object parse(Feature feature) {
        String text = feature.defaultValue();
        if (text == null) {
            return null;
        }
        ColumnType type = ColumnType.of(feature.type());
        try {
            return switch (type) {
                case BOOLEAN -> flag(unquoted(text));
                case TINYINT -> ranged(unquoted(text), Byte.MIN_VALUE, Byte.MAX_VALUE);
                case SMALLINT -> ranged(unquoted(text), Short.MIN_VALUE, Short.MAX_VALUE);
                case INT -> ranged(unquoted(text), Integer.MIN_VALUE, Integer.MAX_VALUE);
                case BIGINT -> Long.valueOf(unquoted(text));
                case FLOAT -> finite(Float.valueOf(unquoted(text)));
                case DOUBLE -> finite(Double.valueOf(unquoted(text)));
                case DECIMAL -> decimal(feature, unquoted(text));
                case STRING -> unquoted(text);
                case DATE -> LocalDate.parse(unquoted(text)).toEpochDay();
                case TIMESTAMP -> micros(unquoted(text));
                case BINARY, COMPLEX -> throw new IllegalArgumentException("no default is possible");
            };
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_FEATURE_GROUP,
                    "default value of feature '" + feature.name() + "': " + Names.shorten(text) + " (expected: "
                            + expected(type, feature) + ")",
                    e);
        }
    }

    private static String expected(ColumnType type, Feature feature) {
        return switch (type) {
            case BINARY, COMPLEX ->
                "none, for a feature of type " + feature.type().text();
            case DATE -> "a date like 2026-01-31";
            case TIMESTAMP -> "a time like 2026-01-31 12:00:00";
            case BOOLEAN -> "true or false";
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL, STRING ->
                "a value of type " + feature.type().text();
        };
    }

    /** Some clients quote text as SQL does. */
    private static String unquoted(String text) {
        boolean quoted = text.length() >= 2 && text.charAt(0) == '\'' && text.charAt(text.length() - 1) == '\'';
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    private static Boolean flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException("no flag");
        };
    }

    private static Long ranged(String text, long min, long max) {
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static Float finite(Float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException("not finite");
        }
        return value;
    }

    private static Double finite(Double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("not finite");
        }
        return value;
    }

    private static BigDecimal decimal(Feature feature, String text) {
        FeatureType.Decimal type = (FeatureType.Decimal) feature.type();
        BigDecimal given = new BigDecimal(text);
        if (Math.abs((long) given.scale()) > Limits.DEFAULT_VALUE_LENGTH_MAX) {
            throw new IllegalArgumentException("exponent too large");
        }
        BigDecimal value = given.setScale(type.scale());
        if (value.precision() > type.precision()) {
            throw new IllegalArgumentException("too long");
        }
        return value;
    }

    private static Long micros(String text) {
        Instant time = LocalDateTime.parse(text, TIMESTAMP).toInstant(ZoneOffset.UTC);
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }
}
