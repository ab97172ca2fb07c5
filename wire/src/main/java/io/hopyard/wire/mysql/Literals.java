package io.hopyard.wire.mysql;

import io.hopyard.core.serving.CivilTime;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.ColumnValue;
import io.hopyard.core.serving.OnlineColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Gives literals the type of the column that they are compared with. */
final class Literals {
    private static final int SHOWN_MAX = 64;

    private Literals() {}

    /**
     * The literal in the Java type of the column.
     *
     * @return null when no value of the column can be equal to it, for example a number out of range
     * @throws MysqlError 1366 when it is no value of this kind at all
     */
    static @Nullable Object equalTo(OnlineColumn column, Object literal) {
        Object given = forKind(column.type(), literal);
        if (given == null) {
            return null;
        }
        Object typed = ColumnValue.parse(column, given);
        if (typed == null && !(numeric(column.type()) && decimal(given) != null)) {
            throw wrong(column, given);
        }
        return typed;
    }

    /** What a column of numbers is compared with; others as {@link #equalTo}. */
    static Object ordered(OnlineColumn column, Object literal) {
        Object given = forKind(column.type(), literal);
        if (given == null) {
            throw wrong(column, literal);
        }
        if (column.type() == ColumnType.DATE) {
            Long micros = given instanceof String text ? CivilTime.micros(text) : null;
            if (micros == null) {
                throw wrong(column, given);
            }
            return micros;
        }
        if (!numeric(column.type())) {
            Object typed = ColumnValue.parse(column, given);
            if (typed == null) {
                throw wrong(column, given);
            }
            return typed;
        }
        BigDecimal number = decimal(given);
        if (number == null) {
            throw wrong(column, given);
        }
        return switch (column.type()) {
            case FLOAT -> (Object) number.floatValue();
            case DOUBLE -> (Object) number.doubleValue();
            default -> number;
        };
    }

    /**
     * Compares a value of a column with what {@link #ordered} made of a literal.
     *
     * @param value in the Java type of the column
     */
    static int compare(ColumnType type, Object value, Object ordered) {
        return switch (type) {
            case BOOLEAN -> BigDecimal.valueOf((Boolean) value ? 1 : 0).compareTo((BigDecimal) ordered);
            case TINYINT, SMALLINT, INT, BIGINT ->
                BigDecimal.valueOf((Long) value).compareTo((BigDecimal) ordered);
            case DECIMAL -> ((BigDecimal) value).compareTo((BigDecimal) ordered);
            case FLOAT -> Float.compare((Float) value, (Float) ordered);
            case DOUBLE -> Double.compare((Double) value, (Double) ordered);
            case STRING -> ((String) value).compareTo((String) ordered);
            case DATE -> Long.compare(Math.multiplyExact((Long) value, CivilTime.MICROS_PER_DAY), (Long) ordered);
            case TIMESTAMP -> Long.compare((Long) value, (Long) ordered);
            case BINARY -> Arrays.compareUnsigned((byte[]) value, (byte[]) ordered);
            case COMPLEX -> throw MysqlError.unsupported("comparing arrays, maps or structs");
        };
    }

    /** Compares the values of two columns; numbers with numbers, times with times, else like with like. */
    static int compare(OnlineColumn one, Object left, OnlineColumn other, Object right) {
        if (numeric(one.type()) && numeric(other.type())) {
            return left instanceof Long a && right instanceof Long b
                    ? Long.compare(a, b)
                    : Double.compare(plain(left).doubleValue(), plain(right).doubleValue());
        }
        if (time(one.type()) && time(other.type())) {
            return Long.compare(micros(one, (Long) left), micros(other, (Long) right));
        }
        if (one.type() != other.type()) {
            throw MysqlError.unsupported("comparing " + one.featureType().text() + " with "
                    + other.featureType().text());
        }
        return compare(one.type(), left, right);
    }

    private static Number plain(Object value) {
        return value instanceof Boolean flag ? Integer.valueOf(flag ? 1 : 0) : (Number) value;
    }

    private static boolean time(ColumnType type) {
        return type == ColumnType.DATE || type == ColumnType.TIMESTAMP;
    }

    private static long micros(OnlineColumn column, long value) {
        return column.type() == ColumnType.DATE ? Math.multiplyExact(value, CivilTime.MICROS_PER_DAY) : value;
    }

    /** Equal keys of one column compare equal as objects, except for bytes. */
    static boolean equal(Object value, Object typed) {
        return switch (value) {
            case byte[] bytes -> typed instanceof byte[] other && Arrays.equals(bytes, other);
            case BigDecimal number -> typed instanceof BigDecimal other && number.compareTo(other) == 0;
            default -> value.equals(typed);
        };
    }

    private static @Nullable Object forKind(ColumnType type, Object literal) {
        if (type == ColumnType.COMPLEX) {
            throw MysqlError.unsupported("comparing arrays, maps or structs");
        }
        if (type == ColumnType.BINARY) {
            return literal instanceof byte[] ? literal : literal.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (literal instanceof byte[] bytes) {
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
            } catch (CharacterCodingException e) {
                return null; // no text, so equal to no text
            }
        }
        return literal;
    }

    private static boolean numeric(ColumnType type) {
        return switch (type) {
            case BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> true;
            case STRING, DATE, TIMESTAMP, BINARY, COMPLEX -> false;
        };
    }

    private static @Nullable BigDecimal decimal(Object literal) {
        BigDecimal number = switch (literal) {
            case Long whole -> BigDecimal.valueOf(whole);
            case BigDecimal exact -> exact;
            default -> parse(literal.toString());
        };
        return number == null || Math.abs((long) number.scale()) > 1_000 ? null : number;
    }

    private static @Nullable BigDecimal parse(String text) {
        if (text.isEmpty() || text.length() > 400) {
            return null;
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static MysqlError wrong(OnlineColumn column, Object literal) {
        String text = literal instanceof byte[] bytes ? bytes.length + " bytes" : literal.toString();
        String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + ".." : text;
        return new MysqlError(
                MysqlError.Kind.WRONG_VALUE,
                "Incorrect " + column.featureType().text() + " value: '" + shown + "' for column '" + column.name()
                        + "'");
    }
}
