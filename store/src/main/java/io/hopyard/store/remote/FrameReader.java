package io.hopyard.store.remote;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes frames from a stream and values from the frame that was taken last. Every value is checked against the frame's
 * end. For one thread at a time.
 */
final class FrameReader {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final int KEPT_BYTES = 64 << 10;

    private final InputStream in;
    private byte[] data = new byte[KEPT_BYTES];
    /** What was received and is not part of a taken frame: from {@code end} to {@code filled}. */
    private int filled;

    private int at;
    private int end;

    FrameReader(InputStream in) {
        this.in = in;
    }

    /** Bytes of the current frame, its length included. */
    int frameBytes() {
        return end;
    }

    /**
     * Waits for the next frame and makes it the current one.
     *
     * @param incomplete called when a part of the frame is there and the rest must be waited for
     * @return false when the stream ended between two frames
     */
    boolean next(int bytesMax, Runnable incomplete) throws IOException {
        int rest = filled - end;
        if (data.length > KEPT_BYTES && rest <= KEPT_BYTES) {
            byte[] small = new byte[KEPT_BYTES];
            System.arraycopy(data, end, small, 0, rest);
            data = small;
        } else if (end > 0) {
            System.arraycopy(data, end, data, 0, rest);
        }
        filled = rest;
        at = 0;
        end = 0;
        if (!fill(Integer.BYTES, incomplete)) {
            return false;
        }
        int length = (int) INT.get(data, 0);
        if (length < 1 || length > bytesMax) {
            throw new MalformedFrameException("frame of " + length + " bytes (expected: 1 to " + bytesMax + ")");
        }
        fill(Integer.BYTES + length, incomplete);
        at = Integer.BYTES;
        end = Integer.BYTES + length;
        return true;
    }

    /** Room grows with what has come, so that a length alone costs nothing. */
    private boolean fill(int needed, Runnable incomplete) throws IOException {
        while (filled < needed) {
            if (filled > 0) {
                incomplete.run();
            }
            if (filled == data.length) {
                data = Arrays.copyOf(data, Math.min(needed, 2 * data.length));
            }
            int count = in.read(data, filled, data.length - filled);
            if (count < 0) {
                if (filled == 0) {
                    return false;
                }
                throw new EOFException("the connection ended inside a frame");
            }
            filled += count;
        }
        return true;
    }

    private int take(int bytes) throws MalformedFrameException {
        if (bytes < 0 || bytes > end - at) {
            throw new MalformedFrameException(
                    "value of " + bytes + " bytes (expected: at most the frame's rest of " + (end - at) + ")");
        }
        int from = at;
        at += bytes;
        return from;
    }

    int takeByte() throws MalformedFrameException {
        return data[take(1)];
    }

    int takeShort() throws MalformedFrameException {
        return (short) SHORT.get(data, take(Short.BYTES)) & 0xFFFF;
    }

    int takeInt() throws MalformedFrameException {
        return (int) INT.get(data, take(Integer.BYTES));
    }

    long takeLong() throws MalformedFrameException {
        return (long) LONG.get(data, take(Long.BYTES));
    }

    /** A number of things of which each takes at least so many bytes; more than the frame can hold is refused. */
    int takeCount(int bytesEach) throws MalformedFrameException {
        int count = takeInt();
        if (count < 0 || (long) count * bytesEach > end - at) {
            throw new MalformedFrameException("count: " + count + " (expected: what " + (end - at) + " bytes hold)");
        }
        return count;
    }

    byte[] takeArray() throws MalformedFrameException {
        int length = takeInt();
        int from = take(length);
        return Arrays.copyOfRange(data, from, from + length);
    }

    String takeText() throws MalformedFrameException {
        int length = takeInt();
        int from = take(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(java.nio.ByteBuffer.wrap(data, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrameException("text of " + length + " bytes (expected: UTF-8)", e);
        }
    }

    /** A frame has nothing after what is expected. */
    void finish() throws MalformedFrameException {
        if (at != end) {
            throw new MalformedFrameException((end - at) + " bytes too many in a frame (expected: none)");
        }
    }
}
