package io.hopyard.store.pair;

import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of a node that calls the register. */
final class RegisterThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisterThread.class);
    private static final Duration CALL_MAX = Duration.ofSeconds(2);

    private final PairRegister register;
    private final Ticker ticker;
    private final Consumer<PairEvent> answers;
    /** Holds one call at most: the rules wait for its answer. */
    private final ThreadPoolExecutor thread;

    RegisterThread(PairRegister register, Ticker ticker, Consumer<PairEvent> answers) {
        this.register = register;
        this.ticker = ticker;
        this.answers = answers;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                Thread.ofPlatform().name("store-arbiter").daemon(true).factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    void read() {
        call(deadline -> new PairEvent.RecordRead(register.read(deadline)));
    }

    void create(PairAction.CreateRecord create) {
        call(deadline -> written(register.create(create.record(), deadline)));
    }

    void replace(PairAction.ReplaceRecord replace) {
        call(deadline -> written(register.replace(replace.read(), replace.record(), deadline)));
    }

    private static PairEvent written(boolean done) {
        return done ? new PairEvent.RecordWritten() : new PairEvent.RecordRefused();
    }

    private void call(Function<Deadline, PairEvent> call) {
        thread.execute(() -> answers.accept(ask(call)));
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the register throws, it has not answered
    private PairEvent ask(Function<Deadline, PairEvent> call) {
        try {
            return call.apply(Deadline.after(ticker, CALL_MAX));
        } catch (RuntimeException e) {
            LOG.atDebug().setCause(e).log("The register of the pair does not answer");
            return new PairEvent.RegisterFailed();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
