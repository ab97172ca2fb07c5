package io.hopyard.store.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts one frame after the other together. For one thread at a time. */
final class Bytes {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final int FIRST_BYTES = 4_096;
    private static final int KEPT_BYTES_MAX = 128 << 10;

    private final int frameBytesMax;
    private byte[] data = new byte[FIRST_BYTES];
    private int size;

    /** The frame would be longer than the other side takes. */
    static final class FrameTooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FrameTooLongException() {
            super("the frame is too long", null, false, false);
        }
    }

    /** @param frameBytesMax the length, without the 4 bytes that say it, beyond which a frame is refused */
    Bytes(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /** Forgets what was put; the length of the frame comes first. */
    Bytes begin() {
        size = Integer.BYTES;
        return this;
    }

    /** Bytes of the frame so far, its length included. */
    int size() {
        return size;
    }

    private int room(int more) {
        int at = size;
        int needed = at + more;
        if (needed - Integer.BYTES > frameBytesMax || needed < 0) {
            throw new FrameTooLongException();
        }
        if (needed > data.length) {
            data = Arrays.copyOf(data, Math.max(needed, 2 * data.length));
        }
        size = needed;
        return at;
    }

    Bytes putByte(int value) {
        int at = room(1);
        data[at] = (byte) value;
        return this;
    }

    Bytes putShort(int value) {
        int at = room(Short.BYTES);
        SHORT.set(data, at, (short) value);
        return this;
    }

    Bytes putInt(int value) {
        int at = room(Integer.BYTES);
        INT.set(data, at, value);
        return this;
    }

    Bytes putLong(long value) {
        int at = room(Long.BYTES);
        LONG.set(data, at, value);
        return this;
    }

    /** The length in 4 bytes and the bytes. */
    Bytes putArray(byte[] value) {
        putInt(value.length);
        int at = room(value.length);
        System.arraycopy(value, 0, data, at, value.length);
        return this;
    }

    /** The same of the text's UTF-8. */
    Bytes putText(String value) {
        return putArray(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes back what was put after the frame had that size. */
    void cutTo(int earlierSize) {
        size = earlierSize;
    }

    /** Overwrites four bytes that were put before. */
    void setInt(int at, int value) {
        INT.set(data, at, value);
    }

    /** Sends the frame in one piece; a long one is not kept. */
    void send(OutputStream out) throws IOException {
        INT.set(data, 0, size - Integer.BYTES);
        out.write(data, 0, size);
        if (data.length > KEPT_BYTES_MAX) {
            data = new byte[FIRST_BYTES];
        }
    }
}
