package io.hopyard.wire.mysql;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.ValueSink;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Builds the packets of one connection in a buffer and sends it when it is full or flushed; a sink for the values of a
 * text row. Not thread safe.
 */
final class PacketWriter implements ValueSink {
    static final int STATUS_AUTOCOMMIT = 0x0002;
    private static final int FLUSH_BYTES = 32 << 10;
    private static final int PACKET_BYTES_MAX = (1 << 24) - 2;
    private static final int UTF8MB4 = 45;
    private static final int BINARY = 63;
    private static final int NULL = 0xFB;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS_PER_DAY = 86_400;

    private final OutputStream out;
    private byte[] buffer = new byte[1 << 12];
    private int size;
    private int packetStart;
    private int sequence;

    PacketWriter(OutputStream out) {
        this.out = out;
    }

    /** The next packet written has this number. */
    void sequence(int next) {
        sequence = next;
    }

    void begin() {
        packetStart = size;
        take(4);
    }

    void end() throws IOException {
        int length = size - packetStart - 4;
        if (length > PACKET_BYTES_MAX) {
            size = packetStart;
            throw new MysqlError(MysqlError.Kind.INTERNAL, "row of " + length + " bytes (expected: below 16 MiB)");
        }
        buffer[packetStart] = (byte) length;
        buffer[packetStart + 1] = (byte) (length >>> 8);
        buffer[packetStart + 2] = (byte) (length >>> 16);
        buffer[packetStart + 3] = (byte) sequence++;
        if (size >= FLUSH_BYTES) {
            flush();
        }
    }

    /** Takes back a packet that was begun and not ended. */
    void abandon() {
        size = packetStart;
    }

    void flush() throws IOException {
        out.write(buffer, 0, size);
        out.flush();
        size = 0;
        packetStart = 0;
        if (buffer.length > 4 * FLUSH_BYTES) {
            buffer = new byte[FLUSH_BYTES]; // one wide row does not keep its room for ever
        }
    }

    void ok() throws IOException {
        begin();
        put(0);
        put(0);
        put(0);
        put2(STATUS_AUTOCOMMIT);
        put2(0);
        end();
    }

    void error(MysqlError error) throws IOException {
        begin();
        put(0xFF);
        put2(error.kind().number());
        put('#');
        raw(error.kind().state().getBytes(StandardCharsets.US_ASCII));
        raw(error.text().getBytes(StandardCharsets.UTF_8));
        end();
    }

    void eof() throws IOException {
        begin();
        put(0xFE);
        put2(0);
        put2(STATUS_AUTOCOMMIT);
        end();
    }

    void columnCount(int columns) throws IOException {
        begin();
        length(columns);
        end();
    }

    void column(String name, ColumnType type) throws IOException {
        boolean binary = type == ColumnType.BINARY || type == ColumnType.COMPLEX;
        boolean text = type == ColumnType.STRING;
        begin();
        text("def");
        text("");
        text("");
        text("");
        text(name);
        text("");
        put(0x0C);
        put2(text ? UTF8MB4 : BINARY);
        put4(text || binary ? 0xFFFF : 64);
        put(typeCode(type));
        put2(binary ? 0x80 : 0);
        put(decimals(type));
        put2(0);
        end();
    }

    private static int typeCode(ColumnType type) {
        return switch (type) {
            case BOOLEAN, TINYINT -> 1;
            case SMALLINT -> 2;
            case INT -> 3;
            case FLOAT -> 4;
            case DOUBLE -> 5;
            case BIGINT -> 8;
            case DATE -> 10;
            case TIMESTAMP -> 12;
            case DECIMAL -> 246;
            case STRING, BINARY, COMPLEX -> 253;
        };
    }

    private static int decimals(ColumnType type) {
        return switch (type) {
            case FLOAT, DOUBLE -> 31;
            case TIMESTAMP -> 6;
            default -> 0;
        };
    }

    void put(int value) {
        int at = take(1); // may replace the buffer
        buffer[at] = (byte) value;
    }

    void put2(int value) {
        int at = take(2);
        buffer[at] = (byte) value;
        buffer[at + 1] = (byte) (value >>> 8);
    }

    void put4(int value) {
        put2(value);
        put2(value >>> 16);
    }

    void raw(byte[] bytes) {
        raw(bytes, 0, bytes.length);
    }

    private void raw(byte[] bytes, int start, int end) {
        int at = take(end - start);
        System.arraycopy(bytes, start, buffer, at, end - start);
    }

    /** A text with its length. */
    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        text(bytes, 0, bytes.length);
    }

    private void ascii(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        text(bytes, 0, bytes.length);
    }

    private void length(int length) {
        if (length < NULL) {
            put(length);
        } else if (length <= 0xFFFF) {
            put(0xFC);
            put2(length);
        } else {
            put(0xFD);
            put2(length);
            put(length >>> 16);
        }
    }

    @Override
    public void nothing() {
        put(NULL);
    }

    @Override
    public void bool(boolean value) {
        put(1);
        put(value ? '1' : '0');
    }

    @Override
    public void integer(long value) {
        ascii(Long.toString(value));
    }

    @Override
    public void float32(float value) {
        if (Float.isFinite(value)) {
            ascii(Float.toString(value));
        } else {
            nothing();
        }
    }

    @Override
    public void float64(double value) {
        if (Double.isFinite(value)) {
            ascii(Double.toString(value));
        } else {
            nothing();
        }
    }

    @Override
    public void decimal(BigDecimal value) {
        ascii(value.toPlainString());
    }

    @Override
    public void text(byte[] bytes, int start, int end) {
        length(end - start);
        raw(bytes, start, end);
    }

    @Override
    public void date(long days) {
        ascii(LocalDate.ofEpochDay(days).toString());
    }

    @Override
    public void timestamp(long micros) {
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
        int fraction = (int) Math.floorMod(micros, MICROS_PER_SECOND);
        int ofDay = (int) Math.floorMod(seconds, SECONDS_PER_DAY);
        StringBuilder text = new StringBuilder(26);
        text.append(LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_PER_DAY)));
        digits(text.append(' '), ofDay / 3600, 2);
        digits(text.append(':'), ofDay / 60 % 60, 2);
        digits(text.append(':'), ofDay % 60, 2);
        if (fraction != 0) {
            digits(text.append('.'), fraction, 6);
        }
        ascii(text.toString());
    }

    private static void digits(StringBuilder text, int value, int count) {
        String digits = Integer.toString(value);
        text.repeat('0', count - digits.length()).append(digits);
    }

    @Override
    public void binary(byte[] bytes, int start, int end) {
        text(bytes, start, end);
    }

    @Override
    public void complex(FeatureType type, byte[] bytes, int start, int end) {
        text(bytes, start, end);
    }

    private int take(int count) {
        int at = size;
        int needed = at + count;
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(needed, 2 * buffer.length));
        }
        size = needed;
        return at;
    }
}
