package io.hopyard.store;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowRetention;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees the room of online rows that nobody can see any more: cleared ones soon, expired ones and the traces of deletes
 * in slow rounds over everything. Goes in small steps at a bounded rate. What it does not finish it begins again after a
 * restart. Thread safe.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int STEP_ROWS_MAX = 256;
    private static final int STEP_LOOKS_MAX = 10_000;
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final EngineOnlineRows.Engine engine;
    private final RowCache rows;
    private final Clock clock;
    private final RowRetention retention;
    private final Pace pace;
    private final ScheduledThreadPoolExecutor thread;
    /** Tables being swept, with the number of marks set so far. */
    private final Map<Long, Integer> pending = new ConcurrentHashMap<>();

    private final Metrics.Counter swept;
    private final Metrics.Counter rounds;

    /**
     * How much of the engine a sweep takes for itself.
     *
     * @param step pause between two steps
     * @param round pause between two rounds over everything, and after a failure
     */
    record Pace(Duration step, Duration round) {
        static final Pace GENTLE = new Pace(Duration.ofMillis(50), Duration.ofMinutes(10));
    }

    /** How far a sweep goes. */
    private enum Reach {
        TABLE,
        EVERYTHING
    }

    /** Where a sweep stands. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sweep(Reach reach, long table, int marks, byte[] from) {
        static Sweep ofTable(long table, int marks) {
            return new Sweep(Reach.TABLE, table, marks, StoredKey.lowest(table, 0));
        }

        static Sweep round() {
            return new Sweep(Reach.EVERYTHING, 0, 0, StoredKey.first(0));
        }

        Sweep at(byte[] place) {
            return new Sweep(reach, table, marks, place);
        }

        Sweep inPartition(int partition) {
            return at(reach == Reach.TABLE ? StoredKey.lowest(table, partition) : StoredKey.first(partition));
        }
    }

    Sweeper(EngineOnlineRows.Engine engine, RowCache rows, Clock clock, Duration retention, Metrics metrics) {
        this(engine, rows, clock, retention, Pace.GENTLE, metrics);
    }

    Sweeper(
            EngineOnlineRows.Engine engine,
            RowCache rows,
            Clock clock,
            Duration retention,
            Pace pace,
            Metrics metrics) {
        this.engine = engine;
        this.rows = rows;
        this.clock = clock;
        this.retention = new RowRetention(retention);
        this.pace = pace;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("store-sweeper").daemon(true).factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.swept = metrics.counter("store_swept_rows_total", "Online rows removed that nobody could see any more");
        this.rounds = metrics.counter("store_sweep_rounds_total", "Rounds over all online rows that came to their end");
        metrics.gauge("store_sweeps_pending_tables", "Cleared tables whose room is not free yet", pending::size);
    }

    /** Takes up what an earlier life of the node has left. */
    void start() {
        rows.clearings().keySet().forEach(this::sweepSoon);
        later(Sweep.round(), pace.round());
    }

    /** Has the room of cleared rows of a table freed. */
    void sweepSoon(long table) {
        if (pending.merge(table, 1, Integer::sum) == 1) {
            later(Sweep.ofTable(table, 1), pace.step());
        }
    }

    private void later(Sweep sweep, Duration pause) {
        if (!thread.isShutdown()) {
            var _ = thread.schedule(() -> step(sweep), pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void step(Sweep sweep) {
        try {
            byte[] rest = removeHidden(sweep);
            int next = StoredKey.partition(sweep.from()) + 1;
            if (rest.length > 0) {
                later(sweep.at(rest), pace.step());
            } else if (next < StoredKey.PARTITIONS) {
                later(sweep.inPartition(next), Duration.ZERO);
            } else if (sweep.reach() == Reach.EVERYTHING) {
                rounds.increment();
                later(Sweep.round(), pace.round());
            } else if (!pending.remove(sweep.table(), sweep.marks())) {
                // Another mark was set meanwhile.
                later(Sweep.ofTable(sweep.table(), pending.getOrDefault(sweep.table(), 1)), pace.step());
            }
        } catch (IgniteException | CacheException | IllegalStateException e) {
            if (!thread.isShutdown()) {
                LOG.atInfo().setCause(e).log("A sweep of online rows failed and is tried again");
                later(sweep, pace.round());
            }
        }
    }

    /** One step; answers where to go on, nothing when this partition is done. */
    private byte[] removeHidden(Sweep sweep) {
        TreeSet<byte[]> hidden = new TreeSet<>(Arrays::compareUnsigned);
        byte[][] last = {new byte[0]};
        int[] looks = new int[1];
        TableCursor.Visitor collect = (key, value) -> {
            last[0] = key;
            if (StoredKey.isRow(key) && useless(key, value)) {
                hidden.add(key);
            }
            return ++looks[0] < STEP_LOOKS_MAX && hidden.size() < STEP_ROWS_MAX;
        };
        boolean done = sweep.reach() == Reach.TABLE
                ? engine.cursor().walk(sweep.from(), collect)
                : engine.cursor().walkPartition(StoredKey.partition(sweep.from()), sweep.from(), collect);
        if (!hidden.isEmpty()) {
            remove(hidden);
        }
        return done ? new byte[0] : last[0];
    }

    /** Looks again under locks: a row may have been written since. */
    private void remove(Set<byte[]> keys) {
        try (Transaction transaction = engine.transactions()
                .txStart(
                        TransactionConcurrency.PESSIMISTIC,
                        TransactionIsolation.REPEATABLE_READ,
                        TRANSACTION_TIMEOUT.toMillis(),
                        keys.size())) {
            TreeSet<byte[]> still = new TreeSet<>(Arrays::compareUnsigned);
            engine.cache().getAll(keys).forEach((key, value) -> {
                if (useless(key, value)) {
                    still.add(key);
                }
            });
            engine.cache().removeAll(still);
            transaction.commit();
            swept.add(still.size());
        }
    }

    private boolean useless(byte[] key, byte[] value) {
        return switch (rows.gate().state(StoredKey.slot(key))) {
            case OPEN -> retention.useless(RowImage.of(value), rows.clearing(StoredKey.table(key)), clock.millis());
            // They are another pair's now.
            case CLOSED -> true;
            // On their way they are compared, so nothing may vanish.
            case FILLING, SEALED, READABLE -> false;
        };
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn().log("A sweep of online rows did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
