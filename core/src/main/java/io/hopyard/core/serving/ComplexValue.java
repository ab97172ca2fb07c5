package io.hopyard.core.serving;

import io.hopyard.core.codec.AvroReader;
import io.hopyard.core.feature.FeatureType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a complex feature (the Avro encoding of the union of null and its type) into plain Java values: an
 * array is a {@code List}, a map and a struct a {@code Map} in the order of the bytes, everything else has the Java type
 * that {@link ColumnType} names. Collections are unmodifiable and may hold nulls. Floats may be NaN or infinite.
 */
public final class ComplexValue {
    private final AvroReader reader;

    private ComplexValue(AvroReader reader) {
        this.reader = reader;
    }

    /**
     * @param bytes of a COMPLEX column
     * @param type of the feature
     * @throws IllegalArgumentException when the bytes are not exactly one value of the type
     */
    public static @Nullable Object decode(byte[] bytes, FeatureType type) {
        AvroReader reader = new AvroReader(bytes);
        Object value = new ComplexValue(reader).union(type);
        reader.end();
        return value;
    }

    /**
     * Checks, without building the value, that {@link #decode} will not refuse it.
     *
     * @throws IllegalArgumentException when it would
     */
    public static void check(byte[] bytes, FeatureType type) {
        AvroReader reader = new AvroReader(bytes);
        new ComplexValue(reader).pass(type);
        reader.end();
    }

    /** True when the bytes are the encoding of null. */
    public static boolean isNull(byte[] bytes) {
        return bytes.length == 1 && bytes[0] == 0;
    }

    private @Nullable Object union(FeatureType type) {
        if (reader.number(0, 1) == 0) {
            return null;
        }
        return switch (type) {
            case FeatureType.Simple simple -> simple(simple);
            case FeatureType.Decimal decimal -> decimal(decimal);
            case FeatureType.Array array -> array(array);
            case FeatureType.MapOf map -> map(map);
            case FeatureType.Struct struct -> struct(struct);
        };
    }

    private Object simple(FeatureType.Simple type) {
        return switch (type) {
            case BOOLEAN -> reader.bool();
            case TINYINT -> reader.number(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> reader.number(Short.MIN_VALUE, Short.MAX_VALUE);
            case INT, DATE -> reader.number(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT, TIMESTAMP -> reader.number();
            case FLOAT -> reader.float32();
            case DOUBLE -> reader.float64();
            case STRING -> reader.string();
            case BINARY -> reader.binary();
        };
    }

    private BigDecimal decimal(FeatureType.Decimal type) {
        byte[] unscaled = reader.binary();
        if (unscaled.length == 0) {
            throw reader.wrong("a decimal without bytes");
        }
        return new BigDecimal(new BigInteger(unscaled), type.scale());
    }

    private List<@Nullable Object> array(FeatureType.Array type) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int count = reader.block(); count > 0; count = reader.block()) {
            for (int index = 0; index < count; index++) {
                list.add(union(type.element()));
            }
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, @Nullable Object> map(FeatureType.MapOf type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int count = reader.block(); count > 0; count = reader.block()) {
            for (int index = 0; index < count; index++) {
                String key = reader.string();
                map.put(key, union(type.value()));
            }
        }
        return Collections.unmodifiableMap(map);
    }

    private Map<String, @Nullable Object> struct(FeatureType.Struct type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (FeatureType.Member member : type.members()) {
            map.put(member.name(), union(member.type()));
        }
        return Collections.unmodifiableMap(map);
    }

    private void pass(FeatureType type) {
        if (reader.number(0, 1) == 0) {
            return;
        }
        switch (type) {
            case FeatureType.Simple simple -> passSimple(simple);
            case FeatureType.Decimal decimal -> decimal(decimal);
            case FeatureType.Array array -> {
                for (int count = reader.block(); count > 0; count = reader.block()) {
                    for (int index = 0; index < count; index++) {
                        pass(array.element());
                    }
                }
            }
            case FeatureType.MapOf map -> {
                for (int count = reader.block(); count > 0; count = reader.block()) {
                    for (int index = 0; index < count; index++) {
                        reader.string();
                        pass(map.value());
                    }
                }
            }
            case FeatureType.Struct struct -> struct.members().forEach(member -> pass(member.type()));
        }
    }

    private void passSimple(FeatureType.Simple type) {
        switch (type) {
            case FLOAT -> reader.skip(4);
            case DOUBLE -> reader.skip(8);
            case BINARY -> reader.skipBinary();
            default -> simple(type);
        }
    }
}
