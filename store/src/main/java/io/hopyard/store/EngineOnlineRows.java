package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.pair.Fence;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteTransactions;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.apache.ignite.transactions.TransactionOptimisticException;
import org.jspecify.annotations.Nullable;

/** Online rows in the engine, read through the {@link RowCache}. Thread safe. */
final class EngineOnlineRows implements OnlineRows, SlotScan {
    /** Rows that one engine transaction merges at most. */
    private static final int TRANSACTION_ROWS_MAX = 512;
    /** Bytes that one engine transaction writes at most; a segment of the engine's log must hold them. */
    private static final int TRANSACTION_BYTES_MAX = 4 << 20;
    /** Rows that one page of a scan looks at, and bytes that it returns, at most. */
    private static final int PAGE_LOOKS_MAX = 100_000;

    private static final int PAGE_BYTES_MAX = 8 << 20;

    private final RowCache rows;
    private final IgniteCache<byte[], byte[]> cache;
    private final IgniteTransactions transactions;
    private final TableCursor cursor;
    private final EngineCalls calls;
    private final Clock clock;
    private final Ticker ticker;
    private final SlotKeeper slots;
    private final Sweeper sweeper;
    private final Fence fence;
    private final Metrics.Counter stored;
    private final Metrics.Counter older;
    private final Metrics.Counter expired;
    private final Metrics.Counter stale;
    private final Metrics.Histogram upserts;
    private final Metrics.Counter conflicts;

    /** What belongs together in one engine. */
    record Engine(IgniteCache<byte[], byte[]> cache, IgniteTransactions transactions, TableCursor cursor) {}

