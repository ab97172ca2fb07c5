package io.hopyard.store;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.pair.Fence;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteTransactions;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a node that commits metadata. Every engine transaction begins by locking the row that holds the
 * version, so all commits of the pair come one after the other, and the rows in memory, once they show that version, are
 * what the conditions are checked against. Commits that wait together share a transaction. Thread safe.
 */
final class Committer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final String WHAT = "commit of metadata";
    private static final int QUEUE_MAX = 1_024;
    private static final int BATCH_MAX = 64;
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final MetadataMirror mirror;
    private final IgniteCache<byte[], byte[]> cache;
    private final IgniteTransactions transactions;
    private final Fence fence;
    private final Ticker ticker;
    private final ArrayBlockingQueue<Asked> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread;
    private final Metrics.Histogram seconds;
    private final Metrics.Counter applied;
    private final Metrics.Counter refused;
    private final Metrics.Counter unknown;
    private volatile boolean stopping;

    /** A commit that waits for its outcome; whoever sets {@code taken} first decides whether it is begun. */
    private record Asked(Commit commit, Deadline deadline, CompletableFuture<Outcome> outcome, AtomicBoolean taken) {}

    Committer(
            MetadataMirror mirror,
            IgniteCache<byte[], byte[]> cache,
            IgniteTransactions transactions,
            Fence fence,
            Ticker ticker,
            Metrics metrics) {
        this.mirror = mirror;
        this.cache = cache;
        this.transactions = transactions;
        this.fence = fence;
        this.ticker = ticker;
        this.thread = Thread.ofPlatform().name("store-committer").daemon(true).unstarted(this::run);
        this.seconds = metrics.histogram("store_commit_seconds", "Time of one commit of metadata");
        String help = "Commits of metadata by outcome";
        this.applied = metrics.counter("store_commits_total", help, "outcome", "applied");
        this.refused = metrics.counter("store_commits_total", help, "outcome", "refused");
        this.unknown = metrics.counter("store_commits_total", help, "outcome", "unknown");
        metrics.gauge("store_commit_queue_commits", "Commits that wait for the committer", queue::size);
    }

    void start() {
        thread.start();
    }

    Outcome commit(Commit commit, Deadline deadline) {
        fence.checkWrite(WHAT);
        long begin = ticker.nanos();
        Asked asked = new Asked(commit, deadline, new CompletableFuture<>(), new AtomicBoolean());
        if (stopping || !queue.offer(asked)) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    stopping
                            ? "commit of metadata: the node is stopping"
                            : "commit of metadata: " + QUEUE_MAX + " commits are waiting (expected: fewer)");
        }
        Outcome outcome = await(asked, deadline);
        seconds.record(ticker.nanos() - begin);
        switch (outcome) {
            case Outcome.Applied done -> applied.increment();
            case Outcome.Refused not -> refused.increment();
            case Outcome.Unknown lost -> unknown.increment();
        }
        return outcome;
    }

    private Outcome await(Asked asked, Deadline deadline) {
        try {
            return asked.outcome().get(deadline.remaining(ticker).toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (asked.taken().compareAndSet(false, true)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "commit of metadata: the deadline passed before it was begun", e);
            }
            return new Outcome.Unknown("no answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (asked.taken().compareAndSet(false, true)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "commit of metadata: the caller was interrupted", e);
            }
            return new Outcome.Unknown("the caller was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeatureStoreException known) {
                throw known;
            }
            return new Outcome.Unknown("the committer failed");
        }
    }

    private void run() {
        List<Asked> batch = new ArrayList<>();
        while (!stopping || !queue.isEmpty()) {
            try {
                Asked first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    collect(first, batch);
                    if (!batch.isEmpty()) {
                        decide(batch);
                    }
                }
            } catch (InterruptedException e) {
                break;
            } finally {
                batch.clear();
            }
        }
        for (Asked left = queue.poll(); left != null; left = queue.poll()) {
            if (left.taken().compareAndSet(false, true)) {
                left.outcome()
                        .completeExceptionally(new FeatureStoreException(
                                ErrorCode.UNAVAILABLE, "commit of metadata: the node is stopping"));
            }
        }
    }

    /**
     * As many as fit into one transaction. A row is written once in it: else the copies in memory would miss the earlier
     * of two images and could not show the commits one by one.
     */
    private void collect(Asked first, List<Asked> batch) {
        long bytes = 0;
        Set<RowKey> written = new HashSet<>();
        Asked next = first;
        while (next != null) {
            if (next.deadline().passed(ticker)) {
                tooLate(next);
            } else if (next.taken().compareAndSet(false, true)) {
                batch.add(next);
                bytes += EngineDatabase.bytes(next.commit());
                next.commit().writes().forEach(write -> written.add(write.key()));
            }
            Asked peeked = queue.peek();
            boolean fits = peeked != null
                    && batch.size() < BATCH_MAX
                    && bytes + EngineDatabase.bytes(peeked.commit()) <= EngineDatabase.COMMIT_BYTES_MAX
                    && peeked.commit().writes().stream().noneMatch(write -> written.contains(write.key()));
            next = fits ? queue.poll() : null;
        }
    }

    /** Its caller may have asked elsewhere since, as after a pause of the whole process, and must not be surprised by it. */
    private static void tooLate(Asked asked) {
        if (asked.taken().compareAndSet(false, true)) {
            asked.outcome()
                    .completeExceptionally(new FeatureStoreException(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "commit of metadata: the deadline passed before it was begun"));
        }
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the engine throws, the fate of the batch is not known
    private void decide(List<Asked> batch) {
        Batch decided = new Batch();
        try {
            fence.checkWrite(WHAT);
            List<Outcome> outcomes = transact(batch, decided);
            if (decided.puts.isEmpty()) {
                // An answer that rests on what was read only, and reads need more than writes: a lease.
                fence.checkRead(WHAT);
            } else if (!fence.acknowledges(Deadline.after(ticker, TRANSACTION_TIMEOUT))) {
                batch.forEach(
                        asked -> asked.outcome().complete(new Outcome.Unknown("the pair did not confirm it in time")));
                return;
            }
            for (int index = 0; index < outcomes.size(); index++) {
                batch.get(index).outcome().complete(outcomes.get(index));
            }
        } catch (FeatureStoreException e) {
            // Of the fence: nothing was written.
            batch.forEach(asked -> asked.outcome().completeExceptionally(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lost(batch, e);
        } catch (RuntimeException e) {
            lost(batch, e);
        }
    }

    private void lost(List<Asked> batch, Exception cause) {
        if (!stopping) {
            LOG.atWarn()
                    .setCause(cause)
                    .addKeyValue("commits", batch.size())
                    .log("The outcome of commits is not known");
        }
        batch.forEach(asked -> asked.outcome().complete(new Outcome.Unknown("the engine failed")));
    }

    private List<Outcome> transact(List<Asked> batch, Batch decided) throws InterruptedException {
        try (Transaction transaction = transactions.txStart(
                TransactionConcurrency.PESSIMISTIC,
                TransactionIsolation.REPEATABLE_READ,
                TRANSACTION_TIMEOUT.toMillis(),
                0)) {
            byte[] stored = cache.get(MetadataKey.version());
            long version = stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
            if (!mirror.await(version, TRANSACTION_TIMEOUT)) {
                throw new IllegalStateException("commit " + version + " is not visible on this node");
            }
            decided.version = version;
            List<Outcome> outcomes =
                    batch.stream().map(asked -> decided.decide(asked.commit())).toList();
            if (decided.version > version) {
                decided.write();
                transaction.commit();
                if (!mirror.await(decided.version, TRANSACTION_TIMEOUT)) {
                    throw new IllegalStateException("commit " + decided.version + " does not become visible");
                }
            }
            return outcomes;
        }
    }

    /** What the commits of one transaction do together; each sees what those before it did. */
    private final class Batch {
        private final Map<RowKey, @Nullable Row> changed = new HashMap<>();
        private final Map<RequestId, Long> requests = new HashMap<>();
        private final TreeMap<byte[], byte[]> puts = new TreeMap<>(Arrays::compareUnsigned);
        private final TreeSet<byte[]> removes = new TreeSet<>(Arrays::compareUnsigned);
        private long version;

        Outcome decide(Commit commit) {
            Long before = requests.get(commit.requestId());
            if (before == null) {
                before = mirror.applied(commit.requestId());
            }
            if (before != null) {
                return new Outcome.Applied(before);
            }
            for (Condition condition : commit.conditions()) {
                Row found = find(condition.key());
                if (!condition.holds(found)) {
                    return new Outcome.Refused(condition, found);
                }
            }
            if (!commit.writes().isEmpty()) {
                apply(commit);
            }
            return new Outcome.Applied(version);
        }

        private @Nullable Row find(RowKey key) {
            return changed.containsKey(key) ? changed.get(key) : mirror.find(key);
        }

        private void apply(Commit commit) {
            version++;
            List<RowKey> put = new ArrayList<>();
            List<RowKey> removed = new ArrayList<>();
            for (Write write : commit.writes()) {
                byte[] key = MetadataKey.row(write.key());
                switch (write) {
                    case Write.Put row -> {
                        put.add(row.key());
                        puts.put(key, MetadataMirror.stored(version, row.value()));
                        changed.put(row.key(), new Row(row.key(), row.value(), version));
                    }
                    case Write.Remove row -> {
                        removed.add(row.key());
                        removes.add(key);
                        changed.put(row.key(), null);
                    }
                }
            }
            requests.put(commit.requestId(), version);
            Journal journal = new Journal(version, commit.requestId(), put, removed);
            puts.put(MetadataKey.journal(version), journal.toBytes());
        }

        void write() {
            puts.put(
                    MetadataKey.version(),
                    ByteBuffer.allocate(Long.BYTES).putLong(version).array());
            cache.putAll(puts);
            if (!removes.isEmpty()) {
                cache.removeAll(removes);
            }
        }
    }

    /** Finishes what waits, for a bounded time. */
    @Override
    public void close() {
        stopping = true;
        try {
            if (!thread.join(GRACE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
