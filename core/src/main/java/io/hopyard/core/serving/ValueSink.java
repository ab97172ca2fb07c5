package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes one value after the other in the form in which it is stored, so that an answer can be written without building
 * an object per value. The arrays belong to the row and must neither be changed nor kept.
 */
public interface ValueSink {
    void nothing();

    void bool(boolean value);

    /** TINYINT, SMALLINT, INT, BIGINT. */
    void integer(long value);

    void float32(float value);

    void float64(double value);

    void decimal(BigDecimal value);

    /** A string, in UTF-8. */
    void text(byte[] bytes, int start, int end);

    /** @param days since 1970-01-01 */
    void date(long days);

    /** @param micros since 1970-01-01T00:00Z */
    void timestamp(long micros);

    void binary(byte[] bytes, int start, int end);

    /** The Avro encoding of the union of null and the type. */
    void complex(FeatureType type, byte[] bytes, int start, int end);

    /** Sends a value that is held in the Java type of its column, see {@link ColumnType}. */
    default void typed(OnlineColumn column, @Nullable Object value) {
        if (value == null) {
            nothing();
            return;
        }
        switch (column.type()) {
            case BOOLEAN -> bool((Boolean) value);
            case TINYINT, SMALLINT, INT, BIGINT -> integer((Long) value);
            case FLOAT -> float32((Float) value);
            case DOUBLE -> float64((Double) value);
            case DECIMAL -> decimal((BigDecimal) value);
            case STRING -> {
                byte[] bytes = ((String) value).getBytes(StandardCharsets.UTF_8);
                text(bytes, 0, bytes.length);
            }
            case DATE -> date((Long) value);
            case TIMESTAMP -> timestamp((Long) value);
            case BINARY -> binary((byte[]) value, 0, ((byte[]) value).length);
            case COMPLEX -> complex(column.featureType(), (byte[]) value, 0, ((byte[]) value).length);
        }
    }
}
