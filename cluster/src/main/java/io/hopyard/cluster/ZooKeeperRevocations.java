package io.hopyard.cluster;

import io.hopyard.core.cluster.Revocations;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes were shut out of the cluster, kept by the coordination servers as a {@link VersionedEntry}. Every node follows
 * it and hears of a change as soon as its server has it; one that is cut off from coordination hears of it when it is back.
 * Start and close are called by one thread; the rest by any.
 */
public final class ZooKeeperRevocations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperRevocations.class);
    private static final String PATH = "/revoked";

    private final VersionedEntry entry;
    private final Ticker ticker;
    private final CuratorCache cache;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Revocations known = Revocations.NONE;

    public ZooKeeperRevocations(Coordination coordination, Ticker ticker) {
        this.entry = new VersionedEntry(coordination, "revoked nodes", PATH, ticker);
        this.ticker = ticker;
        CuratorFramework client = coordination.client();
        this.cache = CuratorCache.build(client, PATH, CuratorCache.Options.SINGLE_NODE_CACHE);
    }

    /**
     * Knows what is written when it returns, and follows it from then on.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the servers do not answer in time
     */
    public void start(Deadline deadline) {
        VersionedEntry.Read read = entry.read(deadline);
        if (read != null) {
            learn(read.data());
        }
        cache.listenable().addListener((type, before, after) -> {
            if (after != null) {
                learn(after.getData());
            }
        });
        try {
            cache.start();
        } catch (RuntimeException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "revoked nodes: coordination failed", e);
        }
    }

    private void learn(byte[] data) {
        Revocations fresh = Revocations.decode(data);
        if (fresh.equals(known)) {
            return;
        }
        known = fresh;
        LOG.atInfo().addKeyValue("nodes", fresh.upTo()).log("Certificates of nodes are revoked.");
        listeners.forEach(Runnable::run);
    }

    /** Tells when something else is known than before; listeners are called one after the other and must be quick. */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** What was last heard; nothing before the start. Answers at once. */
    public Revocations known() {
        return known;
    }

    /**
     * Revokes all certificates of the node that are valid from the moment or from before it. It is written when this
     * returns; may be repeated.
     *
     * @param forget see {@link Revocations#with}
     * @throws FeatureStoreException {@code UNAVAILABLE} or {@code DEADLINE_EXCEEDED}; then it may have been written
     */
    public void revoke(String node, Instant moment, Instant forget, Deadline deadline) {
        while (true) {
            VersionedEntry.Read read = entry.read(deadline);
            Revocations before = read == null ? Revocations.NONE : Revocations.decode(read.data());
            byte[] after = before.with(node, moment, forget).encode();
            boolean written =
                    read == null ? entry.create(after, deadline) : entry.replace(read.version(), after, deadline);
            if (written) {
                return;
            }
            if (deadline.passed(ticker)) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED, "revoked nodes: others change them all the time");
            }
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
