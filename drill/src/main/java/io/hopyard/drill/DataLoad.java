package io.hopyard.drill;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writers and readers of online rows, as workers and brokers are: every acknowledged row is remembered, and every row that was
 * acknowledged longer ago than the allowed staleness must be found by each read. A write that failed is sent again until it is
 * acknowledged. Thread safe after {@link #start}.
 */
final class DataLoad implements AutoCloseable {
    /** No feature group has a number as high as this. */
    private static final long FIRST_TABLE = 1L << 40;

    private static final int BATCH = 10;
    private static final int KEYS_PER_READ = 10;
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration JOIN = Duration.ofSeconds(40);

    private final OnlineRows rows;
    private final OnlineSchema schema;
    private final Ticker ticker;
    private final Duration staleness;
    private final long seed;
    private final List<Acks> acks = new ArrayList<>();
    private final Timeline writes = new Timeline("pair writes");
    private final Timeline reads = new Timeline("pair reads");
    private final AtomicLong stale = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("load-", 0).daemon().factory());
    private volatile Duration pause = Duration.ZERO;
    private volatile boolean reading;
    private volatile boolean stopping;

    /**
     * How much is called.
     *
     * @param writers threads
     * @param readers threads
     * @param pause between two calls of a thread, so that the load leaves the cores free and a gap is the fault's, not the
     *     load's
     */
    record Pressure(int writers, int readers, Duration pause) {}

    /**
     * @param rows of the whole pair
     * @param round of the cluster, from 0: each has rows of its own
     * @param staleness that a read may have
     */
    DataLoad(OnlineRows rows, int round, Ticker ticker, Duration staleness, long seed) {
        this.rows = rows;
        this.schema = new OnlineSchema(
                FIRST_TABLE + round,
                List.of(
                        new OnlineColumn("writer", FeatureType.Simple.INT, null),
                        new OnlineColumn("row", FeatureType.Simple.INT, null),
                        new OnlineColumn("at", FeatureType.Simple.TIMESTAMP, null)),
                List.of(0, 1),
                2,
                null);
        this.ticker = ticker;
        this.staleness = staleness;
        this.seed = seed;
    }

    void start(Pressure pressure) {
        pause = pressure.pause();
        int writers = pressure.writers();
        int readers = pressure.readers();
        for (int writer = 0; writer < writers; writer++) {
            acks.add(new Acks());
        }
        for (int writer = 0; writer < writers; writer++) {
            int number = writer;
            threads.execute(() -> write(number));
        }
        for (int reader = 0; reader < readers; reader++) {
            SplittableRandom random = new SplittableRandom(seed + reader);
            threads.execute(() -> read(random));
        }
    }

    /** True when there are rows that every read must find. */
    boolean warm() {
        return reading;
    }

    /** From now on successes and gaps count. */
    void observe(long nowNanos) {
        writes.begin(nowNanos);
        reads.begin(nowNanos);
    }

    private RowWrite row(int writer, int row) {
        @Nullable Object[] values = {(long) writer, (long) row, 1_000_000L * row};
        return new RowWrite(key(writer, row), RowCodec.encode(schema, values, new LogPosition(writer, row)));
    }

    private OnlineKey key(int writer, int row) {
        return KeyCodec.encode(schema, new Object[] {(long) writer, (long) row});
    }

    private void write(int writer) {
        for (int first = 0; !stopping; first += BATCH) {
            List<RowWrite> batch = new ArrayList<>(BATCH);
            for (int row = first; row < first + BATCH; row++) {
                batch.add(row(writer, row));
            }
            if (!stored(batch)) {
                return;
            }
            long now = ticker.nanos();
            for (int row = first; row < first + BATCH; row++) {
                acks.get(writer).add(row, now);
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** Sends the batch until it is acknowledged; false when the load ends before. */
    private boolean stored(List<RowWrite> batch) {
        while (!stopping) {
            long begin = ticker.nanos();
            try {
                rows.upsert(batch, Deadline.after(ticker, WRITE_TIMEOUT));
                writes.success(begin, ticker.nanos());
                return true;
            } catch (FeatureStoreException e) {
                writes.failure(ticker.nanos(), e.code().name());
            }
        }
        return false;
    }

    private void read(SplittableRandom random) {
        while (!stopping) {
            LockSupport.parkNanos(pause.toNanos());
            long begin = ticker.nanos();
            List<OnlineKey> keys = keys(begin, random);
            if (keys.isEmpty()) {
                continue;
            }
            try {
                List<@Nullable OnlineRow> found = rows.read(
                        List.of(new TableRead(schema, keys, Projection.ALL)), Deadline.after(ticker, READ_TIMEOUT));
                reads.success(begin, ticker.nanos());
                reading = true;
                stale.addAndGet(found.stream().filter(row -> row == null).count());
            } catch (FeatureStoreException e) {
                reads.failure(ticker.nanos(), e.code().name());
                reads.failedCall();
            }
        }
    }

    private List<OnlineKey> keys(long nowNanos, SplittableRandom random) {
        List<OnlineKey> keys = new ArrayList<>(KEYS_PER_READ);
        for (int index = 0; index < KEYS_PER_READ; index++) {
            int writer = random.nextInt(acks.size());
            Integer row = acks.get(writer).anyBefore(nowNanos - staleness.toNanos(), random);
            if (row != null) {
                keys.add(key(writer, row));
            }
        }
        return keys;
    }

    /** Ends writers and readers; what was in flight is waited for. */
    @Override
    public void close() {
        stopping = true;
        long now = ticker.nanos();
        writes.end(now);
        reads.end(now);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(JOIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.INTERNAL, "load: a thread did not end within " + JOIN.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Timeline.Summary writes(Phases phases) {
        return writes.summary(phases);
    }

    Timeline.Summary reads(Phases phases) {
        return reads.summary(phases);
    }

    /** Rows that a read did not find though they had been acknowledged longer ago than the allowed staleness. */
    long staleReads() {
        return stale.get();
    }

    long acknowledged() {
        return acks.stream().mapToLong(one -> one.all().size()).sum();
    }

    /** Removes all rows, for the next round's sake. */
    void forget() {
        rows.drop(schema.table(), Deadline.after(ticker, WRITE_TIMEOUT));
    }

    /**
     * How many acknowledged rows are not there.
     *
     * @param copy the rows of one data node
     */
    long missing(OnlineRows copy) {
        long missing = 0;
        for (int writer = 0; writer < acks.size(); writer++) {
            List<OnlineKey> keys = new ArrayList<>();
            for (int row : acks.get(writer).all()) {
                keys.add(key(writer, row));
            }
            for (int from = 0; from < keys.size(); from += 1_000) {
                List<OnlineKey> part = keys.subList(from, Math.min(keys.size(), from + 1_000));
                missing += copy
                        .read(
                                List.of(new TableRead(schema, part, Projection.ALL)),
                                Deadline.after(ticker, Duration.ofSeconds(20)))
                        .stream()
                        .filter(row -> row == null)
                        .count();
            }
        }
        return missing;
    }
}
