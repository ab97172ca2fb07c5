package io.hopyard.store.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;

/** Talks to a door byte by byte. */
final class RawClient implements AutoCloseable {
    private final Socket socket = new Socket();
    private final FrameReader in;

    RawClient(DataDoor door) throws IOException {
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(TestDoor.HOST, door.port()), 20_000);
        in = new FrameReader(socket.getInputStream());
    }

    static Bytes hello(int oldest, int newest) {
        return frame(out -> out.putInt(Protocol.MAGIC).putShort(oldest).putShort(newest));
    }

    static Bytes frame(Consumer<Bytes> content) {
        Bytes bytes = new Bytes(Protocol.FRAME_BYTES_MAX).begin();
        content.accept(bytes);
        return bytes;
    }

    static Bytes request(long id, Verb verb, long notAfter, Consumer<Bytes> body) {
        return frame(out -> body.accept(out.putLong(id).putByte(verb.code()).putLong(notAfter)));
    }

    RawClient send(Bytes frame) throws IOException {
        frame.send(socket.getOutputStream());
        return this;
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** The next frame, which must come. */
    FrameReader next() throws IOException {
        if (!in.next(Protocol.FRAME_BYTES_MAX, () -> {})) {
            throw new IOException("the door closed the connection (expected: a frame)");
        }
        return in;
    }

    /** Reads to the end, which must come. */
    void expectEnd() throws IOException {
        try {
            while (socket.getInputStream().read(new byte[8_192]) >= 0) {
                // What the door still had to say.
            }
        } catch (java.net.SocketException e) {
            // A reset is an end too.
        }
    }

    /** Nothing more comes from this side. */
    void finish() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
