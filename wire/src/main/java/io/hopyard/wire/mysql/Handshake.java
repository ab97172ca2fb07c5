package io.hopyard.wire.mysql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The opening of a connection: our greeting, the client's answer, the proof of its password. */
final class Handshake {
    static final String VERSION = "8.0.36-hopyard";
    private static final int PROTOCOL = 10;
    private static final int LONG_PASSWORD = 0x1;
    private static final int CONNECT_WITH_DB = 0x8;
    private static final int PROTOCOL_41 = 0x200;
    private static final int TRANSACTIONS = 0x2000;
    private static final int SECURE_CONNECTION = 0x8000;
    private static final int PLUGIN_AUTH = 0x80000;
    private static final int CAPABILITIES =
            LONG_PASSWORD | CONNECT_WITH_DB | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH;
    private static final int UTF8MB4 = 45;
    private static final int ANSWER_BYTES_MAX = 64 << 10;
    private static final int FAST_AUTH_DONE = 3;

    private final PacketReader in;
    private final PacketWriter out;
    private final byte[] nonce;

    /** Who wants in, and with which database; the password has not been checked. */
    record Opening(Credentials credentials, @Nullable String database) {}

    Handshake(PacketReader in, PacketWriter out, RandomGenerator random) {
        this.in = in;
        this.out = out;
        this.nonce = nonce(random);
    }

    /** Printable, so neither zero nor anything that a driver cuts off. */
    private static byte[] nonce(RandomGenerator random) {
        byte[] nonce = new byte[Credentials.NONCE_BYTES];
        for (int index = 0; index < nonce.length; index++) {
            nonce[index] = (byte) (33 + random.nextInt(94));
        }
        return nonce;
    }

    /** Null when the client went away without a word. */
    @Nullable
    Opening open(int connectionId) throws IOException {
        greet(connectionId);
        byte[] packet = in.read(1, ANSWER_BYTES_MAX);
        if (packet.length == 0) {
            return null;
        }
        Answer answer = new Answer(packet);
        answer.read();
        String plugin = answer.plugin;
        byte[] proof = answer.proof;
        out.sequence(2);
        if (!plugin.equals(Credentials.SHA2) && !plugin.equals(Credentials.NATIVE)) {
            proof = switchPlugin();
            plugin = Credentials.SHA2;
            out.sequence(4);
        }
        return new Opening(new Credentials(answer.user, plugin, nonce, proof), answer.database);
    }

    /** Tells the client that it is in. */
    void welcome(Opening opening) throws IOException {
        if (opening.credentials().sha2()) {
            out.begin();
            out.put(1);
            out.put(FAST_AUTH_DONE);
            out.end();
        }
        out.ok();
        out.flush();
    }

    private void greet(int connectionId) throws IOException {
        out.sequence(0);
        out.begin();
        out.put(PROTOCOL);
        zeroTerminated(VERSION);
        out.put4(connectionId);
        out.raw(Arrays.copyOf(nonce, 8));
        out.put(0);
        out.put2(CAPABILITIES);
        out.put(UTF8MB4);
        out.put2(PacketWriter.STATUS_AUTOCOMMIT);
        out.put2(CAPABILITIES >>> 16);
        out.put(Credentials.NONCE_BYTES + 1);
        out.raw(new byte[10]);
        out.raw(Arrays.copyOfRange(nonce, 8, nonce.length));
        out.put(0);
        zeroTerminated(Credentials.SHA2);
        out.end();
        out.flush();
    }

    private byte[] switchPlugin() throws IOException {
        out.begin();
        out.put(0xFE);
        zeroTerminated(Credentials.SHA2);
        out.raw(nonce);
        out.put(0);
        out.end();
        out.flush();
        return in.read(3, ANSWER_BYTES_MAX);
    }

    private void zeroTerminated(String text) {
        out.raw(text.getBytes(StandardCharsets.US_ASCII));
        out.put(0);
    }

    /** The client's answer to the greeting. */
    private static final class Answer {
        private static final int FIXED_BYTES = 32;

        private final byte[] packet;
        private int position = FIXED_BYTES;
        String user = "";
        byte[] proof = {};

        @Nullable
        String database;

        String plugin = Credentials.SHA2;

        Answer(byte[] packet) {
            this.packet = packet;
        }

        void read() {
            if (packet.length < FIXED_BYTES) {
                throw broken();
            }
            int flags = (packet[0] & 0xFF) | (packet[1] & 0xFF) << 8 | (packet[2] & 0xFF) << 16;
            if ((flags & PROTOCOL_41) == 0 || (flags & SECURE_CONNECTION) == 0) {
                throw new MysqlError(MysqlError.Kind.BAD_HANDSHAKE, "Bad handshake: a client older than protocol 4.1");
            }
            user = zeroTerminated();
            proof = bytes();
            if ((flags & CONNECT_WITH_DB) != 0 && position < packet.length) {
                String named = zeroTerminated();
                database = named.isEmpty() ? null : named;
            }
            if ((flags & PLUGIN_AUTH) != 0 && position < packet.length) {
                plugin = zeroTerminated();
            }
        }

        private String zeroTerminated() {
            int end = position;
            while (end < packet.length && packet[end] != 0) {
                end++;
            }
            if (end == packet.length) {
                throw broken();
            }
            String text = new String(packet, position, end - position, StandardCharsets.UTF_8);
            position = end + 1;
            return text;
        }

        /** Proofs are at most 32 bytes, so that one byte of length says the same in both notations. */
        private byte[] bytes() {
            if (position >= packet.length) {
                throw broken();
            }
            int length = packet[position++] & 0xFF;
            if (length > 250 || length > packet.length - position) {
                throw broken();
            }
            position += length;
            return Arrays.copyOfRange(packet, position - length, position);
        }

        private static MysqlError broken() {
            return new MysqlError(MysqlError.Kind.BAD_HANDSHAKE, "Bad handshake");
        }
    }
}
