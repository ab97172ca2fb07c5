package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.slot.SlotMap;
import io.hopyard.core.slot.SlotScan;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.StoredKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The online rows of all pairs: each key is asked for where its slot is, several pairs at the same time. A pair that says that
 * a slot is not its own makes the map be read again, and reads begin anew within their deadline. While one pair owns all,
 * requests go there as they are. Thread safe.
 */
public final class SlotRouter implements OnlineRows, AutoCloseable {
    private static final long PAUSE_NANOS = 5_000_000;

    private final IntFunction<PairClient> pairs;
    private final Supplier<Set<Integer>> known;
    private final StoredSlotMap maps;
    private final Ticker ticker;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pairs-", 0).factory());
    private volatile @Nullable SlotMap map;

    /**
     * @param pairs by their numbers; one that is not known throws UNAVAILABLE
     * @param known all numbers, those without slots too
     */
    public SlotRouter(IntFunction<PairClient> pairs, Supplier<Set<Integer>> known, StoredSlotMap maps, Ticker ticker) {
        this.pairs = pairs;
        this.known = known;
        this.maps = maps;
        this.ticker = ticker;
    }

    private SlotMap map(Deadline deadline) {
        SlotMap now = map;
        return now != null ? now : refresh(deadline);
    }

    private SlotMap refresh(Deadline deadline) {
        SlotMap fresh = maps.read(deadline);
        map = fresh;
        return fresh;
    }

    private OnlineRows rows(int pair) {
        return pairs.apply(pair).onlineRows();
    }

    /** Something asked by a map that may be old. */
    private interface Asking<T> {
        T ask(SlotMap map);
    }

