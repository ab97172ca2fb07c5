package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parts of a batch at once: the first on the caller's thread, the others on threads of its own. For one caller;
 * {@link #close} may be called by any thread.
 */
final class IngestLanes implements AutoCloseable {
    /** The online store merges what one call brings on one thread, so two calls use two cores. */
    static final int COUNT = 2;

    private final ExecutorService others = Executors.newFixedThreadPool(
            COUNT - 1,
            Thread.ofPlatform().name("hopyard-ingest-lane-", 1).daemon().factory());

    /**
     * Returns, or fails, when all parts have ended; each must see to it that it ends in time.
     *
     * @return their answers, in their order
     */
    <T> List<T> all(List<Supplier<T>> parts) {
        List<FutureTask<T>> tasks =
                parts.stream().map(part -> new FutureTask<T>(part::get)).toList();
        tasks.stream().skip(1).forEach(others::execute);
        tasks.getFirst().run();
        List<T> answers = new ArrayList<>();
        Throwable failure = null;
        for (FutureTask<T> task : tasks) {
            try {
                answers.add(task.get());
            } catch (ExecutionException e) {
                failure = both(failure, Objects.requireNonNullElse(e.getCause(), e));
            } catch (InterruptedException e) {
                task.cancel(true);
                Thread.currentThread().interrupt();
                failure = both(
                        failure,
                        new FeatureStoreException(ErrorCode.UNAVAILABLE, "a batch of the log: interrupted", e));
            }
        }
        if (failure != null) {
            throw unchecked(failure);
        }
        return answers;
    }

    private static Throwable both(@Nullable Throwable first, Throwable second) {
        if (first == null) {
            return second;
        }
        first.addSuppressed(second);
        return first;
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    /** Ends the threads when their parts have ended. */
    @Override
    public void close() {
        others.shutdown();
    }
}
