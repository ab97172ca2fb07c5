package io.hopyard.bench;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.store.StoreNode;
import io.hopyard.store.StoreSettings;
import io.hopyard.store.remote.DataDoor;
import io.hopyard.store.remote.DoorSettings;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The process under test of {@link StoreBench}: a real data node, or an echo that speaks the same protocol and answers
 * every read of 50 rows with the same bytes. Ends with its standard input.
 */
final class StoreBenchNode {
    private StoreBenchNode() {}

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        if (arguments[0].equals("echo")) {
            ServerSocket listener = new ServerSocket(port, 10, InetAddress.getByName(StoreBench.HOST));
            Thread.ofPlatform().daemon().name("echo").start(() -> accept(listener));
            serve();
            return;
        }
        StoreSettings.Address address;
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(StoreBench.HOST));
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(StoreBench.HOST))) {
            address = new StoreSettings.Address(StoreBench.HOST, one.getLocalPort(), other.getLocalPort());
        }
        try (StoreNode node = new StoreNode(
                settings(Path.of(arguments[2]), Integer.parseInt(arguments[3]), address),
                Clock.systemUTC(),
                System::nanoTime,
                new Metrics())) {
            node.start(Duration.ofSeconds(60));
            DataDoor.Backend backend = new DataDoor.Backend(node.database(), node.onlineRows(), System::nanoTime);
            try (DataDoor door = new DataDoor(DoorSettings.of(StoreBench.HOST, port), null, backend, new Metrics())) {
                door.start();
                serve();
            }
        }
    }

    /** What the row cache needs for so many rows, with room to spare. */
    static long cacheMebibytes(int rows) {
        return 128L + rows / 1_024;
    }

    private static StoreSettings settings(Path directory, int rows, StoreSettings.Address address) {
        StoreSettings usual = StoreSettings.of(directory, "bench", address);
        long cache = cacheMebibytes(rows) << 20;
        return new StoreSettings(
                directory,
                "bench",
                address,
                new StoreSettings.Memory(usual.memory().pagesFirstBytes(), 512L << 20, cache),
                usual.durability(),
                usual.retention());
    }

    private static void serve() throws IOException {
        System.out.println("ready");
        System.in.readAllBytes();
    }

    private static void accept(ServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                socket.setSendBufferSize(1 << 20);
                Thread.ofPlatform().daemon().name("echo").start(() -> echo(socket));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the echo cannot accept", e);
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            OutputStream out = socket.getOutputStream();
            in.readNBytes(in.readInt());
            out.write(hello());
            byte[] answer = answer();
            ByteBuffer fields = ByteBuffer.wrap(answer);
            byte[] request = new byte[1 << 16];
            while (true) {
                int length = in.readInt();
                in.readFully(request, 0, length);
                fields.putLong(4, ByteBuffer.wrap(request).getLong());
                fields.putLong(13, System.nanoTime());
                out.write(answer);
            }
        } catch (EOFException e) {
            // The load is over.
        } catch (IOException e) {
            throw new IllegalStateException("the echo broke", e);
        }
    }

    private static byte[] hello() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(22);
        out.writeInt(0x484F5059);
        out.writeShort(1);
        out.writeInt(16 << 20);
        out.writeInt(512);
        out.writeLong(System.nanoTime());
        return bytes.toByteArray();
    }

    private static byte[] answer() throws IOException {
        byte[] image = StoreBench.row(5).image().bytes();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(8 + 1 + 8 + 4 + StoreBench.BATCH * (4 + image.length));
        out.writeLong(0);
        out.writeByte(0);
        out.writeLong(0);
        out.writeInt(StoreBench.BATCH);
        for (int row = 0; row < StoreBench.BATCH; row++) {
            out.writeInt(image.length);
            out.write(image);
        }
        return bytes.toByteArray();
    }
}
