package io.hopyard.wire.online;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ComplexValue;
import io.hopyard.core.serving.VectorSink;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes an answer as JSON straight from the bytes of rows, without a tree. Numbers that JSON cannot hold (NaN, infinity)
 * become null. Not thread safe.
 */
final class VectorJson implements VectorSink {
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final int SIZE_MAX = 1 << 30;

    private byte[] buffer;
    private int size;

    VectorJson(int expectedBytes) {
        buffer = new byte[expectedBytes];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    int size() {
        return size;
    }

    /** Forgets what was written beyond {@code size}. */
    void cutTo(int size) {
        this.size = size;
    }

    void raw(byte[] bytes) {
        int at = take(bytes.length);
        System.arraycopy(bytes, 0, buffer, at, bytes.length);
    }

    void raw(char ascii) {
        int at = take(1); // may replace the buffer
        buffer[at] = (byte) ascii;
    }

    void string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        text(bytes, 0, bytes.length);
    }

    @Override
    public void nothing() {
        raw(NULL);
    }

    @Override
    public void bool(boolean value) {
        raw(value ? TRUE : FALSE);
    }

    @Override
    public void integer(long value) {
        if (value == Long.MIN_VALUE) {
            raw(ascii(Long.toString(value)));
            return;
        }
        long rest = Math.abs(value);
        int digits = 1;
        for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
            digits++;
        }
        int length = value < 0 ? digits + 1 : digits;
        int start = take(length);
        if (value < 0) {
            buffer[start] = '-';
        }
        for (int at = start + length - 1; digits > 0; digits--, at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    @Override
    public void float32(float value) {
        raw(Float.isFinite(value) ? ascii(Float.toString(value)) : NULL);
    }

    @Override
    public void float64(double value) {
        raw(Double.isFinite(value) ? ascii(Double.toString(value)) : NULL);
    }

    @Override
    public void decimal(BigDecimal value) {
        raw(ascii(value.toPlainString()));
    }

    @Override
    public void text(byte[] bytes, int start, int end) {
        raw('"');
        int from = start;
        for (int at = start; at < end; at++) {
            byte next = bytes[at];
            if (next == '"' || next == '\\' || (next >= 0 && next < 0x20)) {
                copy(bytes, from, at);
                escape(next);
                from = at + 1;
            }
        }
        copy(bytes, from, end);
        raw('"');
    }

    private void escape(byte next) {
        raw('\\');
        switch (next) {
            case '"', '\\' -> raw((char) next);
            case '\n' -> raw('n');
            case '\r' -> raw('r');
            case '\t' -> raw('t');
            default -> {
                int at = take(5);
                buffer[at] = 'u';
                buffer[at + 1] = '0';
                buffer[at + 2] = '0';
                buffer[at + 3] = HEX[next >> 4];
                buffer[at + 4] = HEX[next & 15];
            }
        }
    }

    @Override
    public void date(long days) {
        raw('"');
        civilDate(days);
        raw('"');
    }

    @Override
    public void timestamp(long micros) {
        raw('"');
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
        long fraction = Math.floorMod(micros, MICROS_PER_SECOND);
        civilDate(Math.floorDiv(seconds, SECONDS_PER_DAY));
        int ofDay = (int) Math.floorMod(seconds, SECONDS_PER_DAY);
        raw(' ');
        digits(ofDay / 3600, 2);
        raw(':');
        digits(ofDay / 60 % 60, 2);
        raw(':');
        digits(ofDay % 60, 2);
        if (fraction != 0) {
            raw('.');
            digits((int) fraction, 6);
        }
        raw('"');
    }

    private void civilDate(long days) {
        LocalDate date = LocalDate.ofEpochDay(days);
        int year = date.getYear();
        if (year < 0 || year > 9_999) {
            raw(ascii(Integer.toString(year)));
        } else {
            digits(year, 4);
        }
        raw('-');
        digits(date.getMonthValue(), 2);
        raw('-');
        digits(date.getDayOfMonth(), 2);
    }

    private void digits(int value, int count) {
        int at = take(count);
        int rest = value;
        for (int index = at + count - 1; index >= at; index--) {
            buffer[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    @Override
    public void binary(byte[] bytes, int start, int end) {
        raw('"');
        raw(Base64.getEncoder().encode(Arrays.copyOfRange(bytes, start, end)));
        raw('"');
    }

    /**
     * @throws IllegalArgumentException when the bytes are not what the type says
     */
    @Override
    public void complex(FeatureType type, byte[] bytes, int start, int end) {
        plain(type, ComplexValue.decode(Arrays.copyOfRange(bytes, start, end), type));
    }

    @Override
    public void passed(Object value) {
        raw(((JsonNode) value).toString().getBytes(StandardCharsets.UTF_8));
    }

    private void plain(FeatureType type, @Nullable Object value) {
        if (value == null) {
            nothing();
            return;
        }
        switch (type) {
            case FeatureType.Simple simple -> simple(simple, value);
            case FeatureType.Decimal decimal -> decimal((BigDecimal) value);
            case FeatureType.Array array -> array(array, (List<?>) value);
            case FeatureType.MapOf map -> map(map, (Map<?, ?>) value);
            case FeatureType.Struct struct -> struct(struct, (Map<?, ?>) value);
        }
    }

    private void simple(FeatureType.Simple type, Object value) {
        switch (type) {
            case BOOLEAN -> bool((Boolean) value);
            case TINYINT, SMALLINT, INT, BIGINT -> integer((Long) value);
            case FLOAT -> float32((Float) value);
            case DOUBLE -> float64((Double) value);
            case STRING -> string((String) value);
            case DATE -> date((Long) value);
            case TIMESTAMP -> timestamp((Long) value);
            case BINARY -> binary((byte[]) value, 0, ((byte[]) value).length);
        }
    }

    private void array(FeatureType.Array type, List<?> values) {
        raw('[');
        boolean first = true;
        for (Object value : values) {
            if (!first) {
                raw(',');
            }
            first = false;
            plain(type.element(), value);
        }
        raw(']');
    }

    private void map(FeatureType.MapOf type, Map<?, ?> values) {
        raw('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            if (!first) {
                raw(',');
            }
            first = false;
            string((String) entry.getKey());
            raw(':');
            plain(type.value(), entry.getValue());
        }
        raw('}');
    }

    private void struct(FeatureType.Struct type, Map<?, ?> values) {
        raw('{');
        boolean first = true;
        for (FeatureType.Member member : type.members()) {
            if (!first) {
                raw(',');
            }
            first = false;
            string(member.name());
            raw(':');
            plain(member.type(), values.get(member.name()));
        }
        raw('}');
    }

    private void copy(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length > 0) {
            int at = take(length);
            System.arraycopy(bytes, start, buffer, at, length);
        }
    }

    /** Room for {@code count} bytes; returns where it begins. */
    private int take(int count) {
        int at = size;
        int needed = Math.addExact(at, count);
        if (needed > buffer.length) {
            if (needed > SIZE_MAX) {
                throw new IllegalStateException("answer of more than " + SIZE_MAX + " bytes");
            }
            buffer = Arrays.copyOf(buffer, (int) Math.min(SIZE_MAX, Math.max(needed, 2L * buffer.length)));
        }
        size = needed;
        return at;
    }
}
