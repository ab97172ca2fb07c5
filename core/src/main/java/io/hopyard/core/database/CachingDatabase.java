package io.hopyard.core.database;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was read, absence too, and forgets what changed. Someone must call {@link #refresh} about every 500 ms;
 * when that has not worked for {@link #STALE_AFTER}, nothing is answered from memory until it works again: so no answer is
 * older than that plus one read. Own commits are seen at once. Scans pass through. Thread safe; reads that hit take no
 * lock.
 */
public final class CachingDatabase implements Database {
    /** For so long after the last good {@link #refresh} answers come from memory. */
    public static final Duration STALE_AFTER = Duration.ofSeconds(3);

    /** About what an entry costs besides key text and value. */
    private static final int ENTRY_BYTES = 200;

    private final Database database;
    private final Ticker ticker;
    private final Limits limits;
    private final ConcurrentMap<RowKey, Entry> entries = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock refreshing = new ReentrantLock();
    private final ArrayDeque<Entry> clock = new ArrayDeque<>(); // guarded by lock
    private long bytes; // guarded by lock; of the entries in the clock
    private final Metrics.Counter hits;
    private final Metrics.Counter misses;

    /** Grows with everything that was forgotten; a read that overlaps such a step is not remembered. */
    private final AtomicLong epoch = new AtomicLong();

    private volatile boolean followed;
    private volatile long freshNanos;
    private long upTo; // guarded by refreshing

    /** @param bytesMax of keys and values, about */
    public record Limits(int entriesMax, long bytesMax) {
        public Limits {
            if (entriesMax < 1 || bytesMax < 1) {
                throw new IllegalArgumentException(
                        "limits of a cache: " + entriesMax + " entries, " + bytesMax + " bytes (expected: >= 1)");
            }
        }
    }

    private static final class Entry {
        final RowKey key;
        final @Nullable Row row;
        volatile boolean used;

        Entry(RowKey key, @Nullable Row row) {
            this.key = key;
            this.row = row;
        }

        long bytes() {
            return ENTRY_BYTES
                    + key.group().length()
                    + key.rest().length()
                    + (row == null ? 0 : (long) row.value().length);
        }
    }

    public CachingDatabase(Database database, Limits limits, Ticker ticker, Metrics metrics) {
        this.database = database;
        this.limits = limits;
        this.ticker = ticker;
        this.hits = metrics.counter("database_cache_hits_total", "Rows answered from memory");
        this.misses = metrics.counter("database_cache_misses_total", "Rows asked from the database");
        metrics.gauge("database_cache_rows", "Rows in memory", entries::size);
        metrics.gauge("database_cache_fresh", "1 when the cache follows the database", () -> isFresh() ? 1 : 0);
    }

    /**
     * Forgets what changed since the last call. Throws what the database throws; then nothing is lost and the next call
     * makes up for it.
     */
    public void refresh(Deadline deadline) {
        refreshing.lock();
        try {
            long asked = ticker.nanos();
            Changes changes = database.changes(upTo, deadline);
            switch (changes) {
                case Changes.Keys keys -> {
                    forget(keys.keys());
                    upTo = keys.upTo();
                }
                case Changes.TooOld tooOld -> {
                    forgetAll();
                    upTo = tooOld.upTo();
                }
            }
            freshNanos = asked;
            followed = true;
        } finally {
            refreshing.unlock();
        }
    }

    /** True while answers may come from memory. */
    public boolean isFresh() {
        return followed && ticker.nanos() - freshNanos <= STALE_AFTER.toNanos();
    }

    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        if (!isFresh()) {
            misses.add(keys.size());
            return database.read(keys, deadline);
        }
        List<@Nullable Row> rows = new ArrayList<>(keys.size());
        List<RowKey> unknown = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (RowKey key : keys) {
            Entry entry = entries.get(key);
            if (entry == null) {
                unknown.add(key);
                places.add(rows.size());
                rows.add(null);
                continue;
            }
            if (!entry.used) {
                entry.used = true;
            }
            rows.add(entry.row);
        }
        hits.add(keys.size() - unknown.size());
        if (!unknown.isEmpty()) {
            misses.add(unknown.size());
            readThrough(unknown, places, rows, deadline);
        }
        return rows;
    }

    private void readThrough(List<RowKey> unknown, List<Integer> places, List<@Nullable Row> rows, Deadline deadline) {
        long before = epoch.get();
        List<@Nullable Row> found = database.read(unknown, deadline);
        for (int index = 0; index < unknown.size(); index++) {
            rows.set(places.get(index), found.get(index));
        }
        lock.lock();
        try {
            if (epoch.get() == before) {
                for (int index = 0; index < unknown.size(); index++) {
                    remember(new Entry(unknown.get(index), found.get(index)));
                }
                shrink();
            }
        } finally {
            lock.unlock();
        }
    }

    private void remember(Entry entry) {
        if (entry.bytes() <= limits.bytesMax() && entries.putIfAbsent(entry.key, entry) == null) {
            clock.add(entry);
            bytes += entry.bytes();
        }
    }

    /** Second chance: whoever was used since the hand last came by stays for another round. */
    private void shrink() {
        while (clock.size() > limits.entriesMax() || bytes > limits.bytesMax()) {
            Entry oldest = clock.remove();
            boolean dead = entries.get(oldest.key) != oldest;
            if (!dead && oldest.used) {
                oldest.used = false;
                clock.add(oldest);
                continue;
            }
            entries.remove(oldest.key, oldest);
            bytes -= oldest.bytes();
        }
    }

    private void forget(List<RowKey> keys) {
        if (keys.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            epoch.incrementAndGet();
            keys.forEach(entries::remove);
        } finally {
            lock.unlock();
        }
    }

    private void forgetAll() {
        lock.lock();
        try {
            epoch.incrementAndGet();
            entries.clear();
            clock.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return database.scan(scan, deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        try {
            return database.commit(commit, deadline);
        } finally {
            // The conditions too: after a refusal the caller reads again, and must not meet what misled it.
            forget(Stream.concat(
                            commit.writes().stream().map(Write::key),
                            commit.conditions().stream().map(Condition::key))
                    .toList());
        }
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return database.changes(since, deadline);
    }
}
