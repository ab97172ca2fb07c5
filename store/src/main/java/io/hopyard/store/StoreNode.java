package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.pair.Pairing;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.ignite.internal.IgniteEx;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of one data node: an embedded engine, the memory copies of its rows and the two interfaces to them. A node
 * without a peer activates itself at its first start and comes back with all data at the next; what a member of a pair may
 * do is decided by {@link io.hopyard.core.pair.PairMember}. {@link #start} and {@link #close} are for one thread; everything
 * handed out is thread safe.
 */
public final class StoreNode implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreNode.class);

    private final StoreSettings settings;
    private final OpenStore.Senses senses;
    private final @Nullable Pairing pairing;
    private final PairedMember.Seams seams;
    private volatile @Nullable Running running;

    /** What there is only while the node runs. */
    private record Running(Membership membership, EngineNode engine, OpenStore open) {}

    /**
     * A node without a peer.
     *
     * @param clock by which online rows expire
     * @param ticker against which deadlines are checked
     */
    public StoreNode(StoreSettings settings, Clock clock, Ticker ticker, Metrics metrics) {
        this(settings, clock, ticker, metrics, null);
    }

    /** @param pairing for a member of a pair; null = the settings name no peer */
    public StoreNode(StoreSettings settings, Clock clock, Ticker ticker, Metrics metrics, @Nullable Pairing pairing) {
        this(settings, new OpenStore.Senses(clock, ticker, metrics), pairing, PairedMember.Seams.NONE);
    }

    StoreNode(StoreSettings settings, OpenStore.Senses senses, @Nullable Pairing pairing, PairedMember.Seams seams) {
        if ((settings.pair() == null) != (pairing == null)) {
            throw new IllegalArgumentException("pairing of node " + settings.consistentId() + ": "
                    + (pairing == null ? "none" : "one") + " (expected: "
                    + (pairing == null ? "one, as the settings name a peer)" : "none, as the settings name no peer)"));
        }
        this.settings = settings;
        this.senses = senses;
        this.pairing = pairing;
        this.seams = seams;
    }

    /**
     * Starts the engine and returns when all data can be served.
     *
     * @throws FeatureStoreException UNAVAILABLE when the engine does not start, or its pair does not let it serve in time
     */
    public void start(Duration timeout) {
        if (running != null) {
            throw new IllegalStateException("the store runs already");
        }
        Ticker ticker = senses.ticker();
        long begin = ticker.nanos();
        Deadline deadline = Deadline.after(ticker, timeout);
        RowCache rows = new RowCache(settings.memory().rowCacheBytes(), senses.metrics());
        MetadataMirror mirror = new MetadataMirror(senses.metrics());
        Mirrors mirrors = new Mirrors(Map.of(EngineSettings.METADATA, mirror, EngineSettings.ONLINE, rows));
        Membership membership = membership(mirrors);
        try {
            EngineNode engine = membership.start(deadline);
            OpenStore open =
                    OpenStore.open(engine, mirror, rows, membership.fence(), settings.retention(), senses, deadline);
            running = new Running(membership, engine, open);
            membership.awaitService(deadline);
        } catch (RuntimeException e) {
            if (running == null) {
                membership.close();
            } else {
                close();
            }
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("node", settings.consistentId())
                .addKeyValue("version", mirror.version())
                .addKeyValue("millis", Duration.ofNanos(ticker.nanos() - begin).toMillis())
                .log("The store is ready");
    }

    private Membership membership(Mirrors mirrors) {
        Waiting waiting = new Waiting(senses.ticker(), "store of node " + settings.consistentId());
        StoreSettings.Pair pair = settings.pair();
        if (pair == null || pairing == null) {
            return new SoleMember(settings, mirrors, waiting);
        }
        return new PairedMember(settings, pair, pairing, mirrors, senses, waiting, seams);
    }

    /** The metadata rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public Database database() {
        return new RunningDatabase(() -> running().open().database());
    }

    /** The online rows; before {@link #start} and after {@link #close} every call is refused with UNAVAILABLE. */
    public OnlineRows onlineRows() {
        return new RunningOnlineRows(() -> running().open().onlineRows());
    }

    /**
     * The slots of this node's pair, and scans of them.
     *
     * @throws FeatureStoreException UNAVAILABLE when the store does not run
     */
    public SlotRows slots() {
        return running().open().slots();
    }

    /** Likewise. */
    public SlotScan slotScan() {
        return running().open().onlineRows();
    }

    /** True while rows can be read and written. */
    public boolean ready() {
        return trouble().isEmpty();
    }

    /** What keeps rows from being read and written, for people; empty when nothing does. */
    public String trouble() {
        Running now = running;
        if (now == null) {
            return "The store does not run.";
        }
        return now.engine().running() ? now.membership().waitsFor() : "The engine stopped after an error.";
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
        now.membership().close();
        LOG.atInfo().addKeyValue("node", settings.consistentId()).log("The store has stopped");
    }
}
