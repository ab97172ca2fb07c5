package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way, and later how it ended; what ends it first counts. One thread waits for it, named when it is made.
 */
final class Call<T extends @Nullable Object> {
    private final Verb verb;
    private final Consumer<Bytes> body;
    private final Decoder<T> decoder;
    private final Deadline deadline;
    private final Thread waiter;
    private final AtomicReference<@Nullable Reply<T>> reply = new AtomicReference<>();
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Takes the answer's body from a frame. */
    interface Decoder<T extends @Nullable Object> {
        T decode(FrameReader in) throws MalformedFrameException;
    }

    /** What to ask, without when and for whom. */
    record Request<T extends @Nullable Object>(Verb verb, Consumer<Bytes> body, Decoder<T> decoder) {}

    /** The calling thread is the one that waits. */
    Call(Request<T> request, Deadline deadline) {
        this.verb = request.verb();
        this.body = request.body();
        this.decoder = request.decoder();
        this.deadline = deadline;
        this.waiter = Thread.currentThread();
    }

    Verb verb() {
        return verb;
    }

    Deadline deadline() {
        return deadline;
    }

    /** True once: for who sends the request, or for who gives up before it was sent. */
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    void encode(Bytes out) {
        body.accept(out);
    }

    @Nullable
    Reply<T> reply() {
        return reply.get();
    }

    void end(Reply<T> how) {
        if (reply.compareAndSet(null, how)) {
            LockSupport.unpark(waiter);
        }
    }

    void fail(ErrorCode code, String text) {
        end(new Reply.Failure<>(new FeatureStoreException(code, text)));
    }

    /** Gives the call up. What was not sent will not be; what was is lost. */
    void giveUp(ErrorCode code, String reason) {
        if (take()) {
            fail(code, reason);
        } else {
            end(new Reply.Lost<>(reason));
        }
    }

    /** Ends the call by the body of an answer. */
    void answer(FrameReader in) throws MalformedFrameException {
        T value = decoder.decode(in);
        in.finish();
        end(new Reply.Answer<>(value));
    }
}