    EngineOnlineRows(
            Engine engine,
            RowCache rows,
            EngineCalls calls,
            SlotKeeper slots,
            Sweeper sweeper,
            Fence fence,
            Clock clock,
            Ticker ticker,
            Metrics metrics) {
        this.slots = slots;
        this.cache = engine.cache();
        this.transactions = engine.transactions();
        this.cursor = engine.cursor();
        this.rows = rows;
        this.calls = calls;
        this.sweeper = sweeper;
        this.fence = fence;
        this.clock = clock;
        this.ticker = ticker;
        String help = "Online rows by what became of them";
        this.stored = metrics.counter("store_upsert_rows_total", help, "result", "stored");
        this.older = metrics.counter("store_upsert_rows_total", help, "result", "older");
        this.expired = metrics.counter("store_upsert_rows_total", help, "result", "expired");
        this.conflicts = metrics.counter(
                "store_upsert_conflicts_total", "Transactions of upserts that began again as a row changed meanwhile");
        this.stale = metrics.counter(
                "store_stale_reads_total", "Reads of online rows answered while it was open who serves the pair");
        this.upserts = metrics.histogram("store_upsert_seconds", "Time of one upsert call");
    }

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, "read of online rows: the deadline passed before it was begun");
        }
        fence.checkOnlineRead("read of online rows");
        SlotGate gate = rows.gate();
        slots.checkRead(gate, reads);
        long now = clock.millis();
        int count = 0;
        for (TableRead read : reads) {
            count += read.keys().size();
        }
        // One thing at a time for all rows: the loads of one pass do not wait for each other, so that the processor has
        // many of them under way. Row by row, each would wait for the one before.
        RowCache.@Nullable Slot[] cached = new RowCache.Slot[count];
        int found = 0;
        for (TableRead read : reads) {
            found = rows.find(read.keys(), cached, found);
        }
        List<@Nullable OnlineRow> answer = new ArrayList<>(count);
        Map<OnlineKey, List<Miss>> misses = Map.of();
        for (TableRead read : reads) {
            Clearing clearing = rows.clearing(read.schema().table());
            for (OnlineKey key : read.keys()) {
                RowCache.Slot slot = cached[answer.size()];
                if (slot == null) {
                    misses = misses.isEmpty() ? new HashMap<>() : misses;
                    misses.computeIfAbsent(key, missed -> new ArrayList<>(1)).add(new Miss(read, answer.size()));
                    answer.add(null);
                } else {
                    answer.add(visible(read, clearing, slot.image(), now));
                }
            }
        }
        if (!misses.isEmpty()) {
            load(misses, answer, deadline, now);
        }
        if (rows.gate() != gate) {
            // Rows of a slot that went away meanwhile may have been removed before they were looked for.
            slots.checkRead(rows.gate(), reads);
        }
        confirmRead("read of online rows");
        return answer;
    }

    /** Asks the engine for what the cache does not have. */
    private void load(
            Map<OnlineKey, List<Miss>> misses, List<@Nullable OnlineRow> answer, Deadline deadline, long nowMillis) {
        Map<OnlineKey, RowImage> found = calls.call(
                "read of online rows",
                deadline,
                () -> load(misses.keySet().stream().toList()));
        misses.forEach((key, places) -> places.forEach(miss ->
                answer.set(miss.index(), visible(miss.read(), rows.clearing(key.table()), found.get(key), nowMillis))));
    }

    private record Miss(TableRead read, int index) {}

    private static @Nullable OnlineRow visible(
            TableRead read, Clearing clearing, @Nullable RowImage image, long nowMillis) {
        if (image == null || !readable(clearing, image, nowMillis)) {
            return null;
        }
        return new OnlineRow(image, read.schema(), read.projection());
    }

    private static boolean readable(Clearing clearing, RowImage image, long nowMillis) {
        return !image.tombstone() && image.expiresAtMillis() > nowMillis && !clearing.hides(image);
    }

    private Map<OnlineKey, RowImage> load(List<OnlineKey> keys) {
        long[] stamps = keys.stream().mapToLong(rows::stamp).toArray();
        TreeMap<byte[], OnlineKey> asked = new TreeMap<>(Arrays::compareUnsigned);
        keys.forEach(key -> asked.put(StoredKey.row(key), key));
        Map<OnlineKey, RowImage> found = new HashMap<>();
        cache.getAll(asked.keySet())
                .forEach((stored, value) -> found.put(StoredKey.onlineKey(stored), RowImage.of(value)));
        for (int index = 0; index < stamps.length; index++) {
            rows.fill(keys.get(index), found.get(keys.get(index)), stamps[index]);
        }
        return found;
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
        if (writes.size() > UPSERT_ROWS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "upsert of " + writes.size() + " rows (expected: at most " + UPSERT_ROWS_MAX + ")");
        }
        if (writes.isEmpty()) {
            return List.of();
        }
        fence.checkWrite("upsert of online rows");
        long begin = ticker.nanos();
        RowMerge.Result[] results =
                calls.call("upsert of online rows", deadline, () -> slots.write(writes, () -> merge(writes, deadline)));
        confirm("upsert of online rows", deadline);
        upserts.record(ticker.nanos() - begin);
        for (RowMerge.Result result : results) {
            switch (result) {
                case STORED -> stored.increment();
                case OLDER -> older.increment();
                case EXPIRED -> expired.increment();
            }
        }
        return List.of(results);
    }

    /** The rows of one key, in the order sent. */
    private static final class Candidates {
        private final OnlineKey key;
        private final List<Integer> indexes = new ArrayList<>(1);
        private int bytes;

        Candidates(OnlineKey key) {
            this.key = key;
        }
    }

    /** One transaction after the other. */
    private RowMerge.Result[] merge(List<RowWrite> writes, Deadline deadline) {
        TreeMap<byte[], Candidates> byKey = new TreeMap<>(Arrays::compareUnsigned);
        for (int index = 0; index < writes.size(); index++) {
            RowWrite write = writes.get(index);
            Candidates candidates =
                    byKey.computeIfAbsent(StoredKey.row(write.key()), stored -> new Candidates(write.key()));
            candidates.indexes.add(index);
            candidates.bytes = Math.max(candidates.bytes, write.image().bytes().length);
        }
        RowMerge.Result[] results = new RowMerge.Result[writes.size()];
        TreeMap<byte[], Candidates> chunk = new TreeMap<>(Arrays::compareUnsigned);
        int bytes = 0;
        for (Map.Entry<byte[], Candidates> entry : byKey.entrySet()) {
            int more = entry.getKey().length + entry.getValue().bytes;
            if (chunk.size() == TRANSACTION_ROWS_MAX || bytes + more > TRANSACTION_BYTES_MAX) {
                mergeChunk(writes, chunk, results, deadline);
                chunk.clear();
                bytes = 0;
            }
            chunk.put(entry.getKey(), entry.getValue());
            bytes += more;
        }
        mergeChunk(writes, chunk, results, deadline);
        return results;
    }

    /**
     * Optimistic: rows are read from this node's own copy, and only the commit talks to the other node, once for all rows. To
     * lock them first would take a round trip for each run of keys that have the same node for a primary.
     */
    private void mergeChunk(
            List<RowWrite> writes, Map<byte[], Candidates> chunk, RowMerge.Result[] results, Deadline deadline) {
        boolean done = false;
        while (!done) {
            done = tryChunk(writes, chunk, results, deadline);
        }
    }

    /** False when somebody else changed one of the rows meanwhile, so that nothing was written. */
    private boolean tryChunk(
            List<RowWrite> writes, Map<byte[], Candidates> chunk, RowMerge.Result[] results, Deadline deadline) {
        long timeoutMillis = calls.remaining("upsert of online rows", deadline).toMillis() + 1;
        long now = clock.millis();
        try (Transaction transaction = transactions.txStart(
                TransactionConcurrency.OPTIMISTIC, TransactionIsolation.SERIALIZABLE, timeoutMillis, chunk.size())) {
            TreeMap<byte[], byte[]> current = new TreeMap<>(Arrays::compareUnsigned);
            current.putAll(cache.getAll(chunk.keySet()));
            TreeMap<byte[], byte[]> changed = new TreeMap<>(Arrays::compareUnsigned);
            chunk.forEach((stored, candidates) -> {
                RowImage merged = decide(writes, candidates, current.get(stored), results, now);
                if (merged != null) {
                    changed.put(stored, merged.bytes());
                }
            });
            if (!changed.isEmpty()) {
                cache.putAll(changed);
            }
            transaction.commit();
            return true;
        } catch (TransactionOptimisticException e) {
            conflicts.increment();
            return false;
        }
    }

    /** The image to store, or null when nothing changes. */
    private @Nullable RowImage decide(
            List<RowWrite> writes,
            Candidates candidates,
            byte @Nullable [] stored,
            RowMerge.Result[] results,
            long now) {
        Clearing clearing = rows.clearing(candidates.key.table());
        RowImage current = stored == null ? null : RowImage.of(stored);
        if (current != null && clearing.hides(current)) {
            current = null;
        }
        RowImage changed = null;
        for (int index : candidates.indexes) {
            RowImage candidate = writes.get(index).image();
            if (clearing.hides(candidate)) {
                results[index] = RowMerge.Result.OLDER;
                continue;
            }
            RowMerge.Decision decision = RowMerge.decide(current, candidate, now);
            results[index] = decision.result();
            if (decision.store() != null) {
                current = decision.store();
                changed = current;
            }
        }
        return changed;
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        mark("clear of an online table", table, deadline, there -> there.dropped() ? there : there.with(before));
    }

    @Override
    public void drop(long table, Deadline deadline) {
        mark("drop of an online table", table, deadline, there -> Clearing.DROPPED);
    }

    /** Sets the mark, which takes effect at once, and has the room freed later. */
    private void mark(String what, long table, Deadline deadline, java.util.function.UnaryOperator<Clearing> change) {
        fence.checkWrite(what);
        boolean marked = calls.call(what, deadline, () -> {
            byte[] key = StoredKey.clearing(table);
            try (Transaction transaction = transactions.txStart(
                    TransactionConcurrency.PESSIMISTIC,
                    TransactionIsolation.REPEATABLE_READ,
                    calls.remaining(what, deadline).toMillis() + 1,
                    1)) {
                byte[] value = cache.get(key);
                Clearing there = value == null ? Clearing.NONE : Clearing.of(value);
                Clearing next = change.apply(there);
                if (!next.equals(there)) {
                    cache.put(key, next.toBytes());
                }
                transaction.commit();
                return true;
            }
        });
        if (marked) {
            sweeper.sweepSoon(table);
        }
        confirm(what, deadline);
    }

    /** What was read is told only when it is not too old. */
    private void confirmRead(String what) {
        if (!fence.checkOnlineRead(what)) {
            stale.increment();
        }
    }

    /** What the engine has done is told only when it is sure to last. */
    private void confirm(String what, Deadline deadline) {
        if (!fence.acknowledges(deadline)) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, what + ": the pair did not confirm it in time");
        }
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return scan(schema, projection, cursor, new SlotScan.Range(Slots.COUNT, limit), deadline);
    }

    @Override
    public RowPage scan(
            OnlineSchema schema, Projection projection, byte[] cursor, SlotScan.Range range, Deadline deadline) {
        int limit = range.limit();
        if (limit < 1 || limit > SCAN_ROWS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "limit of a scan: " + limit + " (expected: 1 to " + SCAN_ROWS_MAX + ")");
        }
        byte[] from =
                cursor.length == 0 ? StoredKey.lowest(schema.table(), 0) : StoredKey.place(cursor, schema.table());
        if (from == null) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "cursor of a scan: " + cursor.length + " bytes (expected: what a page of this table said)");
        }
        fence.checkOnlineRead("scan of an online table");
        SlotGate gate = rows.gate();
        slots.checkScan(gate, StoredKey.slot(from), range.end());
        ScanPage page = new ScanPage(schema, projection, range, from);
        RowPage filled = calls.call("scan of an online table", deadline, () -> page.fill(from));
        if (rows.gate() != gate) {
            slots.checkScan(rows.gate(), StoredKey.slot(from), range.end());
        }
        confirmRead("scan of an online table");
        return filled;
    }

    /** Collects one page. The cursor of the next is the last key looked at, or the lowest of the next partition. */
    private final class ScanPage {
        private final OnlineSchema schema;
        private final Projection projection;
        private final SlotScan.Range range;
        private final byte[] after;
        private final long now = clock.millis();
        private final List<OnlineRow> found = new ArrayList<>();
        private byte[] last = new byte[0];
        private int looks;
        private int bytes;
        private boolean ended;

        ScanPage(OnlineSchema schema, Projection projection, SlotScan.Range range, byte[] after) {
            this.schema = schema;
            this.projection = projection;
            this.range = range;
            this.after = after;
        }

        RowPage fill(byte[] start) {
            byte[] from = start;
            while (true) {
                boolean walked = cursor.walk(from, this::visit);
                int next = StoredKey.partition(from) + 1;
                boolean whole = next == StoredKey.PARTITIONS;
                if (ended || (walked && (whole || StoredKey.slot(lowest(next)) >= range.end()))) {
                    return new RowPage(found, behind());
                }
                if (!walked) {
                    return new RowPage(found, StoredKey.cursor(schema.table(), last));
                }
                from = lowest(next);
                if (full()) {
                    return new RowPage(found, StoredKey.cursor(schema.table(), from));
                }
            }
        }

        private byte[] lowest(int partition) {
            return StoredKey.lowest(schema.table(), partition);
        }

        /** Where whoever has the next slot goes on. */
        private byte[] behind() {
            return range.end() == Slots.COUNT
                    ? new byte[0]
                    : StoredKey.cursor(schema.table(), StoredKey.lowestOfSlot(schema.table(), range.end()));
        }

        private boolean visit(byte[] stored, byte[] value) {
            if (StoredKey.slot(stored) >= range.end()) {
                ended = true;
                return false;
            }
            looks++;
            last = stored;
            if (StoredKey.table(stored) == schema.table() && !Arrays.equals(stored, after)) {
                RowImage image = RowImage.of(value);
                if (readable(rows.clearing(schema.table()), image, now)) {
                    found.add(new OnlineRow(image, schema, projection));
                    bytes += value.length;
                }
            }
            return !full();
        }

        private boolean full() {
            return found.size() == range.limit() || looks >= PAGE_LOOKS_MAX || bytes >= PAGE_BYTES_MAX;
        }
    }
}
