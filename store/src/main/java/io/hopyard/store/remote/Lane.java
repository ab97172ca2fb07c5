package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.routing.MemberTrack;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to a data node: made when it is first needed, made again when it broke, with growing pauses while
 * the node cannot be reached. Nobody waits for it but with a deadline. Thread safe.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int FIRST_PAUSE_SHARE = 20;

    private final DataClient.Target target;
    private final String name;
    private final @Nullable NodeTls tls;
    private final ClientSettings settings;
    private final MemberTrack track;
    private final Ticker ticker;

    private final ReentrantLock lock = new ReentrantLock();
    /** Calls that came while there was no connection; null = nobody connects. */
    private @Nullable ArrayDeque<Call<?>> waiting;

    private @Nullable Socket connecting;
    private long pauseNanos;
    private long notBefore;
    private String lastFailure = "";
    private boolean closed;
    private volatile @Nullable ClientConnection connection;

    /** What both lanes of a client use. */
    record Shared(
            DataClient.Target target,
            @Nullable NodeTls tls,
            ClientSettings settings,
            MemberTrack track,
            Ticker ticker) {}

    Lane(String name, Shared shared) {
        this.name = name;
        this.target = shared.target();
        this.tls = shared.tls();
        this.settings = shared.settings();
        this.track = shared.track();
        this.ticker = shared.ticker();
        this.notBefore = ticker.nanos();
    }

    /** Sends at once, or as soon as there is a connection, or ends the call. */
    void send(Call<?> call) {
        ClientConnection there = connection;
        if (there == null || !there.open()) {
            there = arrange(call);
        }
        if (there != null) {
            there.send(call);
        }
    }

    /** @return the connection, or null when the call waits for it or has ended */
    private @Nullable ClientConnection arrange(Call<?> call) {
        lock.lock();
        try {
            ClientConnection there = connection;
            if (there != null && there.open()) {
                return there;
            }
            if (closed) {
                call.fail(ErrorCode.UNAVAILABLE, "the client of data node " + target.node() + " is closed");
                return null;
            }
            if (waiting == null) {
                if (ticker.nanos() - notBefore < 0) {
                    call.fail(ErrorCode.UNAVAILABLE, lastFailure);
                    return null;
                }
                waiting = new ArrayDeque<>();
                Thread.ofVirtual().name("data-connect-" + target.node()).start(this::connect);
            }
            if (waiting.size() >= settings.requestsMax()) {
                call.fail(
                        ErrorCode.UNAVAILABLE,
                        waiting.size() + " requests wait for a connection to data node " + target.node()
                                + " (expected: fewer)");
                return null;
            }
            waiting.add(call);
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void connect() {
        Socket socket = new Socket();
        try {
            begin(socket);
            ClientConnection fresh = open(socket);
            Thread.ofPlatform()
                    .daemon()
                    .name("data-client-" + target.node() + "-" + name)
                    .start(fresh::run);
            done(fresh);
        } catch (IOException | RuntimeException e) {
            close(socket);
            failed("data node " + target.node() + " at " + target.host() + ":" + target.port() + " cannot be reached: "
                    + e.getMessage());
        }
    }

    private void begin(Socket socket) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the client is closed");
            }
            connecting = socket;
        } finally {
            lock.unlock();
        }
    }

    /** Each step has its time: the TCP connection, and then each wait for bytes of the peer. */
    private ClientConnection open(Socket socket) throws IOException {
        int millis = Math.toIntExact(settings.connect().toMillis());
        socket.setTcpNoDelay(true);
        socket.setReceiveBufferSize(Protocol.SOCKET_BUFFER_BYTES);
        socket.setSendBufferSize(Protocol.SOCKET_BUFFER_BYTES);
        socket.connect(new InetSocketAddress(target.host(), target.port()), millis);
        socket.setSoTimeout(millis);
        Socket secured = tls == null ? socket : tls.connect(socket, target.node());
        ClientConnection fresh = ClientConnection.greet(
                socket, secured, new ClientConnection.Peer(target.node(), track, ticker), settings.requestsMax());
        socket.setSoTimeout(0);
        return fresh;
    }

    private void done(ClientConnection fresh) {
        ArrayDeque<Call<?>> sendable;
        lock.lock();
        try {
            connection = fresh;
            connecting = null;
            pauseNanos = 0;
            sendable = waiting == null ? new ArrayDeque<>() : waiting;
            waiting = null;
            if (closed) {
                fresh.close("the client is closed");
            }
        } finally {
            lock.unlock();
        }
        sendable.forEach(fresh::send);
    }

    private void failed(String reason) {
        ArrayDeque<Call<?>> refused;
        lock.lock();
        try {
            connecting = null;
            if (pauseNanos == 0 && !closed) {
                LOG.atWarn()
                        .addKeyValue("node", target.node())
                        .addKeyValue("reason", reason)
                        .log("A data node cannot be reached");
            }
            long max = settings.backoffMax().toNanos();
            pauseNanos = pauseNanos == 0 ? max / FIRST_PAUSE_SHARE : Math.min(max, 2 * pauseNanos);
            notBefore = ticker.nanos() + pauseNanos;
            lastFailure = reason;
            refused = waiting == null ? new ArrayDeque<>() : waiting;
            waiting = null;
        } finally {
            lock.unlock();
        }
        refused.forEach(call -> call.fail(ErrorCode.UNAVAILABLE, reason));
    }

    /** Called now and then. */
    void check() {
        ClientConnection there = connection;
        if (there != null && there.open()) {
            there.check(settings.silence().toNanos());
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (connecting != null) {
                close(connecting);
            }
            if (connection != null) {
                connection.close("the client is closed");
            }
        } finally {
            lock.unlock();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A socket to a data node could not be closed");
        }
    }
}
