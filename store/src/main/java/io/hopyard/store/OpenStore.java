package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.pair.Fence;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import javax.cache.CacheException;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.IgniteTransactions;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What serves rows on an engine that holds all of them: the filled memory copies and the parts that read and write. */
record OpenStore(
        EngineDatabase database,
        EngineOnlineRows onlineRows,
        EngineSlots slots,
        Committer committer,
        EngineCalls calls,
        Sweeper sweeper,
        RowCache rows,
        MetadataMirror mirror)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStore.class);
    private static final int ONLINE_THREADS = 4;
    private static final Duration COMMITS_IN_FLIGHT_MAX = Duration.ofSeconds(10);

    /** Time and counting. */
    record Senses(Clock clock, Ticker ticker, Metrics metrics) {}

    /**
     * @param engine holds everything; the other node of the pair may write meanwhile
     * @param mirror told by the engine of every change since it was started
     * @param rows likewise
     */
    static OpenStore open(
            EngineNode engine,
            MetadataMirror mirror,
            RowCache rows,
            Fence fence,
            Duration retention,
            Senses senses,
            Deadline deadline) {
        load(engine, mirror, senses.ticker(), deadline);
        TableCursor cursor = engine.cursor(EngineSettings.ONLINE);
        cursor.walk(StoredKey.lowestClearing(), (key, value) -> {
            rows.loadClearing(key, value);
            return true;
        });
        EngineOnlineRows.Engine parts =
                new EngineOnlineRows.Engine(engine.cache(EngineSettings.ONLINE), engine.transactions(), cursor);
        Ticker ticker = senses.ticker();
        Metrics metrics = senses.metrics();
        Committer committer = new Committer(
                mirror, engine.cache(EngineSettings.METADATA), engine.transactions(), fence, ticker, metrics);
        EngineCalls calls = new EngineCalls("online", ONLINE_THREADS, ticker, metrics);
        Sweeper sweeper = new Sweeper(parts, rows, senses.clock(), retention, metrics);
        SlotKeeper keeper = new SlotKeeper(rows::gate, ticker);
        committer.start();
        sweeper.start();
        return new OpenStore(
                new EngineDatabase(mirror, committer, fence, ticker),
                new EngineOnlineRows(parts, rows, calls, keeper, sweeper, fence, senses.clock(), ticker, metrics),
                new EngineSlots(parts, rows, calls, keeper, fence),
                committer,
                calls,
                sweeper,
                rows,
                mirror);
    }

    /** Tried again while the ring changes, which fails transactions. */
    private static void load(EngineNode engine, MetadataMirror mirror, Ticker ticker, Deadline deadline) {
        while (true) {
            try {
                loadOnce(engine, mirror);
                return;
            } catch (IgniteException | CacheException | IllegalStateException e) {
                if (deadline.passed(ticker) || !engine.running()) {
                    throw new FeatureStoreException(
                            ErrorCode.UNAVAILABLE, "metadata cannot be read from the engine", e);
                }
                LOG.atInfo().setCause(e).log("Reading all metadata failed and is tried again");
            }
        }
    }

    private static void loadOnce(EngineNode engine, MetadataMirror mirror) {
        long version = finishedVersion(engine.cache(EngineSettings.METADATA), engine.transactions());
        MetadataMirror.Content content = new MetadataMirror.Content();
        engine.cursor(EngineSettings.METADATA).walkPartition(0, null, (key, value) -> {
            content.add(key, value);
            return true;
        });
        mirror.load(content, version);
        try {
            if (!mirror.await(content.newest(), COMMITS_IN_FLIGHT_MAX)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "commit " + content.newest() + " of metadata has not arrived as a whole");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "start of the store: interrupted", e);
        }
    }

    /**
     * A commit that is applied here, with all before it. The row of the version is written once more with what it holds:
     * whoever commits holds its lock until the end, on both nodes, so when this write returns nothing older is under way.
     */
    private static long finishedVersion(IgniteCache<byte[], byte[]> metadata, IgniteTransactions transactions) {
        try (Transaction transaction = transactions.txStart(
                TransactionConcurrency.PESSIMISTIC,
                TransactionIsolation.REPEATABLE_READ,
                COMMITS_IN_FLIGHT_MAX.toMillis(),
                1)) {
            byte[] stored = metadata.get(MetadataKey.version());
            if (stored == null) {
                return 0;
            }
            metadata.put(MetadataKey.version(), stored);
            transaction.commit();
            return ByteBuffer.wrap(stored).getLong();
        }
    }

    /** Finishes what is begun. */
    @Override
    public void close() {
        sweeper.close();
        committer.close();
        calls.close();
    }
}
