package io.hopyard.wire.online;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small damages to a text, from a seed. */
public final class Mutations {
    private final Random random;
    private final List<String> pieces;

    /** @param pieces what is put in now and then */
    public Mutations(long seed, List<String> pieces) {
        this.random = new Random(seed);
        this.pieces = pieces;
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** One to three damages. */
    public byte[] damaged(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int damage = 1 + random.nextInt(3); damage > 0; damage--) {
            bytes = damagedOnce(bytes);
        }
        return bytes;
    }

    private byte[] damagedOnce(byte[] bytes) {
        int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + random.nextInt(12));
        byte[] put = switch (random.nextInt(5)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) random.nextInt(256)};
            case 2 -> slice(bytes, Math.max(0, from - random.nextInt(20)), to);
            default -> oneOf(pieces).getBytes(StandardCharsets.UTF_8);
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.writeBytes(put);
        out.write(bytes, to, bytes.length - to);
        return random.nextInt(20) == 0 ? slice(out.toByteArray(), 0, from) : out.toByteArray();
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
