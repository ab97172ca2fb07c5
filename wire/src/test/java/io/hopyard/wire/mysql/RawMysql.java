package io.hopyard.wire.mysql;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A MySQL client of its own making: it speaks the protocol byte by byte, so that tests may also speak it wrongly. */
final class RawMysql implements AutoCloseable {
    static final int FLAGS = 0x003ba20d;
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private int sequence;
    byte[] nonce = {};
    String version = "";
    String plugin = "";
    int capabilities;

    record Column(String name, int type, int charset) {}

    /**
     * @param error {@code number state text}, or null
     * @param rows cells as UTF-8 or, when it is none, as ISO 8859-1
     */
    record Result(
            List<Column> columns,
            List<List<@Nullable String>> rows,
            @Nullable String error,
            boolean ok) {}

    RawMysql(String host, int port) {
        try {
            socket = new Socket();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            in = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawMysql loggedIn(String host, int port, String user, String password) {
        RawMysql client = new RawMysql(host, port);
        client.greeting();
        String error = client.login(user, password, Credentials.SHA2);
        if (error != null) {
            throw new IllegalStateException(error);
        }
        return client;
    }

    Socket socket() {
        return socket;
    }

    /** Reads the greeting. */
    void greeting() {
        byte[] packet = read();
        if ((packet[0] & 0xFF) == 0xFF) {
            throw new IllegalStateException(error(packet));
        }
        int end = 1;
        while (packet[end] != 0) {
            end++;
        }
        version = new String(packet, 1, end - 1, StandardCharsets.US_ASCII);
        int at = end + 1 + 4;
        byte[] first = Arrays.copyOfRange(packet, at, at + 8);
        at += 9;
        capabilities = number(packet, at, 2) | number(packet, at + 5, 2) << 16;
        at += 2 + 1 + 2 + 2 + 1 + 10;
        nonce = Arrays.copyOf(first, 20);
        System.arraycopy(packet, at, nonce, 8, 12);
        at += 13;
        plugin = new String(packet, at, packet.length - at - 1, StandardCharsets.US_ASCII);
    }

    /** Null when let in, else the error. */
    @Nullable
    String login(String user, String password, String with) {
        send(1, answer(user, proof(password, with), "demo", with));
        byte[] packet = read();
        if ((packet[0] & 0xFF) == 0xFE) {
            String wanted = new String(packet, 1, Credentials.SHA2.length(), StandardCharsets.US_ASCII);
            send(sequence, proof(password, wanted));
            packet = read();
        }
        if (packet[0] == 1 && packet[1] == 3) {
            packet = read();
        }
        return packet[0] == 0 ? null : error(packet);
    }

    byte[] answer(String user, byte[] proof, String database, String with) {
        StringBuilder text = new StringBuilder();
        byte[] head = new byte[32];
        for (int index = 0; index < 4; index++) {
            head[index] = (byte) (FLAGS >>> (8 * index));
        }
        head[7] = 1;
        head[8] = 45;
        text.append(new String(head, StandardCharsets.ISO_8859_1)).append(user).append('\0');
        text.append((char) proof.length).append(new String(proof, StandardCharsets.ISO_8859_1));
        text.append(database).append('\0').append(with).append('\0');
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    byte[] proof(String password, String with) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (with.equals(Credentials.SHA2)) {
            byte[] once = hash("SHA-256", bytes);
            return xor(once, hash("SHA-256", hash("SHA-256", once), nonce));
        }
        byte[] once = hash("SHA-1", bytes);
        return xor(once, hash("SHA-1", nonce, hash("SHA-1", once)));
    }

    private static byte[] hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = one.clone();
        for (int index = 0; index < result.length; index++) {
            result[index] ^= other[index];
        }
        return result;
    }

    Result query(String sql) {
        return query(sql.getBytes(StandardCharsets.UTF_8));
    }

    Result query(byte[] sql) {
        byte[] packet = new byte[sql.length + 1];
        packet[0] = 3;
        System.arraycopy(sql, 0, packet, 1, sql.length);
        send(0, packet);
        return result();
    }

    Result result() {
        byte[] packet = read();
        if ((packet[0] & 0xFF) == 0xFF) {
            return new Result(List.of(), List.of(), error(packet), false);
        }
        if (packet[0] == 0) {
            return new Result(List.of(), List.of(), null, true);
        }
        int count = packet[0] & 0xFF;
        List<Column> columns = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            columns.add(column(read()));
        }
        expectEof(read());
        List<List<@Nullable String>> rows = new ArrayList<>();
        while (true) {
            packet = read();
            if ((packet[0] & 0xFF) == 0xFE && packet.length < 9) {
                expectEof(packet);
                return new Result(columns, rows, null, false);
            }
            if ((packet[0] & 0xFF) == 0xFF) {
                return new Result(columns, rows, error(packet), false);
            }
            rows.add(cells(packet));
        }
    }

    private static void expectEof(byte[] packet) {
        if ((packet[0] & 0xFF) != 0xFE || number(packet, 1, 2) != 0 || number(packet, 3, 2) != 2) {
            throw new IllegalStateException("no EOF with status 2: " + Arrays.toString(packet));
        }
    }

    private static Column column(byte[] packet) {
        int at = 0;
        String name = "";
        for (int field = 0; field < 6; field++) {
            int length = packet[at] & 0xFF;
            if (field == 4) {
                name = new String(packet, at + 1, length, StandardCharsets.UTF_8);
            }
            at += 1 + length;
        }
        return new Column(name, packet[at + 7] & 0xFF, number(packet, at + 1, 2));
    }

    private static List<@Nullable String> cells(byte[] packet) {
        List<@Nullable String> cells = new ArrayList<>();
        int at = 0;
        while (at < packet.length) {
            int length = packet[at++] & 0xFF;
            if (length == 0xFB) {
                cells.add(null);
                continue;
            }
            if (length == 0xFC || length == 0xFD) {
                int bytes = length == 0xFC ? 2 : 3;
                length = number(packet, at, bytes);
                at += bytes;
            }
            byte[] cell = Arrays.copyOfRange(packet, at, at + length);
            String text = new String(cell, StandardCharsets.UTF_8);
            cells.add(text.contains("\ufffd") ? new String(cell, StandardCharsets.ISO_8859_1) : text);
            at += length;
        }
        return cells;
    }

    static String error(byte[] packet) {
        return number(packet, 1, 2) + " " + new String(packet, 3, packet.length - 3, StandardCharsets.UTF_8);
    }

    private static int number(byte[] bytes, int at, int count) {
        int number = 0;
        for (int index = count - 1; index >= 0; index--) {
            number = number << 8 | (bytes[at + index] & 0xFF);
        }
        return number;
    }

    void send(int number, byte[] content) {
        byte[] packet = new byte[content.length + 4];
        packet[0] = (byte) content.length;
        packet[1] = (byte) (content.length >>> 8);
        packet[2] = (byte) (content.length >>> 16);
        packet[3] = (byte) number;
        System.arraycopy(content, 0, packet, 4, content.length);
        sendRaw(packet);
    }

    void sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] read() {
        try {
            int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
            sequence = in.readUnsignedByte() + 1;
            byte[] packet = new byte[length];
            in.readFully(packet);
            return packet;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** True when the server has closed the connection. */
    boolean closedByServer() {
        try {
            return in.read() < 0;
        } catch (EOFException e) {
            return true;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
