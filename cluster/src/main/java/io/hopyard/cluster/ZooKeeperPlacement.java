package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.placement.Placement;
import io.hopyard.core.placement.PlacementRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;

/**
 * The placement, kept by the coordination servers as a {@link VersionedEntry}; this node follows its changes. Start and
 * close are called by one thread; the rest by any.
 */
public final class ZooKeeperPlacement implements PlacementRegister, AutoCloseable {
    private static final String PATH = "/placement";
    private static final int NOTHING = -1;

    private final VersionedEntry entry;
    private final CuratorFramework client;
    private final CuratorCache cache;
    private volatile Placement known = Placement.EMPTY;

    public ZooKeeperPlacement(Coordination coordination, Ticker ticker) {
        this.entry = new VersionedEntry(coordination, "placement of the data nodes", PATH, ticker);
        this.client = coordination.client();
        this.cache = CuratorCache.build(client, PATH, CuratorCache.Options.SINGLE_NODE_CACHE);
    }

    /**
     * Knows what is written when it returns, and follows it from then on.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the servers do not answer in time
     */
    public void start(Deadline deadline) {
        known = read(deadline).placement();
        cache.listenable()
                .addListener(
                        (type, before, after) -> known = after == null ? known : Placement.decode(after.getData()));
        try {
            cache.start();
        } catch (RuntimeException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "placement: coordination failed", e);
        }
    }

    @Override
    public Written read(Deadline deadline) {
        VersionedEntry.Read read = entry.read(deadline);
        return read == null
                ? new Written(Placement.EMPTY, NOTHING)
                : new Written(Placement.decode(read.data()), read.version());
    }

    @Override
    public boolean replace(Written read, Placement placement, Deadline deadline) {
        int version = Math.toIntExact(read.version());
        return version == NOTHING
                ? entry.create(placement.encode(), deadline)
                : entry.replace(version, placement.encode(), deadline);
    }

    @Override
    public Placement known() {
        return known;
    }

    @Override
    public void close() {
        cache.close();
    }
}
