package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteException;
import org.apache.ignite.Ignition;
import org.apache.ignite.cache.query.QueryCursor;
import org.apache.ignite.cache.query.ScanQuery;
import org.apache.ignite.cluster.ClusterState;
import org.apache.ignite.internal.IgniteEx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of one data node: an embedded engine, the memory copies of its rows and the two interfaces to them. The
 * only member of its pair activates itself at its first start and comes back with all data at the next. {@link #start} and
 * {@link #close} are for one thread; everything handed out is thread safe.
 */
public final class StoreNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreNode.class);
    private static final int ONLINE_THREADS = 4;
    private static final Duration POLL = Duration.ofMillis(20);

    private final StoreSettings settings;
    private final Clock clock;
    private final Ticker ticker;
    private final Metrics metrics;
    private volatile @Nullable Running running;

    /** What there is only while the node runs. */
    private record Running(
            IgniteEx engine,
            EngineDatabase database,
            EngineOnlineRows onlineRows,
            Committer committer,
            EngineCalls calls,
            Sweeper sweeper,
            RowCache rows) {}

    /**
     * @param clock by which online rows expire
     * @param ticker against which deadlines are checked
     */
    public StoreNode(StoreSettings settings, Clock clock, Ticker ticker, Metrics metrics) {
        this.settings = settings;
        this.clock = clock;
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /**
     * Starts the engine and returns when all data can be served.
     *
     * @throws FeatureStoreException UNAVAILABLE when the engine does not start or the other member of the pair does not
     *     come in time
     */
    public void start(Duration timeout) {
        if (running != null) {
            throw new IllegalStateException("the store runs already");
        }
        long begin = ticker.nanos();
        EngineSettings.quietProperties();
        RowCache rows = new RowCache(settings.memory().rowCacheBytes(), metrics);
        MetadataMirror mirror = new MetadataMirror(metrics);
        Mirrors mirrors = new Mirrors(Map.of(EngineSettings.METADATA, mirror, EngineSettings.ONLINE, rows));
        IgniteEx engine;
        try {
            engine = (IgniteEx) Ignition.start(EngineSettings.of(settings, mirrors));
        } catch (IgniteException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "store in " + settings.directory() + ": the engine does not start", e);
        }
        try {
            activate(engine, Deadline.after(ticker, timeout));
            running = open(engine, rows, mirror);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("node", settings.consistentId())
                .addKeyValue("version", mirror.version())
                .addKeyValue("millis", Duration.ofNanos(ticker.nanos() - begin).toMillis())
                .log("The store is ready");
    }

    /** At the first start of all there is no baseline yet; later the engine activates itself when all members are there. */
    private void activate(IgniteEx engine, Deadline deadline) {
        if (engine.cluster().currentBaselineTopology() == null) {
            engine.cluster().state(ClusterState.ACTIVE);
            engine.cluster().baselineAutoAdjustEnabled(false);
        }
        while (engine.cluster().state() != ClusterState.ACTIVE) {
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "store of node " + settings.consistentId() + ": the other member of the pair did not come");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private Running open(IgniteEx engine, RowCache rows, MetadataMirror mirror) {
        IgniteCache<byte[], byte[]> metadata = engine.cache(EngineSettings.METADATA);
        byte[] version = metadata.get(MetadataKey.version());
        try (QueryCursor<Cache.Entry<byte[], byte[]>> content = metadata.query(new ScanQuery<byte[], byte[]>())) {
            mirror.load(
                    () -> StreamSupport.stream(content.spliterator(), false)
                            .map(StoreNode::pair)
                            .iterator(),
                    version == null ? 0 : ByteBuffer.wrap(version).getLong());
        }
        IgniteCache<byte[], byte[]> online = engine.cache(EngineSettings.ONLINE);
        EngineOnlineRows.Engine parts = new EngineOnlineRows.Engine(
                online, engine.transactions(), new TableCursor(engine, EngineSettings.ONLINE));
        parts.cursor().walk(StoredKey.lowestClearing(), (key, value) -> {
            rows.put(key, value);
            return true;
        });
        Committer committer = new Committer(mirror, metadata, engine.transactions(), ticker, metrics);
        EngineCalls calls = new EngineCalls("online", ONLINE_THREADS, ticker, metrics);
        Sweeper sweeper = new Sweeper(parts, rows, clock, settings.retention(), metrics);
        committer.start();
        sweeper.start();
        return new Running(
                engine,
                new EngineDatabase(mirror, committer, ticker),
                new EngineOnlineRows(parts, rows, calls, sweeper, clock, ticker, metrics),
                committer,
                calls,
                sweeper,
                rows);
    }

    private static Map.Entry<byte[], byte[]> pair(Cache.Entry<byte[], byte[]> entry) {
        return new SimpleImmutableEntry<>(entry.getKey(), entry.getValue());
    }

    /** The metadata rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public Database database() {
        return new RunningDatabase(() -> running().database());
    }

    /** The online rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public OnlineRows onlineRows() {
        return new RunningOnlineRows(() -> running().onlineRows());
    }

    /** True while rows can be read and written. */
    public boolean ready() {
        Running now = running;
        return now != null && Ignition.state(now.engine().name()) == org.apache.ignite.IgniteState.STARTED;
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the store of this node does not run");
        }
        return now;
    }

    RowCache rowCache() {
        return running().rows();
    }

    IgniteEx engine() {
        return running().engine();
    }

    /** Finishes what is begun and stops the engine; everything acknowledged is on the disk. May be repeated. */
    @Override
    public void close() {
        Running now = running;
        if (now == null) {
            return;
        }
        running = null;
        now.sweeper().close();
        now.committer().close();
        now.calls().close();
        // Not cancelled: the engine writes its pages out, so that the next start has nothing to repeat.
        Ignition.stop(now.engine().name(), false);
        LOG.atInfo().addKeyValue("node", settings.consistentId()).log("The store has stopped");
    }
}
