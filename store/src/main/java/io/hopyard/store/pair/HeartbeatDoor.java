package io.hopyard.store.pair;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Incarnation;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the peer's heartbeats. Each connection has a thread; of too many the oldest is reset. Thread safe. */
final class HeartbeatDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatDoor.class);
    private static final int CONNECTIONS_MAX = 8;
    private static final int BACKLOG = 8;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
    /** A peer that is silent for so long has another connection, or will make one. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final InetSocketAddress at;
    private final @Nullable PairTls tls;
    private final HeartbeatListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Socket> connections = new ArrayDeque<>();
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private volatile boolean closed;

    HeartbeatDoor(InetSocketAddress at, @Nullable PairTls tls, HeartbeatListener listener) {
        this.at = at;
        this.tls = tls;
        this.listener = listener;
    }

    /** @throws FeatureStoreException UNAVAILABLE when the port is taken */
    void open() {
        try {
            ServerSocket opened = new ServerSocket(at.getPort(), BACKLOG, at.getAddress());
            listening = opened;
            accepting = Thread.ofPlatform()
                    .name("store-heartbeat-door")
                    .daemon(true)
                    .start(() -> accept(opened));
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "heartbeats of the pair at " + at + ": the port cannot be opened", e);
        }
    }

    private void accept(ServerSocket from) {
        while (!closed) {
            try {
                Socket socket = from.accept();
                keep(socket);
                Thread.ofPlatform().name("store-heartbeat-answer").daemon(true).start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or a connection that ended before it was taken.
            }
        }
    }

    private void serve(Socket socket) {
        Incarnation peer = null;
        try {
            HeartbeatSocket connection = HeartbeatSocket.accepted(socket, tls, SILENCE_MAX);
            while (true) {
                HeartbeatFrame.Ask ask = HeartbeatFrame.readAsk(connection.in());
                connection.recheck();
                peer = ask.self().from();
                HeartbeatFrame.write(
                        connection.out(), new HeartbeatFrame.Answered(listener.asked(ask.self()), ask.sentNanos()));
            }
        } catch (EOFException e) {
            if (peer != null) {
                listener.ended(peer);
            }
        } catch (PairTls.NotAdmittedException e) {
            LOG.atWarn()
                    .addKeyValue("peer", socket.getRemoteSocketAddress())
                    .addKeyValue("reason", e.getMessage())
                    .log("A node is not let in at the pair's door for leases.");
        } catch (IOException e) {
            // The peer connects again, and a stranger may try as often as it likes.
        } finally {
            forget(socket);
            if (closed) {
                HeartbeatSocket.close(socket);
            } else {
                HeartbeatSocket.reset(socket);
            }
        }
    }

    private void keep(Socket socket) {
        Socket oldest = null;
        lock.lock();
        try {
            connections.add(socket);
            if (connections.size() > CONNECTIONS_MAX) {
                oldest = connections.remove();
            }
        } finally {
            lock.unlock();
        }
        if (oldest != null) {
            HeartbeatSocket.reset(oldest);
        }
    }

    private void forget(Socket socket) {
        lock.lock();
        try {
            connections.remove(socket);
        } finally {
            lock.unlock();
        }
    }

    /** For a node that serves no more: the peer takes it for dead. */
    @Override
    public void close() {
        closed = true;
        ServerSocket opened = listening;
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                // It takes no connections any more, either way.
            }
        }
        awaitPort();
        lock.lock();
        try {
            connections.forEach(HeartbeatSocket::close);
        } finally {
            lock.unlock();
        }
    }

    /** The port is free only when the thread that accepts has left. */
    private void awaitPort() {
        Thread thread = accepting;
        if (thread != null) {
            try {
                thread.join(CLOSE_MAX);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
