package io.hopyard.store.pair;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection for heartbeats. Its other end takes an orderly end of the stream for the death of this process, so a living
 * process {@linkplain #reset resets} it instead, below TLS, which would say goodbye; {@link #close} is for a node that serves
 * no more.
 */
final class HeartbeatSocket implements AutoCloseable {
    private final Socket socket;
    private final Socket secured;
    private final @Nullable PairTls tls;
    private final DataInputStream in;
    private final DataOutputStream out;

    private HeartbeatSocket(Socket socket, @Nullable PairTls tls, boolean asking) throws IOException {
        this.socket = socket;
        this.tls = tls;
        this.secured = tls == null ? socket : secure(socket, tls, asking);
        this.in = new DataInputStream(new BufferedInputStream(secured.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(secured.getOutputStream()));
    }

    /** @param silence after which connecting, and later each read, fails */
    static HeartbeatSocket connect(InetSocketAddress to, @Nullable PairTls tls, Duration silence) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(to, Math.toIntExact(silence.toMillis()));
            prepare(socket, silence);
            return new HeartbeatSocket(socket, tls, true);
        } catch (IOException e) {
            reset(socket);
            throw e;
        }
    }

    /** @param silence after which a read fails */
    static HeartbeatSocket accepted(Socket socket, @Nullable PairTls tls, Duration silence) throws IOException {
        try {
            prepare(socket, silence);
            return new HeartbeatSocket(socket, tls, false);
        } catch (IOException e) {
            reset(socket);
            throw e;
        }
    }

    private static void prepare(Socket socket, Duration silence) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
    }

    private static Socket secure(Socket socket, PairTls tls, boolean asking) throws IOException {
        SSLSocket secured = (SSLSocket) tls.context()
                .getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secured.setUseClientMode(asking);
        if (!asking) {
            secured.setNeedClientAuth(true);
        }
        secured.startHandshake();
        tls.check(secured);
        return secured;
    }

    /** @throws PairTls.NotAdmittedException when the node at the other end may be there no more */
    void recheck() throws IOException {
        if (tls != null && secured instanceof SSLSocket encrypted) {
            tls.check(encrypted);
        }
    }

    DataInputStream in() {
        return in;
    }

    DataOutputStream out() {
        return out;
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    void reset() {
        reset(socket);
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It was closed already.
        }
    }

    @Override
    public void close() {
        close(socket);
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was closed already.
        }
    }
}
