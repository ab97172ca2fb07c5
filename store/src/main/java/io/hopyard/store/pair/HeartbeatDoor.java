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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Answers the peer's heartbeats. Each connection has a thread; of too many the oldest is reset. Thread safe. */
final class HeartbeatDoor implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 8;
    private static final int BACKLOG = 8;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
    /** A peer that is silent for so long has another connection, or will make one. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    private final InetSocketAddress at;
    private final @Nullable SSLContext tls;
    private final HeartbeatListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<HeartbeatSocket> connections = new ArrayDeque<>();
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private volatile boolean closed;

    HeartbeatDoor(InetSocketAddress at, @Nullable SSLContext tls, HeartbeatListener listener) {
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
                Thread.ofPlatform().name("store-heartbeat-answer").daemon(true).start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or a connection that ended before it was taken.
            }
        }
    }

    private void serve(Socket socket) {
        Incarnation peer = null;
        HeartbeatSocket connection = null;
        try {
            connection = HeartbeatSocket.accepted(socket, tls, SILENCE_MAX);
            keep(connection);
            while (true) {
                HeartbeatFrame.Ask ask = HeartbeatFrame.readAsk(connection.in());
                peer = ask.self().from();
                HeartbeatFrame.write(
                        connection.out(), new HeartbeatFrame.Answered(listener.asked(ask.self()), ask.sentNanos()));
            }
        } catch (EOFException e) {
            if (peer != null) {
                listener.ended(peer);
            }
        } catch (IOException e) {
            // The peer connects again.
        } finally {
            if (connection != null) {
                forget(connection);
                end(connection);
            }
        }
    }

    private void end(HeartbeatSocket connection) {
        if (closed) {
            connection.close();
        } else {
            connection.reset();
        }
    }

    private void keep(HeartbeatSocket connection) {
        HeartbeatSocket oldest = null;
        lock.lock();
        try {
            connections.add(connection);
            if (connections.size() > CONNECTIONS_MAX) {
                oldest = connections.remove();
            }
        } finally {
            lock.unlock();
        }
        if (oldest != null) {
            oldest.reset();
        }
        if (closed) {
            // It came in while the door was closed.
            connection.close();
        }
    }

    private void forget(HeartbeatSocket connection) {
        lock.lock();
        try {
            connections.remove(connection);
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
