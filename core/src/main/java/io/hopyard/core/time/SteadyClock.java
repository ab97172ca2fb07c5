package io.hopyard.core.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The wall clock of a node that does not believe its system at once when that says that the time has suddenly changed. Small
 * corrections are followed. After a step of more than {@link #STEP_MIN} the time goes on as the {@link Ticker} says, until
 * another machine has said what time it is: then the one of the two that is nearer to that is taken. The step is taken
 * without asking as long as nobody could be asked, which is so until {@link #guard}.
 *
 * <p>Both can be wrong: the ticker stands still while a machine is suspended, and the system's clock can be set by mistake.
 * Thread safe.
 */
public final class SteadyClock extends Clock {
    /** What a clock is corrected by at once is much less, unless it had been wrong. */
    public static final Duration STEP_MIN = Duration.ofSeconds(1);

    private static final long TOGETHER_NANOS = STEP_MIN.toNanos() / 20;
    private static final int TRIES_MAX = 20;

    private final Clock system;
    private final Ticker ticker;
    private final ZoneId zone;
    private final AtomicReference<Anchor> anchor;

    /** @param aheadMillis of the system's clock over the ticker when it was last believed */
    private record Anchor(long aheadMillis, boolean guarded) {}

    public SteadyClock(Clock system, Ticker ticker) {
        this(system, ticker, ZoneOffset.UTC, new AtomicReference<>());
        anchor.set(new Anchor(aheadMillis(), false));
    }

    private SteadyClock(Clock system, Ticker ticker, ZoneId zone, AtomicReference<Anchor> anchor) {
        this.system = system;
        this.ticker = ticker;
        this.zone = zone;
        this.anchor = anchor;
    }

    private long tickMillis() {
        return Math.floorDiv(ticker.nanos(), 1_000_000L);
    }

    /** Both are read close to each other, or a pause of the thread in between would look like a step. */
    private long aheadMillis() {
        long before = ticker.nanos();
        long wall = system.millis();
        long after = ticker.nanos();
        for (int tries = 1; after - before > TOGETHER_NANOS && tries < TRIES_MAX; tries++) {
            before = after;
            wall = system.millis();
            after = ticker.nanos();
        }
        return wall - Math.floorDiv(after, 1_000_000L);
    }

    /** From now on steps are not taken before {@link #hear} has confirmed them. */
    public void guard() {
        anchor.updateAndGet(last -> new Anchor(last.aheadMillis(), true));
    }

    @Override
    public long millis() {
        Anchor last = anchor.get();
        long ahead = aheadMillis();
        long step = Math.abs(ahead - last.aheadMillis());
        if (step > STEP_MIN.toMillis() && last.guarded()) {
            return tickMillis() + last.aheadMillis();
        }
        // Millisecond by millisecond would be a write for each read of the clock.
        if (step > STEP_MIN.toMillis() / 10) {
            anchor.compareAndSet(last, new Anchor(ahead, last.guarded()));
        }
        return tickMillis() + ahead;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    /** By how much the system's clock is ahead of what is answered here; zero when it is believed. */
    public Duration disbelieved() {
        Anchor last = anchor.get();
        long step = aheadMillis() - last.aheadMillis();
        return last.guarded() && Math.abs(step) > STEP_MIN.toMillis() ? Duration.ofMillis(step) : Duration.ZERO;
    }

    /**
     * Another machine has said what time it is. True when a step of the system's clock is believed by that. An answer that
     * took half of {@link #STEP_MIN} or longer is too old to say anything.
     *
     * @param askedNanos reading of the ticker before the question
     */
    public boolean hear(Instant there, long askedNanos) {
        Anchor last = anchor.get();
        long ahead = aheadMillis();
        long step = ahead - last.aheadMillis();
        if (Math.abs(step) <= STEP_MIN.toMillis()) {
            return false;
        }
        long heardNanos = ticker.nanos();
        if (heardNanos - askedNanos > STEP_MIN.toNanos() / 2) {
            return false;
        }
        long thereAhead = there.toEpochMilli() - Math.floorDiv(heardNanos, 1_000_000L);
        boolean nearer = Math.abs(thereAhead - ahead) < Math.abs(thereAhead - last.aheadMillis());
        return nearer && anchor.compareAndSet(last, new Anchor(ahead, last.guarded()));
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new SteadyClock(system, ticker, other, anchor);
    }
}
