package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns a value as a client wrote it (JSON, SQL literal) into the Java type of a column. What counts is the column's
 * type, not the notation: {@code "5"} is a whole number where a whole number is wanted.
 */
public final class ColumnValue {
    /** No decimal has more digits, so larger exponents are refused before anything is computed with them. */
    private static final int DIGITS_MAX = FeatureType.Decimal.PRECISION_MAX;

    private ColumnValue() {}

    /**
     * @param value Long, BigDecimal, Double, String, Boolean or byte[]
     * @return the value in the Java type of the column ({@link ColumnType}), or null when it has none there
     */
    public static @Nullable Object parse(OnlineColumn column, Object value) {
        return switch (column.type()) {
            case BOOLEAN -> bool(value);
            case TINYINT -> whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case FLOAT -> {
                BigDecimal number = number(value);
                yield number == null ? null : Float.valueOf(number.floatValue());
            }
            case DOUBLE -> {
                BigDecimal number = number(value);
                yield number == null ? null : Double.valueOf(number.doubleValue());
            }
            case DECIMAL -> decimal((FeatureType.Decimal) column.featureType(), value);
            case STRING -> text(value);
            case DATE -> value instanceof String text ? CivilTime.days(text) : null;
            case TIMESTAMP -> timestamp(value);
            case BINARY -> binary(value);
            case COMPLEX -> null;
        };
    }

    private static @Nullable Boolean bool(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        return switch (value.toString().toLowerCase(Locale.ROOT)) {
            case "1", "true" -> Boolean.TRUE;
            case "0", "false" -> Boolean.FALSE;
            default -> null;
        };
    }

    private static @Nullable Long whole(Object value, long min, long max) {
        Long number = value instanceof Long exact ? exact : wholeOf(value);
        return number == null || number < min || number > max ? null : number;
    }

    private static @Nullable Long wholeOf(Object value) {
        BigDecimal number = number(value);
        if (number == null || number.precision() - number.scale() > 19) {
            return null;
        }
        BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > 0) {
            return null;
        }
        try {
            return plain.longValueExact();
        } catch (ArithmeticException e) {
            return null; // beyond 64 bits
        }
    }

    /** The number that was written, or null when it is none or has an exponent out of all bounds. */
    private static @Nullable BigDecimal number(Object value) {
        BigDecimal number;
        if (value instanceof Long whole) {
            return BigDecimal.valueOf(whole);
        }
        if (value instanceof BigDecimal decimal) {
            number = decimal;
        } else if (value instanceof Double || value instanceof String) {
            String text = value.toString();
            if (text.length() > 400 || text.isEmpty()) {
                return null;
            }
            try {
                number = new BigDecimal(text);
            } catch (NumberFormatException e) {
                return null;
            }
        } else {
            return null;
        }
        return Math.abs((long) number.scale()) > 1_000 ? null : number;
    }

    private static @Nullable BigDecimal decimal(FeatureType.Decimal type, Object value) {
        BigDecimal number = number(value);
        if (number == null) {
            return null;
        }
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (plain.scale() > type.scale() || plain.precision() - plain.scale() > DIGITS_MAX) {
            return null;
        }
        BigDecimal scaled = plain.setScale(type.scale(), RoundingMode.UNNECESSARY);
        return scaled.precision() > type.precision() ? null : scaled;
    }

    private static @Nullable String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toString();
        }
        return value instanceof Long || value instanceof Double ? value.toString() : null;
    }

    private static @Nullable Long timestamp(Object value) {
        if (value instanceof String text) {
            return CivilTime.micros(text);
        }
        Long millis = whole(value, Long.MIN_VALUE / 1_000, Long.MAX_VALUE / 1_000);
        return millis == null ? null : Long.valueOf(millis * 1_000);
    }

    private static byte @Nullable [] binary(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        if (!(value instanceof String text)) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null; // no base64
        }
    }
}
