package io.hopyard.store.pair;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.time.Ticker;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends heartbeats to the peer, on one connection at a time; a thread of its own reads the answers, so that the end of the
 * peer's process is seen as such and not as a failed write. When no answer comes the connection is opened anew. Thread safe.
 */
final class HeartbeatLink implements AutoCloseable {
    private final Supplier<@Nullable InetSocketAddress> peer;
    private final @Nullable PairTls tls;
    private final Timings timings;
    private final Ticker ticker;
    private final HeartbeatListener listener;
    private final Thread sender;
    private volatile @Nullable HeartbeatSocket connection;
    private volatile boolean closed;

    /** @param peer where the peer is now, null while there is none; when it changes the connection is opened anew */
    HeartbeatLink(
            Supplier<@Nullable InetSocketAddress> peer,
            @Nullable PairTls tls,
            Timings timings,
            Ticker ticker,
            HeartbeatListener listener) {
        this.peer = peer;
        this.tls = tls;
        this.timings = timings;
        this.ticker = ticker;
        this.listener = listener;
        this.sender =
                Thread.ofPlatform().name("store-heartbeat-ask").daemon(true).unstarted(this::run);
    }

    void start() {
        sender.start();
    }

    private void run() {
        while (!closed) {
            InetSocketAddress at = peer.get();
            if (at == null) {
                pause();
                continue;
            }
            try {
                HeartbeatSocket opened = HeartbeatSocket.connect(at, tls, timings.heartbeatTimeout());
                connection = opened;
                Thread.ofPlatform().name("store-heartbeat-read").daemon(true).start(() -> read(opened));
                send(opened, at);
            } catch (IOException e) {
                // The peer is not there; what that means is for others to decide.
                pause();
            }
        }
    }

    private void send(HeartbeatSocket to, InetSocketAddress at) throws IOException {
        try {
            while (!closed && !to.isClosed() && at.equals(peer.get())) {
                // First the time, then what to say: the lease must not seem younger than the state that it was granted
                // for.
                long sentNanos = ticker.nanos();
                HeartbeatFrame.write(to.out(), new HeartbeatFrame.Ask(listener.heartbeat(), sentNanos));
                pause();
            }
        } finally {
            end(to);
        }
    }

    private void read(HeartbeatSocket from) {
        Incarnation heard = null;
        try {
            while (true) {
                HeartbeatFrame.Answered answered = HeartbeatFrame.readAnswer(from.in());
                from.recheck();
                heard = answered.answer().self().from();
                listener.answered(answered.answer(), answered.sentNanos());
            }
        } catch (EOFException e) {
            if (heard != null) {
                listener.ended(heard);
            }
        } catch (IOException e) {
            // Silent for too long, reset, or closed by this node.
        } finally {
            end(from);
        }
    }

    private void end(HeartbeatSocket opened) {
        if (closed) {
            opened.close();
        } else {
            opened.reset();
        }
    }

    private void pause() {
        LockSupport.parkNanos(timings.heartbeat().toNanos());
    }

    /** For a node that serves no more: the peer takes it for dead. */
    @Override
    public void close() {
        closed = true;
        HeartbeatSocket open = connection;
        if (open != null) {
            open.close();
        }
        LockSupport.unpark(sender);
    }
}
