package io.hopyard.store;

import java.util.Objects;
import org.apache.ignite.IgniteCheckedException;
import org.apache.ignite.IgniteException;
import org.apache.ignite.internal.IgniteEx;
import org.apache.ignite.internal.processors.affinity.AffinityTopologyVersion;
import org.apache.ignite.internal.processors.cache.CacheObject;
import org.apache.ignite.internal.processors.cache.GridCacheContext;
import org.apache.ignite.internal.processors.cache.KeyCacheObject;
import org.apache.ignite.internal.processors.cache.distributed.dht.topology.GridDhtLocalPartition;
import org.apache.ignite.internal.processors.cache.persistence.CacheDataRow;
import org.apache.ignite.internal.util.lang.GridCursor;
import org.jspecify.annotations.Nullable;

/**
 * Walks the engine's own order of one partition from a given key on; the public interface of the engine can only walk a
 * partition as a whole. Stands on internals of engine version 2.18.0. Thread safe.
 */
final class TableCursor {
    private final GridCacheContext<?, ?> cache;

    TableCursor(IgniteEx engine, String cache) {
        this.cache = Objects.requireNonNull(engine.context().cache().cache(cache), cache)
                .context();
    }

    /** Sees one row after the other until it says false. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    /**
     * Walks to the end of the bucket of {@code from}.
     *
     * @param from the first key seen, when it is there; else the first after it
     * @return true when the walk came to its end
     */
    boolean walk(byte[] from, Visitor visitor) {
        boolean[] stopped = new boolean[1];
        walkPartition(StoredKey.partition(from), from, (key, value) -> {
            if (!StoredKey.sameBucket(from, key)) {
                return false;
            }
            stopped[0] = !visitor.visit(key, value);
            return !stopped[0];
        });
        return !stopped[0];
    }

    /**
     * Likewise to the end of the partition.
     *
     * @param from null = its beginning
     */
    boolean walkPartition(int number, byte @Nullable [] from, Visitor visitor) {
        GridDhtLocalPartition partition = cache.topology().localPartition(number, AffinityTopologyVersion.NONE, false);
        if (partition == null || !partition.reserve()) {
            throw new IgniteException("partition " + number + " is not on this node");
        }
        try {
            // As an object: the method of the same name for bytes takes them for a marshalled key.
            KeyCacheObject lower = from == null ? null : cache.toCacheKeyObject((Object) from);
            GridCursor<? extends CacheDataRow> rows = partition.dataStore().cursor(cache.cacheId(), lower, null);
            while (rows.next()) {
                CacheDataRow row = rows.get();
                if (!visitor.visit(bytes(row.key()), bytes(row.value()))) {
                    return false;
                }
            }
            return true;
        } catch (IgniteCheckedException e) {
            throw new IgniteException(e);
        } finally {
            partition.release();
        }
    }

    private byte[] bytes(CacheObject object) {
        byte[] bytes = object.value(cache.cacheObjectContext(), false);
        return Objects.requireNonNull(bytes);
    }
}
