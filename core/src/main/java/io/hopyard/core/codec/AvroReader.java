package io.hopyard.core.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the primitives of Avro's binary encoding from an array. Every length is checked against the bytes that are left
 * before anything is allocated. Throws {@link IllegalArgumentException} with the place when the bytes are not what was
 * asked for. Not thread safe.
 */
public final class AvroReader {
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] bytes;
    private int position;

    public AvroReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes not read so far. */
    public int remaining() {
        return bytes.length - position;
    }

    /** Checks that everything was read. */
    public void end() {
        if (remaining() != 0) {
            throw wrong(remaining() + " bytes left over");
        }
    }

    /** An int or a long; also the branch of a union. */
    public long number() {
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

    /** A number inside bounds, both included. */
    public long number(long min, long max) {
        long number = number();
        if (number < min || number > max) {
            throw wrong("number " + number + " (expected: " + min + " to " + max + ")");
        }
        return number;
    }

    public boolean bool() {
        need(1);
        byte value = bytes[position++];
        if (value != 0 && value != 1) {
            throw wrong("boolean " + value + " (expected: 0 or 1)");
        }
        return value == 1;
    }

    public float float32() {
        return Float.intBitsToFloat((int) littleEndian(4));
    }

    public double float64() {
        return Double.longBitsToDouble(littleEndian(8));
    }

    public String string() {
        int length = length();
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            checkUtf8(length);
        }
        position += length;
        return text;
    }

    private void checkUtf8(int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, position, length));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(place() + "text that is no UTF-8", e);
        }
    }

    public byte[] binary() {
        int length = length();
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    /** Passes over bytes or a string, whose letters are not looked at. */
    public void skipBinary() {
        int length = length();
        position += length;
    }

    public void skip(int count) {
        need(count);
        position += count;
    }

    /**
     * Elements of the next block of an array or map, 0 at the end. Each takes a byte at least, because every element is a
     * union; that bounds the number.
     */
    public int block() {
        long count = number();
        if (count < 0) {
            count = -count;
            number();
        }
        if (count < 0 || count > remaining()) {
            throw wrong("a block of " + count + " elements where " + remaining() + " bytes are left");
        }
        return (int) count;
    }

    private int length() {
        long length = number();
        if (length < 0 || length > remaining()) {
            throw wrong("a length of " + length + " where " + remaining() + " bytes are left");
        }
        return (int) length;
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
        if (remaining() < count) {
            throw wrong("the end of the bytes (expected: " + count + " more)");
        }
    }

    /** An exception that says where the reader stands. */
    public IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(place() + what);
    }

    private String place() {
        return "Avro value of " + bytes.length + " bytes, at byte " + position + ": ";
    }
}
