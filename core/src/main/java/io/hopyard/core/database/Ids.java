package io.hopyard.core.database;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands out numbers that are never used twice in the cluster, from counter rows in the table {@code sequences}. Numbers
 * are taken from the database in blocks, so a restart leaves gaps. Thread safe.
 */
public final class Ids {
    private static final int FORMAT = 1;
    private static final int NEXT = 1;

    private final Database database;
    private final Commits commits;
    private final Ticker ticker;
    private final int block;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Block> blocks = new HashMap<>();

    private record Block(long next, long end) {}

    /** @param block how many numbers are taken at once, 1 to 10,000 */
    public Ids(Database database, Commits commits, Ticker ticker, int block) {
        if (block < 1 || block > 10_000) {
            throw new IllegalArgumentException("block: " + block + " (expected: 1 to 10000)");
        }
        this.database = database;
        this.commits = commits;
        this.ticker = ticker;
        this.block = block;
    }

    /**
     * The next number.
     *
     * @param sequence which counter, for example {@code featuregroup}
     * @param first the first number that the counter ever gives
     */
    public long next(String sequence, long first, Deadline deadline) {
        try {
            if (!lock.tryLock(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "no number of the sequence " + sequence + " in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "interrupted while waiting for a number", e);
        }
        try {
            Block there = blocks.get(sequence);
            if (there == null || there.next() == there.end()) {
                there = take(sequence, first, deadline);
            }
            blocks.put(sequence, new Block(there.next() + 1, there.end()));
            return there.next();
        } finally {
            lock.unlock();
        }
    }

    private Block take(String sequence, long first, Deadline deadline) {
        RowKey key = new RowKey("sequences", "global", sequence);
        return commits.change(deadline, () -> {
            @Nullable Row row = database.read(List.of(key), deadline).getFirst();
            long next = row == null
                    ? first
                    : Math.max(first, RecordReader.of(row.value(), FORMAT).number(NEXT));
            Condition unchanged =
                    row == null ? new Condition.Absent(key) : new Condition.VersionEquals(key, row.version());
            byte[] value = new RecordWriter(FORMAT).put(NEXT, next + block).toBytes();
            return new Commits.Plan<>(
                    List.of(unchanged), List.of(new Write.Put(key, value)), new Block(next, next + block));
        });
    }
}
