package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
    private static final Duration POLL = Duration.ofMillis(20);

    private final StoreSettings settings;
    private final Clock clock;
    private final Ticker ticker;
    private final Metrics metrics;
    private volatile @Nullable Running running;

    /** What there is only while the node runs. */
    private record Running(EngineNode engine, OpenStore open) {}

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
        RowCache rows = new RowCache(settings.memory().rowCacheBytes(), metrics);
        MetadataMirror mirror = new MetadataMirror(metrics);
        Mirrors mirrors = new Mirrors(Map.of(EngineSettings.METADATA, mirror, EngineSettings.ONLINE, rows));
        EngineNode engine = EngineNode.start(settings, mirrors);
        try {
            fill(engine, Deadline.after(ticker, timeout));
            OpenStore.Senses senses = new OpenStore.Senses(clock, ticker, metrics);
            running = new Running(engine, OpenStore.open(engine, mirror, rows, settings.retention(), senses));
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

    /**
     * Returns when this node has every row. At the first start of all there is no baseline yet; later the engine activates
     * itself when all members are there.
     */
    private void fill(EngineNode engine, Deadline deadline) {
        if (engine.blank()) {
            engine.activate();
        }
        await(engine::active, deadline, "the other member of the pair did not come");
        if (!engine.membersAreServers()) {
            engine.makeServersMembers();
        }
        await(engine::holdsEverything, deadline, "the rows of the other member of the pair did not come");
    }

    private void await(BooleanSupplier reached, Deadline deadline, String otherwise) {
        while (!reached.getAsBoolean()) {
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, "store of node " + settings.consistentId() + ": " + otherwise);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** The metadata rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public Database database() {
        return new RunningDatabase(() -> running().open().database());
    }

    /** The online rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public OnlineRows onlineRows() {
        return new RunningOnlineRows(() -> running().open().onlineRows());
    }

    /** True while rows can be read and written. */
    public boolean ready() {
        Running now = running;
        return now != null && now.engine().running();
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the store of this node does not run");
        }
        return now;
    }

    OpenStore store() {
        return running().open();
    }

    RowCache rowCache() {
        return store().rows();
    }

    IgniteEx engine() {
        return running().engine().engine();
    }

    /** Finishes what is begun and stops the engine; everything acknowledged is on the disk. May be repeated. */
    @Override
    public void close() {
        Running now = running;
        if (now == null) {
            return;
        }
        running = null;
        now.open().close();
        now.engine().close();
        LOG.atInfo().addKeyValue("node", settings.consistentId()).log("The store has stopped");
    }
}
