package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.routing.MemberTrack;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a data node. Requests are written by who asks, answers taken by a thread of the connection. Thread safe.
 *
 * <p>Writing does not wait for a node that reads nothing: what it has not answered fits into the socket's buffer
 * ({@link #WINDOW_BYTES}), more is refused. Only a request longer than that waits, until its deadline
 * ({@link #check}).
 */
final class ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    /** The system counts the socket's buffer twice, for its own bookkeeping. */
    private static final int WINDOW_BYTES = Protocol.SOCKET_BUFFER_BYTES / 2;

    private static final Map<Integer, ErrorCode> CODES =
            Arrays.stream(ErrorCode.values()).collect(Collectors.toMap(ErrorCode::number, Function.identity()));

    private final Socket socket;
    private final FrameReader in;
    private final OutputStream out;
    private final Ticker ticker;
    private final String node;
    private final MemberTrack track;
    private final int requestsMax;
    private final Bytes bytes;
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Long, Sent> calls = new ConcurrentHashMap<>();
    private final AtomicLong unansweredBytes = new AtomicLong();
    private long lastId;

    /** The node's ticker less ours is at least that: the way of its last answer is not taken off. */
    private volatile long tickerOffset;

    private volatile long heardAt;
    private volatile @Nullable Call<?> writing;
    private volatile boolean closed;

    private record Sent(Call<?> call, int size, long at) {}

    /** Who answers, and what is made of its answers. */
    record Peer(String node, MemberTrack track, Ticker ticker) {}

    private ClientConnection(Socket socket, FrameReader in, OutputStream out, Peer peer, Hello hello) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.ticker = peer.ticker();
        this.node = peer.node();
        this.track = peer.track();
        this.requestsMax = hello.requestsMax();
        this.bytes = new Bytes(hello.frameBytesMax());
        this.tickerOffset = hello.tickerOffset();
        this.heardAt = ticker.nanos();
    }

    private record Hello(int frameBytesMax, int requestsMax, long tickerOffset) {}

    /** Says hello over a socket that is connected. */
    static ClientConnection greet(Socket socket, Socket secured, Peer peer, int requestsMax) throws IOException {
        OutputStream out = secured.getOutputStream();
        FrameReader in = new FrameReader(secured.getInputStream());
        new Bytes(Protocol.HELLO_BYTES_MAX)
                .begin()
                .putInt(Protocol.MAGIC)
                .putShort(Protocol.VERSION)
                .putShort(Protocol.VERSION)
                .send(out);
        if (!in.next(Protocol.HELLO_BYTES_MAX, () -> {})) {
            throw new IOException("the data node closed the connection at the hello");
        }
        int magic = in.takeInt();
        int version = in.takeShort();
        if (magic == Protocol.MAGIC && version == Protocol.NOT_ADMITTED) {
            throw new IOException("it does not let this node in: " + in.takeText());
        }
        if (magic != Protocol.MAGIC || version != Protocol.VERSION) {
            throw new MalformedFrameException("hello: magic " + Integer.toHexString(magic) + ", version " + version
                    + " (expected: version " + Protocol.VERSION + ")");
        }
        int frameBytesMax = Math.min(in.takeInt(), Protocol.FRAME_BYTES_MAX);
        int allowed = Math.min(in.takeInt(), requestsMax);
        long offset = in.takeLong() - peer.ticker().nanos();
        return new ClientConnection(socket, in, out, peer, new Hello(frameBytesMax, allowed, offset));
    }

    /** Takes answers until the connection ends; for the connection's own thread. */
    void run() {
        try {
            while (in.next(Protocol.FRAME_BYTES_MAX, this::heard)) {
                heard();
                take();
            }
            close("the data node closed the connection");
        } catch (MalformedFrameException | RuntimeException e) {
            if (!closed) {
                LOG.atWarn()
                        .addKeyValue("node", node)
                        .addKeyValue("reason", e.getMessage())
                        .log("A connection to a data node is closed since it answers wrongly");
            }
            close("the data node answers wrongly");
        } catch (IOException e) {
            close("the connection to the data node broke: " + e.getMessage());
        }
    }

    private void heard() {
        heardAt = ticker.nanos();
    }

    private void take() throws MalformedFrameException {
        long id = in.takeLong();
        int status = in.takeByte();
        tickerOffset = in.takeLong() - heardAt;
        Sent sent = calls.remove(id);
        if (sent == null) {
            throw new MalformedFrameException("answer to request " + id + " (expected: to one that waits for it)");
        }
        unansweredBytes.addAndGet(-sent.size());
        try {
            switch (status) {
                case Protocol.STATUS_ANSWER -> {
                    track.served(heardAt);
                    sent.call().answer(in);
                }
                case Protocol.STATUS_ERROR -> {
                    track.refused(heardAt);
                    fail(sent.call(), in.takeInt(), in.takeText());
                }
                default -> throw new MalformedFrameException("status: " + status + " (expected: 0 or 1)");
            }
        } catch (MalformedFrameException | RuntimeException e) {
            // Ended with the connection, so that who hears of it finds the connection closed.
            calls.put(id, sent);
            throw e;
        }
    }

    private static void fail(Call<?> call, int number, String text) {
        ErrorCode code = CODES.get(number);
        if (code == null) {
            call.fail(ErrorCode.INTERNAL, "error " + number + " of a data node: " + text);
        } else {
            call.fail(code, text);
        }
    }

    /** Sends the request, or ends the call. */
    void send(Call<?> call) {
        try {
            if (!sending.tryLock(call.deadline().remaining(ticker).toNanos(), TimeUnit.NANOSECONDS)) {
                call.fail(ErrorCode.DEADLINE_EXCEEDED, "request to data node " + node + " could not be sent in time");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.fail(ErrorCode.UNAVAILABLE, "interrupted before data node " + node + " was asked");
            return;
        }
        try {
            encode(call);
        } catch (Bytes.FrameTooLongException e) {
            call.fail(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    call.verb().label() + " of more than " + Protocol.FRAME_BYTES_MAX
                            + " bytes (expected: at most that)");
        } catch (IOException e) {
            close("the connection to the data node broke: " + e.getMessage());
        } finally {
            writing = null;
            sending.unlock();
        }
    }

    private void encode(Call<?> call) throws IOException {
        long id = ++lastId;
        call.encode(bytes.begin()
                .putLong(id)
                .putByte(call.verb().code())
                .putLong(call.deadline().atNanos() + tickerOffset));
        int size = bytes.size();
        long before = unansweredBytes.getAndAdd(size);
        if ((before > 0 && before + size > WINDOW_BYTES) || calls.size() >= requestsMax) {
            unansweredBytes.addAndGet(-size);
            call.fail(
                    ErrorCode.UNAVAILABLE,
                    "data node " + node + " has not answered " + calls.size() + " requests of " + before
                            + " bytes (expected: fewer)");
            return;
        }
        if (!call.take()) {
            unansweredBytes.addAndGet(-size);
            return;
        }
        calls.put(id, new Sent(call, size, ticker.nanos()));
        if (closed && calls.remove(id) != null) {
            call.fail(ErrorCode.UNAVAILABLE, "the connection to data node " + node + " is closed");
            return;
        }
        writing = call;
        bytes.send(out);
    }

    /** True when the node can be asked. */
    boolean open() {
        return !closed;
    }

    /**
     * Called now and then: closes the connection when the node takes a request too slowly, or owes an answer and was not
     * heard of for so long.
     */
    void check(long silenceNanos) {
        Call<?> held = writing;
        if (held != null && held.deadline().passed(ticker)) {
            close("data node " + node + " does not take a request");
            return;
        }
        long now = ticker.nanos();
        if (now - heardAt > silenceNanos && calls.values().stream().anyMatch(sent -> now - sent.at() > silenceNanos)) {
            close("data node " + node + " does not answer");
        }
    }

    /** Ends all calls that wait. May be repeated. */
    void close(String reason) {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A socket to a data node could not be closed");
        }
        calls.forEach((id, sent) -> {
            if (calls.remove(id) != null) {
                sent.call().end(new Reply.Lost<>(reason));
            }
        });
    }
}
