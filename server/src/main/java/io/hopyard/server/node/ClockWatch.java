package io.hopyard.server.node;

import io.hopyard.cluster.LeaderTime;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.SteadyClock;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the leader of coordination what time it is when the system's clock of this node has stepped, so that a clock that was
 * set by mistake neither hides rows that still live nor shows those whose life is over.
 */
final class ClockWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final SteadyClock clock;
    private final LeaderTime leader;
    private final Ticker ticker;
    private @Nullable ScheduledExecutorService timer;
    private boolean told;

    ClockWatch(SteadyClock clock, LeaderTime leader, Ticker ticker, Metrics metrics) {
        this.clock = clock;
        this.leader = leader;
        this.ticker = ticker;
        metrics.gauge(
                "node_clock_disbelieved_seconds",
                "By how much the system's clock is ahead of the time that this node goes by, after a step that the"
                        + " leader of coordination has not confirmed",
                () -> clock.disbelieved().toMillis() / 1e3);
    }

    void start() {
        clock.guard();
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("clock-watch").daemon().factory());
        timer = fresh;
        // The look reports its own failures; the future of a periodic task tells nothing more.
        var _ = fresh.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            Duration step = clock.disbelieved();
            if (step.isZero()) {
                if (told) {
                    LOG.info("The system's clock is as it was before its step.");
                }
                told = false;
                return;
            }
            long asked = ticker.nanos();
            boolean believed = clock.hear(leader.ask(Deadline.after(ticker, LOOK)), asked);
            if (believed) {
                LOG.atInfo().addKeyValue("step", step).log("The system's clock stepped, and is believed.");
                told = false;
            } else {
                disbelieve(step, "the leader of coordination has another time");
            }
        } catch (FeatureStoreException e) {
            disbelieve(clock.disbelieved(), e.text());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The clock could not be looked at.");
        }
    }

    private void disbelieve(Duration step, String reason) {
        if (!told) {
            LOG.atWarn()
                    .addKeyValue("step", step)
                    .addKeyValue("reason", reason)
                    .log("The system's clock stepped, and is not believed: set it right.");
        }
        told = true;
    }

    void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
