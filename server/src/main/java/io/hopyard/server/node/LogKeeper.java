package io.hopyard.server.node;

import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the log's broker of a head while its disk has room, since the engine fails for good when it cannot write: below the
 * reserve the broker is stopped in order, so that the other heads take over what it led and clients are refused, and it is
 * started again when there is room. What is left of the disk is for coordination. Start and close are called by one thread;
 * the rest by any.
 */
final class LogKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path directory;
    private final DiskReserve reserve;
    private final LongSupplier freeBytes;
    private final Supplier<Broker> brokers;
    private final ReentrantLock lock = new ReentrantLock();
    private DiskReserve.Writes writes = DiskReserve.Writes.TAKEN;
    private boolean closed;
    private @Nullable Broker broker;
    private @Nullable ScheduledExecutorService timer;
    private volatile @Nullable String trouble;

    /** One life of the broker, started once. */
    interface Broker extends AutoCloseable {
        void start();

        @Override
        void close();
    }

    /** @param brokers makes one that is not started */
    LogKeeper(Path directory, DiskReserve reserve, LongSupplier freeBytes, Supplier<Broker> brokers, Metrics metrics) {
        this.directory = directory;
        this.reserve = reserve;
        this.freeBytes = freeBytes;
        this.brokers = brokers;
        metrics.gauge("log_disk_free_bytes", "Free space on the disk of the log", freeBytes::getAsLong);
        metrics.gauge(
                "log_disk_reserve_bytes",
                "Free space below which the log's broker is stopped",
                reserve::refuseBelowBytes);
    }

    /** The broker serves when it returns, unless the disk is too full for it. */
    void start() {
        follow();
        ScheduledExecutorService fresh = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("log-disk").daemon().factory());
        timer = fresh;
        // The look reports its own failures; the future of a periodic task tells nothing more.
        var _ = fresh.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            follow();
        } catch (FeatureStoreException e) {
            trouble = "The log does not start: " + e.text();
            LOG.atWarn().addKeyValue("reason", e.text()).log("The log does not start and is tried again.");
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The disk of the log could not be looked at.");
        }
    }

    /** Starts or stops the broker as the disk wants it. */
    private void follow() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            long free = freeBytes.getAsLong();
            writes = reserve.decide(writes, free);
            switch (writes) {
                case TAKEN -> run(free);
                case REFUSED -> stop(free);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(long free) {
        if (broker == null) {
            Broker fresh = brokers.get();
            fresh.start();
            broker = fresh;
            if (trouble != null) {
                LOG.atInfo()
                        .addKeyValue("directory", directory)
                        .addKeyValue("freeBytes", free)
                        .log("The log's broker runs again.");
            }
            trouble = null;
        }
    }

    private void stop(long free) {
        if (trouble == null) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("freeBytes", free)
                    .addKeyValue("reserveBytes", reserve.refuseBelowBytes())
                    .log("The disk is nearly full: the log's broker of this head is stopped until there is room.");
        }
        trouble = "The disk of " + directory + " has " + free + " bytes free (expected: at least "
                + reserve.resumeFromBytes() + "): the log's broker is stopped until then.";
        Broker running = broker;
        if (running != null) {
            broker = null;
            running.close();
        }
    }

    /** Why the broker does not run, or null. */
    @Nullable
    String trouble() {
        return trouble;
    }

    void close() {
        ScheduledExecutorService looks = timer;
        if (looks != null) {
            looks.shutdown();
        }
        lock.lock();
        try {
            closed = true;
            Broker running = broker;
            if (running != null) {
                broker = null;
                running.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
