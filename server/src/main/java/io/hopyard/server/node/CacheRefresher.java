package io.hopyard.server.node;

import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a cache of metadata ask at a fixed rate what changed. */
final class CacheRefresher {
    private static final Logger LOG = LoggerFactory.getLogger(CacheRefresher.class);

    private final CachingDatabase cache;
    private final Duration interval;
    private final Duration timeout;
    private final Ticker ticker;
    private @Nullable ScheduledExecutorService timer;
    private boolean failing;

    CacheRefresher(CachingDatabase cache, Duration interval, Duration timeout, Ticker ticker) {
        this.cache = cache;
        this.interval = interval;
        this.timeout = timeout;
        this.ticker = ticker;
    }

    /** Data nodes that have just come back may be slow to answer: the node waits for that, unready, and does not give up. */
    void start() {
        refresh();
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("metadata-refresh").daemon().factory());
        timer = fresh;
        // The refresh reports its own failures; the future of a periodic task tells nothing more.
        var _ = fresh.scheduleWithFixedDelay(
                this::refresh, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void refresh() {
        try {
            cache.refresh(Deadline.after(ticker, timeout));
            if (failing) {
                LOG.info("The cache of metadata follows the database again.");
            }
            failing = false;
        } catch (FeatureStoreException e) {
            if (!failing) {
                LOG.atWarn()
                        .addKeyValue("code", e.code())
                        .log("The cache of metadata cannot follow the database; reads go past it meanwhile.");
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The cache of metadata could not be refreshed.");
        }
    }

    void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
