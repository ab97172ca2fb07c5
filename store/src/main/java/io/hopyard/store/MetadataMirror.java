package io.hopyard.store;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.metrics.Metrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All metadata rows in the heap, in key order. A commit becomes visible as a whole, when all of its rows have arrived and
 * the commit before it is visible, in whatever order the engine tells of them. Thread safe.
 */
final class MetadataMirror implements Mirrors.Mirror {
    private static final int CHANGES_MAX = 100_000;
    private static final int VERSION_BYTES = Long.BYTES;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Condition published = lock.writeLock().newCondition();
    private final TreeMap<RowKey, Row> rows = new TreeMap<>();
    private final Map<RequestId, Long> requests = new HashMap<>();
    private final ArrayDeque<Applied> journals = new ArrayDeque<>();
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    /** Commits of which something has arrived, the oldest first. */
    private final TreeMap<Long, Arriving> arriving = new TreeMap<>();

    private long changesFloor;
    private long version;
    private boolean complete;

    private record Applied(long version, RequestId request) {}

    private record Change(long version, RowKey key) {}

    private static final class Arriving {
        private final Map<RowKey, Row> rows = new HashMap<>();
        private @Nullable Journal journal;

        boolean whole() {
            return journal != null && rows.size() == journal.put().size();
        }
    }

    MetadataMirror(Metrics metrics) {
        metrics.gauge("store_metadata_rows", "Metadata rows", () -> reading(rows::size));
        metrics.gauge("store_metadata_version", "Version of the last visible commit", this::version);
    }

    /** The stored form of a row. */
    static byte[] stored(long version, byte[] value) {
        return ByteBuffer.allocate(VERSION_BYTES + value.length)
                .putLong(version)
                .put(value)
                .array();
    }

    private static Row row(byte[] key, byte[] value) {
        return new Row(
                MetadataKey.rowKey(key),
                Arrays.copyOfRange(value, VERSION_BYTES, value.length),
                ByteBuffer.wrap(value).getLong());
    }

    /** What the engine holds, read while commits go on. For one thread. */
    static final class Content {
        private final TreeMap<RowKey, Row> rows = new TreeMap<>();
        private final TreeMap<Long, Journal> journals = new TreeMap<>();

        void add(byte[] key, byte[] value) {
            switch (key[0]) {
                case MetadataKey.KIND_ROW -> {
                    Row row = row(key, value);
                    rows.put(row.key(), row);
                }
                case MetadataKey.KIND_JOURNAL -> {
                    Journal journal = Journal.of(value);
                    journals.put(journal.version(), journal);
                }
                default -> {}
            }
        }

        /** The newest commit of which there is no journal; slots of old ones may have been used again meanwhile. */
        private long gapBelow(long commit) {
            long gap = commit;
            while (journals.containsKey(gap)) {
                gap--;
            }
            return gap;
        }

        /** The newest commit of which there is something; before it is visible the rows are not those of one moment. */
        long newest() {
            long newestRow =
                    rows.values().stream().mapToLong(Row::version).max().orElse(0);
            return journals.isEmpty() ? newestRow : Math.max(newestRow, journals.lastKey());
        }
    }

