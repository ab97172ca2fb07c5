package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Whoever has its turn reads requests; what is mostly in memory is answered by the reader itself, since a
 * change of threads costs more than the answer. When that takes long nevertheless, the turn goes to a new reader
 * ({@link #relieve}). Answers are encoded when they can be sent, so a slow client holds one of them in bytes at most.
 */
final class DoorConnection {
    private static final Logger LOG = LoggerFactory.getLogger(DoorConnection.class);
    private static final long STALL_NANOS = 10_000_000;

    private final Socket socket;
    private final DataDoor.Shared door;
    private final AtomicInteger inFlight = new AtomicInteger();
    /** The number of the reader's turn, doubled; odd while the reader is inside a call. */
    private final AtomicLong turn = new AtomicLong();

    private final ReentrantLock sending = new ReentrantLock();
    private final Bytes bytes = new Bytes(Protocol.FRAME_BYTES_MAX);
    private volatile @Nullable X509Certificate shown;
    private @Nullable OutputStream out;
    private @Nullable FrameReader in;

    /** Readings of the ticker; 0 = it is not so now. */
    private volatile long inCallSince;

    private volatile long sendingSince;
    private volatile long receivingSince;
    private volatile long idleSince;
    private volatile boolean greeted;
    private volatile boolean closed;

    DoorConnection(Socket socket, DataDoor.Shared door) {
        this.socket = socket;
        this.door = door;
        this.receivingSince = now();
    }

    /** Never 0, which means something else. */
    private long now() {
        return door.ticker().nanos() | 1;
    }

    /** Meets the client and serves it until one side closes, or another thread has the turn. */
    void run() {
        guard(this::meet);
    }

    /** A defect ends the connection, never leaves it behind without a reader. */
    private void guard(Runnable reading) {
        try {
            reading.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("A connection to the data door failed");
            cut();
        }
    }

    private void meet() {
        try {
            NodeTls tls = door.tls();
            Socket secured = tls == null ? socket : meet(tls);
            out = secured.getOutputStream();
            FrameReader reader = new FrameReader(secured.getInputStream());
            in = reader;
            if (greet(reader, out)) {
                greeted = true;
                idleSince = now();
                receivingSince = 0;
                serve(0);
            } else {
                cut();
            }
        } catch (SSLException | MalformedFrameException e) {
            reject(e);
        } catch (IOException e) {
            if (greeted || door.tls() == null) {
                end(e);
            } else {
                reject(e);
            }
        }
    }

    private Socket meet(NodeTls tls) throws IOException {
        SSLSocket secured = tls.accept(socket);
        shown = NodeTls.shown(secured);
        return secured;
    }

    /** Why this client may not be served, or null when it may; may change with time. */
    private @Nullable String objection() {
        NodeTls tls = door.tls();
        X509Certificate certificate = shown;
        return tls == null || certificate == null ? null : tls.objection(certificate);
    }

    /** Cuts the connection when its client may come in no more. */
    void recheck() {
        String objection = objection();
        if (objection != null) {
            reject(new IOException(objection));
        }
    }

    private boolean greet(FrameReader reader, OutputStream output) throws IOException {
        if (!reader.next(Protocol.HELLO_BYTES_MAX, () -> {})) {
            return false;
        }
        int magic = reader.takeInt();
        if (magic != Protocol.MAGIC) {
            throw new MalformedFrameException(
                    "hello: begins with " + Integer.toHexString(magic) + " (expected: the magic of the data door)");
        }
        String objection = objection();
        if (objection != null) {
            bytes.begin()
                    .putInt(Protocol.MAGIC)
                    .putShort(Protocol.NOT_ADMITTED)
                    .putText(objection)
                    .send(output);
            throw new IOException(objection);
        }
        int oldest = reader.takeShort();
        int newest = reader.takeShort();
        boolean known = oldest <= Protocol.VERSION && newest >= Protocol.VERSION;
        bytes.begin()
                .putInt(Protocol.MAGIC)
                .putShort(known ? Protocol.VERSION : 0)
                .putInt(Protocol.FRAME_BYTES_MAX)
                .putInt(door.settings().limits().requestsPerConnectionMax())
                .putLong(door.ticker().nanos())
                .send(output);
        if (!known) {
            throw new MalformedFrameException("hello: versions " + oldest + " to " + newest + " (expected: one of them "
                    + Protocol.VERSION + ")");
        }
        return true;
    }

    private void serve(long mine) {
        FrameReader reader = in;
        if (reader == null) {
            return;
        }
        try {
            boolean mineStill = true;
            while (mineStill && !closed) {
                if (!reader.next(Protocol.FRAME_BYTES_MAX, this::receiving)) {
                    cut();
                    return;
                }
                receivingSince = 0;
                idleSince = now();
                mineStill = request(reader, mine);
            }
        } catch (MalformedFrameException e) {
            reject(e);
        } catch (IOException e) {
            end(e);
        }
    }

    /** Whatever comes slowly, its time counts from the frame's first byte. */
    private void receiving() {
        if (receivingSince == 0) {
            receivingSince = now();
        }
    }

    /** @return false when somebody else reads from now on */
    private boolean request(FrameReader reader, long mine) throws MalformedFrameException {
        long begin = idleSince;
        door.metrics().received(reader.frameBytes());
        long id = reader.takeLong();
        Verb verb = Verb.of(reader.takeByte());
        Deadline deadline = new Deadline(reader.takeLong());
        Requests.Work work = door.requests().decode(verb, reader);
        Answer answer = new Answer(id, verb, begin);
        String busy = admit();
        if (busy != null) {
            door.metrics().refused();
            answer.refuse(ErrorCode.UNAVAILABLE, busy);
            return true;
        }
        if (verb.pace() != Verb.Pace.MEMORY) {
            try {
                door.workers().execute(() -> answer.give(work, deadline));
            } catch (RejectedExecutionException e) {
                leave();
                door.metrics().refused();
                answer.refuse(ErrorCode.UNAVAILABLE, "the data node is busy or stopping");
            }
            return true;
        }
        inCallSince = begin;
        turn.set(2 * mine + 1);
        Consumer<Bytes> result = answer.call(work, deadline);
        boolean mineStill = turn.compareAndSet(2 * mine + 1, 2 * mine);
        if (mineStill) {
            inCallSince = 0;
        }
        answer.finish(result);
        return mineStill;
    }

    /** @return why not, or null when the request may begin */
    private @Nullable String admit() {
        DoorSettings.Limits limits = door.settings().limits();
        if (door.stopping().getAsBoolean()) {
            return "the data node is stopping";
        }
        if (inFlight.incrementAndGet() > limits.requestsPerConnectionMax()) {
            inFlight.decrementAndGet();
            return "the data node is busy: " + limits.requestsPerConnectionMax()
                    + " requests of this connection are begun (expected: fewer)";
        }
        if (door.metrics().requests.incrementAndGet() > limits.requestsMax()) {
            leave();
            return "the data node is busy: " + limits.requestsMax() + " requests are begun (expected: fewer)";
        }
        return null;
    }

    private void leave() {
        inFlight.decrementAndGet();
        door.metrics().requests.decrementAndGet();
    }

    /** The answer of one request. */
    private final class Answer {
        private final long id;
        private final Verb verb;
        private final long begin;
        private boolean failed;

        Answer(long id, Verb verb, long begin) {
            this.id = id;
            this.verb = verb;
            this.begin = begin;
        }

        void give(Requests.Work work, Deadline deadline) {
            finish(call(work, deadline));
        }

        @SuppressWarnings("CatchingUnchecked") // whatever fails inside, the client gets an answer
        Consumer<Bytes> call(Requests.Work work, Deadline deadline) {
            try {
                return work.run(deadline);
            } catch (FeatureStoreException e) {
                return error(e.code(), e.text());
            } catch (RuntimeException e) {
                return defect(e);
            }
        }

        private Consumer<Bytes> error(ErrorCode code, String text) {
            failed = true;
            return body -> body.putInt(code.number()).putText(text);
        }

        void finish(Consumer<Bytes> result) {
            try {
                send(result);
            } finally {
                leave();
            }
            door.metrics().answered(verb, now() - begin, failed);
        }

        void refuse(ErrorCode code, String text) {
            send(error(code, text));
            door.metrics().answered(verb, now() - begin, true);
        }

        private void send(Consumer<Bytes> body) {
            sending.lock();
            try {
                OutputStream output = out;
                if (output == null || closed) {
                    return;
                }
                encode(body);
                sendingSince = now();
                bytes.send(output);
                sendingSince = 0;
                door.metrics().sent(bytes.size());
            } catch (IOException e) {
                end(e);
            } finally {
                sending.unlock();
            }
        }

        private void encode(Consumer<Bytes> body) {
            try {
                body.accept(header());
            } catch (Bytes.FrameTooLongException e) {
                String text = "answer of " + verb.label() + ": more than " + Protocol.FRAME_BYTES_MAX
                        + " bytes (expected: at most that)";
                error(ErrorCode.PAYLOAD_TOO_LARGE, text).accept(header());
            } catch (RuntimeException e) {
                defect(e).accept(header());
            }
        }

        private Consumer<Bytes> defect(RuntimeException cause) {
            LOG.atError().setCause(cause).addKeyValue("verb", verb.label()).log("A request to the data door failed");
            return error(ErrorCode.INTERNAL, "the data node failed in " + verb.label());
        }

        private Bytes header() {
            return bytes.begin()
                    .putLong(id)
                    .putByte(failed ? Protocol.STATUS_ERROR : Protocol.STATUS_ANSWER)
                    .putLong(door.ticker().nanos());
        }
    }

    /** Called now and then: gives the turn to a new reader when the present one is held up inside a call. */
    void relieve() {
        long since = inCallSince;
        long seen = turn.get();
        if ((seen & 1) == 0 || since == 0 || now() - since < STALL_NANOS) {
            return;
        }
        long next = (seen >> 1) + 1;
        if (turn.compareAndSet(seen, 2 * next)) {
            door.readers().start(() -> guard(() -> serve(next)));
        }
    }

    /** True when the client has used up one of its times. */
    boolean overdue() {
        DoorSettings.Times times = door.settings().times();
        long now = now();
        if (!greeted) {
            return over(receivingSince, now, times.hello().toNanos());
        }
        return over(receivingSince, now, times.transfer().toNanos())
                || over(sendingSince, now, times.transfer().toNanos())
                || (inFlight.get() == 0 && over(idleSince, now, times.idle().toNanos()));
    }

    private static boolean over(long since, long now, long allowedNanos) {
        return since != 0 && now - since > allowedNanos;
    }

    boolean closed() {
        return closed;
    }

    private void reject(IOException cause) {
        if (!closed) {
            door.metrics().cut();
            LOG.atWarn()
                    .addKeyValue("peer", socket.getRemoteSocketAddress())
                    .addKeyValue("reason", cause.getMessage())
                    .log("A connection to the data door is closed since its peer is wrong");
        }
        cut();
    }

    private void end(IOException cause) {
        if (!closed) {
            LOG.atDebug()
                    .setCause(cause)
                    .addKeyValue("peer", socket.getRemoteSocketAddress())
                    .log("A connection to the data door has ended");
        }
        cut();
    }

    /** Closes the socket under all that wait for it. May be repeated. */
    void cut() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A socket of the data door could not be closed");
        }
        door.gone().accept(this);
    }
}
