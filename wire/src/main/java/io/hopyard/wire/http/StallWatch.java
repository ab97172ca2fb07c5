package io.hopyard.wire.http;

import io.hopyard.core.time.Ticker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts connections whose client falls silent while a request waits for its body, or does not take its answer: such a
 * request would hold its slot for as long as the client likes. One timer looks every {@value #LOOK_MILLIS} ms and
 * interrupts the threads that are overdue; an interrupt closes the socket that a thread blocks on. Thread safe.
 */
final class StallWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);
    static final long LOOK_MILLIS = 100;

    private final String door;
    private final Ticker ticker;
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private @Nullable ScheduledExecutorService timer;

    private enum State {
        WAITING,
        OVER,
        CUT
    }

    /** A thread at the network. Begun and ended by that thread. */
    final class Wait {
        private final Thread thread = Thread.currentThread();
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private final long dueNanos;

        private Wait(long dueNanos) {
            this.dueNanos = dueNanos;
        }

        /** @return false when the connection was cut, and its thread must not go on */
        boolean end() {
            waits.remove(this);
            return state.compareAndSet(State.WAITING, State.OVER);
        }

        private void cutWhenDue(long nowNanos) {
            if (nowNanos - dueNanos > 0 && state.compareAndSet(State.WAITING, State.CUT)) {
                thread.interrupt();
            }
        }
    }

    StallWatch(String door, Ticker ticker) {
        this.door = door;
        this.ticker = ticker;
    }

    void start() {
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("http-watch-" + door).daemon().factory());
        timer = fresh;
        ScheduledFuture<?> _ =
                fresh.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The current thread is about to block; whoever calls this calls {@link Wait#end} whatever happens. */
    Wait begin(long dueNanos) {
        Wait wait = new Wait(dueNanos);
        waits.add(wait);
        return wait;
    }

    private void look() {
        try {
            long now = ticker.nanos();
            waits.forEach(wait -> wait.cutWhenDue(now));
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("door", door).setCause(e).log("Stalled connections could not be looked for");
        }
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
