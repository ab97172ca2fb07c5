package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.cache.CacheException;
import org.apache.ignite.IgniteException;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the engine is called: bounded in number, with a bounded queue. Callers never enter the engine
 * themselves, so their interruption cannot close a file under it and a deadline holds even when the engine hangs. Thread
 * safe.
 */
final class EngineCalls implements AutoCloseable {
    private static final int QUEUE_MAX = 1_024;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Ticker ticker;
    private final ThreadPoolExecutor threads;

    EngineCalls(String part, int threadsMax, Ticker ticker, Metrics metrics) {
        this.ticker = ticker;
        ThreadFactory named =
                Thread.ofPlatform().name("store-" + part + "-", 0).daemon(true).factory();
        this.threads = new ThreadPoolExecutor(
                threadsMax, threadsMax, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), named);
        threads.allowCoreThreadTimeOut(true);
        metrics.gauge(
                "store_engine_queue_calls",
                "Calls that wait for a thread of the engine",
                () -> threads.getQueue().size(),
                "part",
                part);
    }

    /**
     * Runs the call and waits for it until the deadline.
     *
     * @throws FeatureStoreException DEADLINE_EXCEEDED, or UNAVAILABLE when the engine fails; the call may then have had
     *     its effect or have it later
     */
    <T> T call(String what, Deadline deadline, Callable<T> call) {
        Duration remaining = remaining(what, deadline);
        Future<T> future;
        try {
            future = threads.submit(call);
        } catch (RejectedExecutionException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    what + ": " + threads.getQueue().size() + " calls are waiting (expected: fewer than " + QUEUE_MAX
                            + ")",
                    e);
        }
        try {
            return future.get(remaining.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            future.cancel(false);
            throw new FeatureStoreException(ErrorCode.DEADLINE_EXCEEDED, what + ": no answer in time", e);
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": the caller was interrupted", e);
        } catch (ExecutionException e) {
            throw failure(what, e.getCause());
        }
    }

    /** Time left for the engine. */
    Duration remaining(String what, Deadline deadline) {
        Duration remaining = deadline.remaining(ticker);
        if (remaining.isZero()) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, what + ": the deadline passed before the engine was asked");
        }
        return remaining;
    }

    private static FeatureStoreException failure(String what, @Nullable Throwable cause) {
        if (cause instanceof FeatureStoreException refused) {
            return refused;
        }
        if (cause instanceof IgniteException
                || cause instanceof CacheException
                || cause instanceof IllegalStateException) {
            return new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": the engine did not do it", cause);
        }
        return new FeatureStoreException(ErrorCode.INTERNAL, what + ": the engine failed", cause);
    }

    /** Waits for what runs, for a bounded time; what waits is dropped. */
    @Override
    public void close() {
        threads.getQueue().clear();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
