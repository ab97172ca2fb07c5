package io.hopyard.store.pair;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.Timings;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a member on which its engine is asked for what may take long: one starts it and lets joiners in, one looks
 * how it stands, one has nodes dropped. None waits for another: each may be held by the engine until one of the others is
 * heard.
 */
final class EngineThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);

    private final PairEngine engine;
    private final PairGate gate;
    private final Timings timings;
    private final Consumer<PairEvent> events;
    private final ScheduledThreadPoolExecutor changes = pool("store-pair-engine");
    private final ScheduledThreadPoolExecutor looks = pool("store-pair-watch");
    private final ScheduledThreadPoolExecutor drops = pool("store-pair-drop");

    EngineThread(PairEngine engine, PairGate gate, Timings timings, Consumer<PairEvent> events) {
        this.engine = engine;
        this.gate = gate;
        this.timings = timings;
        this.events = events;
    }

    /** What is asked after the end is not done. */
    private static ScheduledThreadPoolExecutor pool(String name) {
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name(name).daemon(true).factory(), new ThreadPoolExecutor.DiscardPolicy());
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return pool;
    }

    void start(How how) {
        changes.execute(() -> started(how));
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the engine throws, it does not run
    private void started(How how) {
        try {
            Incarnation other = engine.start(how, gate);
            events.accept(new PairEvent.EngineStarted(other));
            long nanos = timings.heartbeat().toNanos();
            var _ = looks.scheduleWithFixedDelay(this::look, 0, nanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The engine does not start");
            events.accept(new PairEvent.EngineLost("it does not start: " + e.getMessage()));
        }
    }

    /** What a look meets while the ring changes, assertions of the engine among it, must not end the looks. */
    @SuppressWarnings("CatchingUnchecked")
    private void look() {
        try {
            PairEvent.EngineSeen seen = engine.look();
            LOG.atTrace().addKeyValue("seen", seen).log("Looked at the engine");
            events.accept(seen == null ? new PairEvent.EngineLost("it has stopped by itself") : seen);
        } catch (RuntimeException | AssertionError e) {
            LOG.atInfo().setCause(e).log("How the engine stands could not be seen");
        }
    }

    void admit(Incarnation joiner) {
        changes.execute(() -> admitted(joiner));
    }

    /** Asked for once, so it is tried until it is done or the joiner has gone. */
    private void admitted(Incarnation joiner) {
        if (engine.inRing(joiner) && !tryToAdmit(joiner)) {
            var _ = changes.schedule(() -> admitted(joiner), timings.heartbeat().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @SuppressWarnings("CatchingUnchecked") // a change of the ring may be under way
    private boolean tryToAdmit(Incarnation joiner) {
        try {
            return engine.admit(joiner);
        } catch (RuntimeException e) {
            LOG.atInfo().setCause(e).log("A joiner could not be given a copy yet");
            return false;
        }
    }

    void drop(Incarnation peer) {
        drops.execute(() -> engine.drop(peer));
    }

    /**
     * The engine is about to be stopped: how it stands is of no interest, and it lets nobody in.
     *
     * @return false when it was just being started and does not come to an end with that
     */
    boolean rest(Duration patience) {
        looks.shutdownNow();
        // Not interrupted: files may be in its hands.
        changes.shutdown();
        try {
            return changes.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
        changes.shutdownNow();
        drops.shutdownNow();
    }
}