    /** Asks again, by newer maps, until the slots are where the map says. */
    private <T> T settled(Asking<T> asking, Deadline deadline) {
        SlotMap now = map(deadline);
        while (true) {
            try {
                return asking.ask(now);
            } catch (FeatureStoreException e) {
                if (e.code() != ErrorCode.SLOT_MOVED || deadline.passed(ticker)) {
                    throw e;
                }
                SlotMap newer = refresh(deadline);
                if (newer.version() == now.version()) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                now = newer;
            }
        }
    }

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return settled(
                now -> now.sole() != 0 ? rows(now.sole()).read(reads, deadline) : spread(now, reads, deadline),
                deadline);
    }

    /** What one pair is asked, and where its answers belong. */
    private static final class Part<T> {
        private final List<T> items = new ArrayList<>();
        private final List<Integer> places = new ArrayList<>();
    }

    private List<@Nullable OnlineRow> spread(SlotMap now, List<TableRead> reads, Deadline deadline) {
        Map<Integer, Part<TableRead>> parts = new TreeMap<>();
        int place = 0;
        for (TableRead read : reads) {
            Map<Integer, List<OnlineKey>> keys = new TreeMap<>();
            for (OnlineKey key : read.keys()) {
                int owner = now.owner(Slots.of(key));
                keys.computeIfAbsent(owner, pair -> new ArrayList<>()).add(key);
                parts.computeIfAbsent(owner, pair -> new Part<>()).places.add(place);
                place++;
            }
            keys.forEach(
                    (pair, own) -> part(parts, pair).items.add(new TableRead(read.schema(), own, read.projection())));
        }
        @Nullable OnlineRow[] answer = new OnlineRow[place];
        atOnce(parts, (pair, part) -> put(part, rows(pair).read(part.items, deadline), answer));
        return Arrays.asList(answer);
    }

    private static <T> Part<T> part(Map<Integer, Part<T>> parts, int pair) {
        return parts.computeIfAbsent(pair, number -> new Part<>());
    }

    private static <R extends @Nullable Object> void put(Part<?> part, List<R> answers, R[] into) {
        for (int index = 0; index < answers.size(); index++) {
            into[part.places.get(index)] = answers.get(index);
        }
    }

    /** What is done for each pair. */
    private interface ForPair<T> {
        void run(int pair, Part<T> part);
    }

    /** The last part on this thread, the others beside it; returns or throws when all have ended. */
    private <T> void atOnce(Map<Integer, Part<T>> parts, ForPair<T> action) {
        List<Future<?>> others = new ArrayList<>();
        FeatureStoreException failure = null;
        int left = parts.size();
        for (Map.Entry<Integer, Part<T>> entry : parts.entrySet()) {
            left--;
            if (left > 0) {
                others.add(threads.submit(() -> action.run(entry.getKey(), entry.getValue())));
            } else {
                failure = failureOf(() -> action.run(entry.getKey(), entry.getValue()));
            }
        }
        for (Future<?> other : others) {
            FeatureStoreException failed = failureOf(() -> join(other));
            // That a slot moved is said first, since it makes the call begin anew.
            boolean first = failure == null || (failed != null && failed.code() == ErrorCode.SLOT_MOVED);
            failure = first ? failed : failure;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable FeatureStoreException failureOf(Runnable action) {
        try {
            action.run();
            return null;
        } catch (FeatureStoreException e) {
            return e;
        }
    }

    private static void join(Future<?> other) {
        try {
            other.get();
        } catch (InterruptedException e) {
            other.cancel(true);
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "online rows: interrupted while pairs were asked", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeatureStoreException failed) {
                throw failed;
            }
            throw new FeatureStoreException(ErrorCode.INTERNAL, "online rows: a pair could not be asked", e.getCause());
        }
    }

    /**
     * Not asked again when a slot is on its way: what another pair has stored by then would be answered as older. The caller,
     * who keeps rows that are sent again apart, does that.
     */
    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
        SlotMap now = map(deadline);
        try {
            return now.sole() != 0 ? rows(now.sole()).upsert(writes, deadline) : spreadWrites(now, writes, deadline);
        } catch (FeatureStoreException e) {
            if (e.code() == ErrorCode.SLOT_MOVED) {
                refresh(deadline);
            }
            if (e.code() == ErrorCode.SLOT_MOVED || e.code() == ErrorCode.SLOT_PAUSED) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            throw e;
        }
    }

    private List<RowMerge.Result> spreadWrites(SlotMap now, List<RowWrite> writes, Deadline deadline) {
        Map<Integer, Part<RowWrite>> parts = new TreeMap<>();
        for (int index = 0; index < writes.size(); index++) {
            RowWrite write = writes.get(index);
            Part<RowWrite> part = part(parts, now.owner(Slots.of(write.key())));
            part.items.add(write);
            part.places.add(index);
        }
        RowMerge.Result[] results = new RowMerge.Result[writes.size()];
        atOnce(parts, (pair, part) -> put(part, rows(pair).upsert(part.items, deadline), results));
        return Arrays.asList(results);
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        everywhere(pair -> pair.clear(table, before, deadline), deadline);
    }

    @Override
    public void drop(long table, Deadline deadline) {
        everywhere(pair -> pair.drop(table, deadline), deadline);
    }

    /** What is marked on a pair. */
    private interface Marking {
        void mark(OnlineRows pair);
    }

    /**
     * On every pair, and again when a move was begun meanwhile: a move that begins later copies the mark, one that was begun
     * before names its pairs.
     */
    private void everywhere(Marking marking, Deadline deadline) {
        SlotMap before = refresh(deadline);
        while (true) {
            Set<Integer> all = new TreeSet<>(before.pairs());
            all.addAll(known.get());
            all.forEach(pair -> marking.mark(rows(pair)));
            SlotMap after = refresh(deadline);
            if (after.epoch() == before.epoch()) {
                return;
            }
            before = after;
        }
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        return settled(
                now -> {
                    if (now.sole() != 0) {
                        return rows(now.sole()).scan(schema, projection, cursor, limit, deadline);
                    }
                    int slot = StoredKey.slotOf(cursor);
                    return pairs.apply(now.owner(slot))
                            .slotScan()
                            .scan(schema, projection, cursor, new SlotScan.Range(now.runEnd(slot), limit), deadline);
                },
                deadline);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
