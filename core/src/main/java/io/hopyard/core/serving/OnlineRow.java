package io.hopyard.core.serving;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row as a reader asked for it: column {@code i} is the {@code i}th of its {@link Projection}. Thread safe.
 */
public final class OnlineRow {
    private final RowImage image;
    private final OnlineSchema schema;
    private final Projection projection;

    public OnlineRow(RowImage image, OnlineSchema schema, Projection projection) {
        this.image = image;
        this.schema = schema;
        this.projection = projection;
    }

    public RowImage image() {
        return image;
    }

    public int size() {
        return projection.size(schema);
    }

    public OnlineColumn column(int index) {
        return schema.columns().get(projection.ordinal(index));
    }

    /** Sends the value to the sink without making an object of it where that can be avoided. */
    public void send(int index, ValueSink sink) {
        int ordinal = projection.ordinal(index);
        OnlineColumn column = schema.columns().get(ordinal);
        if (ordinal >= image.columns()) {
            sink.typed(column, column.defaultValue());
            return;
        }
        if (image.isNull(ordinal)) {
            sink.nothing();
            return;
        }
        byte[] bytes = image.bytes();
        int start = image.start(ordinal);
        int end = image.end(ordinal);
        switch (column.type()) {
            case BOOLEAN -> sink.bool(bytes[start] != 0);
            case TINYINT -> sink.integer(bytes[start]);
            case SMALLINT -> sink.integer((short) RowImage.SHORT.get(bytes, start));
            case INT -> sink.integer((int) RowImage.INT.get(bytes, start));
            case DATE -> sink.date((int) RowImage.INT.get(bytes, start));
            case BIGINT -> sink.integer((long) RowImage.LONG.get(bytes, start));
            case TIMESTAMP -> sink.timestamp((long) RowImage.LONG.get(bytes, start));
            case FLOAT -> sink.float32(Float.intBitsToFloat((int) RowImage.INT.get(bytes, start)));
            case DOUBLE -> sink.float64(Double.longBitsToDouble((long) RowImage.LONG.get(bytes, start)));
            case STRING -> sink.text(bytes, start, end);
            case BINARY -> sink.binary(bytes, start, end);
            case COMPLEX -> sink.complex(column.featureType(), bytes, start, end);
            case DECIMAL -> sink.typed(column, value(index));
        }
    }

    /** The value in the Java type of the column, see {@link ColumnType}; null = null. */
    public @Nullable Object value(int index) {
        int ordinal = projection.ordinal(index);
        OnlineColumn column = schema.columns().get(ordinal);
        if (ordinal >= image.columns()) {
            return column.defaultValue();
        }
        if (image.isNull(ordinal)) {
            return null;
        }
        byte[] bytes = image.bytes();
        int start = image.start(ordinal);
        int end = image.end(ordinal);
        return switch (column.type()) {
            case BOOLEAN -> bytes[start] != 0;
            case TINYINT -> (long) bytes[start];
            case SMALLINT -> (long) (short) RowImage.SHORT.get(bytes, start);
            case INT, DATE -> (long) (int) RowImage.INT.get(bytes, start);
            case BIGINT, TIMESTAMP -> (Long) RowImage.LONG.get(bytes, start);
            case FLOAT -> Float.intBitsToFloat((int) RowImage.INT.get(bytes, start));
            case DOUBLE -> Double.longBitsToDouble((long) RowImage.LONG.get(bytes, start));
            case DECIMAL ->
                new BigDecimal(
                        new BigInteger(bytes, start, end - start),
                        ((io.hopyard.core.feature.FeatureType.Decimal) column.featureType()).scale());
            case STRING -> new String(bytes, start, end - start, StandardCharsets.UTF_8);
            case BINARY, COMPLEX -> Arrays.copyOfRange(bytes, start, end);
        };
    }
}
