package io.hopyard.stream;

import io.hopyard.core.codec.AvroReader;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.ComplexValue;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows that were written under one subject into the columns of one online table, field by field by name. A
 * column that the subject does not know, because it was added later, gets its default value; a float that is NaN and a
 * complex value that is the encoding of null become null. Immutable, thread safe.
 *
 * <p>The public client writes complex fields as bytes that hold the field's own encoding, whatever the subject says.
 */
final class AvroRows {
    /** What lies in the bytes of a field. */
    private enum Wire {
        BOOLEAN,
        NUMBER,
        MILLIS,
        FLOAT,
        DOUBLE,
        STRING,
        BYTES,
        DECIMAL,
        COMPLEX
    }

    /**
     * How one field is read.
     *
     * @param nullBranch the union's branch that is null, or {@link #NO_UNION}
     */
    private record Step(int ordinal, OnlineColumn column, ColumnType type, Wire wire, int nullBranch, int scale) {}

    private static final int NO_UNION = -1;

    private final List<Step> steps;
    private final @Nullable Object[] defaults;

    private AvroRows(List<Step> steps, @Nullable Object[] defaults) {
        this.steps = steps;
        this.defaults = defaults;
    }

    /**
     * @param subject the schema's JSON
     * @throws IllegalArgumentException when the subject is no schema of rows of this table
     */
    static AvroRows of(String subject, OnlineSchema schema) {
        Schema record = parse(subject);
        Map<String, Integer> ordinals = schema.ordinals();
        Set<Integer> written = new HashSet<>();
        List<Step> steps = record.getFields().stream()
                .map(field -> {
                    Integer ordinal = ordinals.get(field.name());
                    if (ordinal == null) {
                        throw new IllegalArgumentException(
                                "field '" + field.name() + "' of the subject (expected: a feature of the group)");
                    }
                    written.add(ordinal);
                    return step(field, ordinal, schema.columns().get(ordinal));
                })
                .toList();
        @Nullable Object[] defaults = new @Nullable Object[schema.columns().size()];
        for (int ordinal = 0; ordinal < defaults.length; ordinal++) {
            defaults[ordinal] = written.contains(ordinal)
                    ? null
                    : schema.columns().get(ordinal).defaultValue();
        }
        return new AvroRows(steps, defaults);
    }

    private static Schema parse(String subject) {
        try {
            Schema schema = new Schema.Parser().parse(subject);
            if (schema.getType() != Schema.Type.RECORD) {
                throw new IllegalArgumentException("subject of type " + schema.getType() + " (expected: a record)");
            }
            return schema;
        } catch (AvroRuntimeException e) {
            throw new IllegalArgumentException("subject that is no Avro schema: " + e.getMessage(), e);
        }
    }

    private static Step step(Schema.Field field, int ordinal, OnlineColumn column) {
        int nullBranch = NO_UNION;
        Schema schema = field.schema();
        if (schema.isUnion()) {
            List<Schema> branches = schema.getTypes();
            nullBranch = schema.isNullable() && branches.size() == 2
                    ? (branches.getFirst().getType() == Schema.Type.NULL ? 0 : 1)
                    : NO_UNION;
            if (nullBranch == NO_UNION) {
                throw unfit(field, column);
            }
            schema = branches.get(1 - nullBranch);
        }
        LogicalType logical = schema.getLogicalType();
        Wire wire = switch (schema.getType()) {
            case BOOLEAN -> Wire.BOOLEAN;
            case INT -> Wire.NUMBER;
            case LONG -> logical instanceof LogicalTypes.TimestampMillis ? Wire.MILLIS : Wire.NUMBER;
            case FLOAT -> Wire.FLOAT;
            case DOUBLE -> Wire.DOUBLE;
            case STRING -> Wire.STRING;
            case BYTES -> logical instanceof LogicalTypes.Decimal ? Wire.DECIMAL : Wire.BYTES;
            case ARRAY, MAP, RECORD -> Wire.COMPLEX;
            case ENUM, FIXED, NULL, UNION -> throw unfit(field, column);
        };
        ColumnType type = column.type();
        if (!fits(wire, type)) {
            throw unfit(field, column);
        }
        int scale = logical instanceof LogicalTypes.Decimal decimal ? decimal.getScale() : 0;
        return new Step(ordinal, column, type, type == ColumnType.COMPLEX ? Wire.COMPLEX : wire, nullBranch, scale);
    }

    private static boolean fits(Wire wire, ColumnType type) {
        return switch (type) {
            case BOOLEAN -> wire == Wire.BOOLEAN;
            case TINYINT, SMALLINT, INT, BIGINT, DATE -> wire == Wire.NUMBER;
            case TIMESTAMP -> wire == Wire.NUMBER || wire == Wire.MILLIS;
            case FLOAT -> wire == Wire.FLOAT;
            case DOUBLE -> wire == Wire.DOUBLE || wire == Wire.FLOAT;
            case DECIMAL -> wire == Wire.DECIMAL;
            case STRING -> wire == Wire.STRING;
            case BINARY -> wire == Wire.BYTES;
            case COMPLEX -> wire == Wire.COMPLEX || wire == Wire.BYTES;
        };
    }

    private static IllegalArgumentException unfit(Schema.Field field, OnlineColumn column) {
        return new IllegalArgumentException("field '" + field.name() + "' of the subject: " + field.schema()
                + " (expected: null or what " + column.featureType().text() + " is in Avro)");
    }

    /**
     * The values of one row, in the order and the Java types of the table's columns.
     *
     * @throws IllegalArgumentException when the bytes are not exactly one row
     */
    @Nullable
    Object[] read(byte[] row) {
        @Nullable Object[] values = defaults.clone();
        AvroReader reader = new AvroReader(row);
        for (Step step : steps) {
            values[step.ordinal()] = present(reader, step) ? value(reader, step) : null;
        }
        reader.end();
        return values;
    }

    private static boolean present(AvroReader reader, Step step) {
        return step.nullBranch() == NO_UNION || reader.number(0, 1) != step.nullBranch();
    }

    private static @Nullable Object value(AvroReader reader, Step step) {
        return switch (step.wire()) {
            case BOOLEAN -> reader.bool();
            case NUMBER -> reader.number();
            case MILLIS -> Math.multiplyExact(reader.number(), 1_000L);
            case FLOAT -> single(reader.float32(), step.type());
            case DOUBLE -> notNan(reader.float64());
            case STRING -> reader.string();
            case BYTES -> reader.binary();
            case DECIMAL -> decimal(reader, step.scale());
            case COMPLEX -> complex(reader.binary(), step.column().featureType());
        };
    }

    private static @Nullable Object single(float value, ColumnType type) {
        if (Float.isNaN(value)) {
            return null;
        }
        return type == ColumnType.DOUBLE ? (Object) (double) value : (Object) value;
    }

    private static @Nullable Double notNan(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static BigDecimal decimal(AvroReader reader, int scale) {
        byte[] unscaled = reader.binary();
        if (unscaled.length == 0) {
            throw reader.wrong("a decimal without bytes");
        }
        return new BigDecimal(new BigInteger(unscaled), scale);
    }

    /** Checked here, since nobody could do anything about it when the row is read. */
    private static byte @Nullable [] complex(byte[] bytes, FeatureType type) {
        if (ComplexValue.isNull(bytes)) {
            return null;
        }
        ComplexValue.check(bytes, type);
        return bytes;
    }
}
