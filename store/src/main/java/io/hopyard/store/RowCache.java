package io.hopyard.store;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.slot.SlotGate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Online rows in the heap, coherent with the engine: every change of a row passes {@link #put} before it is
 * acknowledged. Bounded in bytes; what was not asked for since its last turn goes first. Also all clearings and the gate of slots,
 * complete.
 * Thread safe.
 */
final class RowCache implements Mirrors.Mirror {
    /** What the maps, queue and objects around one row cost, roughly. */
    private static final int ENTRY_BYTES = 176;

    private static final int STRIPES = 1_024;

    private final long bytesMax;
    private final ConcurrentHashMap<OnlineKey, Slot> slots = new ConcurrentHashMap<>();
    /** Every key of {@link #slots} exactly once, next victim first. */
    private final ConcurrentLinkedQueue<OnlineKey> turns = new ConcurrentLinkedQueue<>();
    /** Changes so far, by stripes of keys: a row read from the engine is kept only when none came in between. */
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

    private final AtomicLong bytes = new AtomicLong();
    private final Map<Long, Clearing> clearings = new ConcurrentHashMap<>();
    private final AtomicReference<SlotGate> gate = new AtomicReference<>(SlotGate.UNSET);
    private final Metrics.Counter hits;
    private final Metrics.Counter misses;
    private final Metrics.Counter evictions;

    /** A cached row; no image = there is none in the engine. */
    static final class Slot {
        private final @Nullable RowImage image;
        private volatile boolean asked;

        Slot(@Nullable RowImage image) {
            this.image = image;
        }

        @Nullable
        RowImage image() {
            return image;
        }
    }

    RowCache(long bytesMax, Metrics metrics) {
        this.bytesMax = bytesMax;
        this.hits = metrics.counter("store_row_cache_hits_total", "Online rows answered from the row cache");
        this.misses = metrics.counter("store_row_cache_misses_total", "Online rows for which the engine was asked");
        this.evictions = metrics.counter("store_row_cache_evictions_total", "Online rows that made room for others");
        metrics.gauge("store_row_cache_bytes", "Heap that the row cache uses, roughly", bytes::get);
        metrics.gauge("store_row_cache_rows", "Online rows in the row cache", slots::mappingCount);
    }

    /** The slot of a key, or null when the engine must be asked. */
    @Nullable
    Slot find(OnlineKey key) {
        @Nullable Slot[] one = new Slot[1];
        find(List.of(key), one, 0);
        return one[0];
    }

    /**
     * The slots of the keys, null where the engine must be asked.
     *
     * @param into they are put there, from {@code from} on
     * @return the index behind the last
     */
    int find(List<OnlineKey> keys, @Nullable Slot[] into, int from) {
        int at = from;
        for (int index = 0; index < keys.size(); index++) {
            into[at++] = slots.get(keys.get(index));
        }
        int there = 0;
        for (int index = from; index < at; index++) {
            Slot slot = into[index];
            if (slot != null) {
                there++;
                if (!slot.asked) {
                    slot.asked = true;
                }
            }
        }
        hits.add(there);
        misses.add(at - from - there);
        return at;
    }

    Clearing clearing(long table) {
        return clearings.getOrDefault(table, Clearing.NONE);
    }

    /** All tables that were ever cleared or dropped. */
    Map<Long, Clearing> clearings() {
        return clearings;
    }

    /** Ask before reading the engine, hand to {@link #fill}. */
    long stamp(OnlineKey key) {
        return changes.get(stripe(key));
    }

    /**
     * Keeps what the engine answered, unless the key was changed since the stamp was taken.
     *
     * @param image null = the engine has no such row
     */
    void fill(OnlineKey key, @Nullable RowImage image, long stamp) {
        boolean[] added = new boolean[1];
        slots.compute(key, (same, there) -> {
            if (there != null || stamp(key) != stamp) {
                return there;
            }
            added[0] = true;
            return new Slot(image);
        });
        if (added[0]) {
            account(key, null, image, true);
        }
    }

    @Override
    public void put(byte[] stored, byte[] value) {
        if (StoredKey.isRow(stored)) {
            set(StoredKey.onlineKey(stored), RowImage.of(value));
        } else if (StoredKey.isGate(stored)) {
            learn(SlotGate.decode(value));
        } else {
            clearings.put(StoredKey.table(stored), Clearing.of(value));
        }
    }

    @Override
    public void remove(byte[] stored) {
        if (StoredKey.isRow(stored)) {
            set(StoredKey.onlineKey(stored), null);
        } else if (!StoredKey.isGate(stored)) {
            clearings.remove(StoredKey.table(stored));
        }
    }

    /** Takes over a clearing that the engine holds; what came in meanwhile is newer and stays. */
    void loadClearing(byte[] stored, byte[] value) {
        if (StoredKey.isGate(stored)) {
            learn(SlotGate.decode(value));
        } else {
            clearings.putIfAbsent(StoredKey.table(stored), Clearing.of(value));
        }
    }

    private void learn(SlotGate next) {
        gate.updateAndGet(there -> there.version() < next.version() ? next : there);
    }

    /** What this pair does with each slot, as of now. */
    SlotGate gate() {
        return gate.get();
    }

    /** First the stamp, then the slot: a reader that fills in between sees one or is overwritten by the other. */
    private void set(OnlineKey key, @Nullable RowImage image) {
        changes.incrementAndGet(stripe(key));
        Slot before = slots.put(key, new Slot(image));
        account(key, before, image, before == null);
    }

    private void account(OnlineKey key, @Nullable Slot before, @Nullable RowImage image, boolean added) {
        long grown = size(image) - (before == null ? 0 : size(before.image));
        if (added) {
            grown += ENTRY_BYTES + key.bytes().length;
            turns.add(key);
        }
        if (bytes.addAndGet(grown) > bytesMax) {
            evict();
        }
    }

    /** Second chance: a row that was asked for since its last turn goes to the end of the queue. */
    private void evict() {
        while (bytes.get() > bytesMax) {
            OnlineKey victim = turns.poll();
            if (victim == null) {
                return;
            }
            Slot slot = slots.get(victim);
            if (slot != null && slot.asked) {
                slot.asked = false;
                turns.add(victim);
                continue;
            }
            Slot removed = slots.remove(victim);
            if (removed != null) {
                bytes.addAndGet(-(ENTRY_BYTES + victim.bytes().length + size(removed.image)));
                evictions.increment();
            }
        }
    }

    private static long size(@Nullable RowImage image) {
        return image == null ? 0 : image.bytes().length;
    }

    private static int stripe(OnlineKey key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }

    long bytes() {
        return bytes.get();
    }

    int rows() {
        return slots.size();
    }
}
