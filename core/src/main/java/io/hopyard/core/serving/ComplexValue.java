package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final byte[] bytes;
    private int position;

    private ComplexValue(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param bytes of a COMPLEX column
     * @param type of the feature
     * @throws IllegalArgumentException when the bytes are not exactly one value of the type
     */
    public static @Nullable Object decode(byte[] bytes, FeatureType type) {
        ComplexValue cursor = new ComplexValue(bytes);
        Object value = cursor.union(type);
        if (cursor.position != bytes.length) {
            throw cursor.wrong((bytes.length - cursor.position) + " bytes left over");
        }
        return value;
    }

    /** True when the bytes are the encoding of null. */
    public static boolean isNull(byte[] bytes) {
        return bytes.length == 1 && bytes[0] == 0;
    }

    private @Nullable Object union(FeatureType type) {
        long branch = number();
        if (branch == 0) {
            return null;
        }
        if (branch != 1) {
            throw wrong("branch " + branch + " of a union (expected: 0 or 1)");
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
            case BOOLEAN -> bool();
            case TINYINT -> ranged(Byte.MIN_VALUE, Byte.MAX_VALUE);
            case SMALLINT -> ranged(Short.MIN_VALUE, Short.MAX_VALUE);
            case INT, DATE -> ranged(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case BIGINT, TIMESTAMP -> number();
            case FLOAT -> Float.intBitsToFloat((int) littleEndian(4));
            case DOUBLE -> Double.longBitsToDouble(littleEndian(8));
            case STRING -> string();
            case BINARY -> binary();
        };
    }

    private BigDecimal decimal(FeatureType.Decimal type) {
        byte[] unscaled = binary();
        if (unscaled.length == 0) {
            throw wrong("a decimal without bytes");
        }
        return new BigDecimal(new BigInteger(unscaled), type.scale());
    }

    private List<@Nullable Object> array(FeatureType.Array type) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int count = block(); count > 0; count = block()) {
            for (int index = 0; index < count; index++) {
                list.add(union(type.element()));
            }
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, @Nullable Object> map(FeatureType.MapOf type) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int count = block(); count > 0; count = block()) {
            for (int index = 0; index < count; index++) {
                String key = string();
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

    /** Elements of the next block; every element takes a byte at least, which bounds the number. */
    private int block() {
        long count = number();
        if (count < 0) {
            count = -count;
            number();
        }
        if (count < 0 || count > bytes.length - position) {
            throw wrong("a block of " + count + " elements where " + (bytes.length - position) + " bytes are left");
        }
        return (int) count;
    }

    private boolean bool() {
        need(1);
        byte value = bytes[position++];
        if (value != 0 && value != 1) {
            throw wrong("boolean " + value + " (expected: 0 or 1)");
        }
        return value == 1;
    }

    private Long ranged(long min, long max) {
        long number = number();
        if (number < min || number > max) {
            throw wrong("number " + number + " (expected: " + min + " to " + max + ")");
        }
        return number;
    }

    private String string() {
        int length = length();
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, position, length));
            position += length;
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("complex value, at byte " + position + ": text that is no UTF-8", e);
        }
    }

    private byte[] binary() {
        int length = length();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    private int length() {
        long length = number();
        if (length < 0 || length > bytes.length - position) {
            throw wrong("a length of " + length + " where " + (bytes.length - position) + " bytes are left");
        }
        return (int) length;
    }

    private long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw wrong("a number of more than 10 bytes");
    }

    private long littleEndian(int count) {
        need(count);
        long value = 0;
        for (int index = count - 1; index >= 0; index--) {
            value = value << 8 | (bytes[position + index] & 0xFF);
        }
        position += count;
        return value;
    }

    private void need(int count) {
        if (bytes.length - position < count) {
            throw wrong("the end of the bytes (expected: " + count + " more)");
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(
                "complex value of " + bytes.length + " bytes, at byte " + position + ": " + what);
    }
}