    /**
     * Takes over what the engine holds. Until then arriving commits are kept, not shown.
     *
     * @param content may also show something of later commits, all of which must have arrived or arrive here as well
     * @param storedVersion of a commit that the engine held with all before it when the reading of the content began
     * @throws IllegalStateException when a commit that the engine held as a whole has not arrived as a whole
     */
    void load(Content content, long storedVersion) {
        lock.writeLock().lock();
        try {
            Map<Long, Arriving> held = arriving.headMap(storedVersion, true);
            if (!held.values().stream().allMatch(Arriving::whole)) {
                throw new IllegalStateException("metadata of version " + storedVersion + ": commits " + held.keySet()
                        + " have arrived in part (expected: as a whole)");
            }
            held.clear();
            rows.putAll(content.rows);
            changesFloor = content.gapBelow(storedVersion);
            content.journals
                    .subMap(changesFloor, false, storedVersion, true)
                    .values()
                    .forEach(this::remember);
            version = storedVersion;
            complete = true;
            publish();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public void put(byte[] key, byte[] value) {
        switch (key[0]) {
            case MetadataKey.KIND_ROW -> {
                Row row = row(key, value);
                arrive(row.version(), there -> there.rows.put(row.key(), row));
            }
            case MetadataKey.KIND_JOURNAL -> {
                Journal journal = Journal.of(value);
                arrive(journal.version(), there -> there.journal = journal);
            }
            default -> {}
        }
    }

    /** Removed rows are named by the journal of the commit. */
    @Override
    public void remove(byte[] key) {}

    private void arrive(long commit, java.util.function.Consumer<Arriving> what) {
        lock.writeLock().lock();
        try {
            if (!complete || commit > version) {
                what.accept(arriving.computeIfAbsent(commit, number -> new Arriving()));
                publish();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void publish() {
        if (!complete) {
            return;
        }
        Arriving next = arriving.get(version + 1);
        while (next != null && next.whole() && next.journal != null) {
            rows.putAll(next.rows);
            next.journal.removed().forEach(rows::remove);
            remember(next.journal);
            version++;
            arriving.remove(version);
            published.signalAll();
            next = arriving.get(version + 1);
        }
    }

    private void remember(Journal journal) {
        requests.put(journal.requestId(), journal.version());
        journals.add(new Applied(journal.version(), journal.requestId()));
        if (journals.size() > Journal.SLOTS) {
            Applied oldest = journals.remove();
            requests.remove(oldest.request(), oldest.version());
        }
        journal.put().forEach(key -> changes.add(new Change(journal.version(), key)));
        journal.removed().forEach(key -> changes.add(new Change(journal.version(), key)));
        while (changes.size() > CHANGES_MAX) {
            changesFloor = changes.remove().version();
        }
    }

    /** Waits until a commit is visible; false when it is not in time. */
    boolean await(long commit, Duration timeout) throws InterruptedException {
        lock.writeLock().lock();
        try {
            long nanos = timeout.toNanos();
            while (version < commit) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = published.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    long version() {
        return reading(() -> version);
    }

    /** The version under which a request was applied, or null. */
    @Nullable
    Long applied(RequestId request) {
        return this.<@Nullable Long>reading(() -> requests.get(request));
    }

    @Nullable
    Row find(RowKey key) {
        return this.<@Nullable Row>reading(() -> rows.get(key));
    }

    /** As of one moment. */
    List<@Nullable Row> read(List<RowKey> keys) {
        return reading(() -> {
            List<@Nullable Row> found = new ArrayList<>(keys.size());
            keys.forEach(key -> found.add(rows.get(key)));
            return found;
        });
    }

    /** As of one moment. */
    Page scan(Scan scan) {
        RowKey prefix = new RowKey(scan.table(), scan.group(), scan.prefix());
        RowKey from = new RowKey(scan.table(), scan.group(), scan.from());
        return reading(() -> {
            List<Row> page = new ArrayList<>();
            for (Row row :
                    rows.tailMap(from.compareTo(prefix) > 0 ? from : prefix).values()) {
                RowKey key = row.key();
                if (!key.table().equals(scan.table())
                        || !key.group().equals(scan.group())
                        || !key.rest().startsWith(scan.prefix())) {
                    break;
                }
                if (page.size() == scan.limit()) {
                    return new Page(page, key.rest());
                }
                page.add(row);
            }
            return new Page(page, null);
        });
    }

    Changes changes(long since) {
        return reading(() -> {
            if (since < changesFloor || since > version) {
                return new Changes.TooOld(version);
            }
            SequencedSet<RowKey> keys = new LinkedHashSet<>();
            var newest = changes.descendingIterator();
            while (newest.hasNext()) {
                Change change = newest.next();
                if (change.version() <= since) {
                    break;
                }
                keys.add(change.key());
            }
            return new Changes.Keys(List.copyOf(keys), version);
        });
    }

    private <T extends @Nullable Object> T reading(Supplier<T> action) {
        lock.readLock().lock();
        try {
            return action.get();
        } finally {
            lock.readLock().unlock();
        }
    }
}
