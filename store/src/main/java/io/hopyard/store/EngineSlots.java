package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotState;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.Fence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.IgniteTransactions;
import org.apache.ignite.cache.CachePeekMode;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.jspecify.annotations.Nullable;

/** The slots of this pair in the engine; {@link #drain} is for this member alone. Thread safe. */
final class EngineSlots implements SlotRows {
    private static final int PAGE_ROWS_MAX = 512;
    private static final int PAGE_BYTES_MAX = 1 << 20;
    private static final int MARKS_MAX = 1_000;
    private static final String WHAT = "slots";

    private final IgniteCache<byte[], byte[]> cache;
    private final IgniteTransactions transactions;
    private final TableCursor cursor;
    private final RowCache rows;
    private final EngineCalls calls;
    private final SlotKeeper keeper;
    private final Fence fence;

    EngineSlots(EngineOnlineRows.Engine engine, RowCache rows, EngineCalls calls, SlotKeeper keeper, Fence fence) {
        this.cache = engine.cache();
        this.transactions = engine.transactions();
        this.cursor = engine.cursor();
        this.rows = rows;
        this.calls = calls;
        this.keeper = keeper;
        this.fence = fence;
    }

    /** Never stale: what a mover reads is as binding as what it writes. */
    private <T> T call(Deadline deadline, Callable<T> call) {
        fence.checkWrite(WHAT);
        T answer = calls.call(WHAT, deadline, call);
        if (!fence.acknowledges(deadline)) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, WHAT + ": the pair did not confirm it in time");
        }
        return answer;
    }

    private Transaction transaction(Deadline deadline, int size) {
        return transactions.txStart(
                TransactionConcurrency.PESSIMISTIC,
                TransactionIsolation.REPEATABLE_READ,
                calls.remaining(WHAT, deadline).toMillis() + 1,
                size);
    }

    @Override
    public SlotGate gate(Deadline deadline) {
        return call(deadline, rows::gate);
    }

    @Override
    public boolean replace(SlotGate gate, Deadline deadline) {
        return call(deadline, () -> {
            try (Transaction transaction = transaction(deadline, 1)) {
                byte[] stored = cache.get(StoredKey.gate());
                SlotGate there = stored == null ? SlotGate.UNSET : SlotGate.decode(stored);
                if (there.version() != gate.version() - 1) {
                    return false;
                }
                cache.put(StoredKey.gate(), gate.encode());
                transaction.commit();
                return true;
            }
        });
    }

    @Override
    public void drain(long version, Deadline deadline) {
        fence.checkWrite(WHAT);
        keeper.drain(version, deadline);
    }

    @Override
    public Rows rows(List<Integer> slots, byte[] cursorBefore, Deadline deadline) {
        return call(deadline, () -> page(slots, cursorBefore));
    }

    /** A cursor is the slot and the last key seen in it. */
    private Rows page(List<Integer> slots, byte[] before) {
        int current = before.length == 0 ? -1 : ByteBuffer.wrap(before).getInt();
        List<RowWrite> found = new ArrayList<>();
        int[] bytes = new int[1];
        byte[][] last = new byte[1][];
        for (int slot : slots) {
            if (slot < current) {
                continue;
            }
            byte[] after = slot == current ? Arrays.copyOfRange(before, Integer.BYTES, before.length) : null;
            boolean whole = walk(slot, after, (key, value) -> {
                found.add(new RowWrite(StoredKey.onlineKey(key), RowImage.of(value)));
                bytes[0] += key.length + value.length;
                last[0] = key;
                return found.size() < PAGE_ROWS_MAX && bytes[0] < PAGE_BYTES_MAX;
            });
            if (!whole) {
                byte[] place = last[0];
                return new Rows(
                        found,
                        ByteBuffer.allocate(Integer.BYTES + place.length)
                                .putInt(slot)
                                .put(place)
                                .array());
            }
        }
        return new Rows(found, new byte[0]);
    }

    /**
     * The rows of a slot lie together within those of a table only: from each table's the walk jumps to the next one's.
     *
     * @param after a key of the slot behind which to begin, or null
     * @return false when the visitor stopped it
     */
    private boolean walk(int slot, byte @Nullable [] after, TableCursor.Visitor visitor) {
        byte[] from = after == null ? StoredKey.firstOfSlot(slot) : after;
        int partition = StoredKey.partition(from);
        while (from != null) {
            byte[][] beyond = new byte[1][];
            boolean[] stopped = new boolean[1];
            cursor.walkPartition(partition, from, (key, value) -> {
                if (StoredKey.slot(key) != slot) {
                    beyond[0] = key;
                    return false;
                }
                if (StoredKey.isRow(key) && !Arrays.equals(key, after)) {
                    stopped[0] = !visitor.visit(key, value);
                }
                return !stopped[0];
            });
            if (stopped[0]) {
                return false;
            }
            from = beyond[0] == null ? null : StoredKey.nextOfSlot(slot, beyond[0]);
        }
        return true;
    }

    @Override
    public void fill(long version, List<RowWrite> writes, Deadline deadline) {
        TreeMap<byte[], byte[]> stored = new TreeMap<>(Arrays::compareUnsigned);
        writes.forEach(
                write -> stored.put(StoredKey.row(write.key()), write.image().bytes()));
        List<Integer> slots =
                writes.stream().map(write -> Slots.of(write.key())).toList();
        whileFilling(version, slots, deadline, () -> {
            try (Transaction transaction = transaction(deadline, stored.size())) {
                cache.putAll(stored);
                transaction.commit();
                return true;
            }
        });
    }

    @Override
    public boolean empty(long version, List<Integer> slots, Deadline deadline) {
        return whileFilling(version, slots, deadline, () -> {
            TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
            for (int slot : slots) {
                boolean whole = walk(slot, null, (key, value) -> {
                    keys.add(key);
                    return keys.size() < PAGE_ROWS_MAX;
                });
                if (!whole) {
                    break;
                }
            }
            if (keys.isEmpty()) {
                return true;
            }
            try (Transaction transaction = transaction(deadline, keys.size())) {
                cache.removeAll(keys);
                transaction.commit();
                return false;
            }
        });
    }

    private <T> T whileFilling(long version, List<Integer> slots, Deadline deadline, Callable<T> work) {
        Consumer<SlotGate> check = now -> {
            for (int slot : slots) {
                if (now.version() != version || now.state(slot) != SlotState.FILLING) {
                    throw SlotKeeper.moved("copying", slot);
                }
            }
        };
        return call(deadline, () -> keeper.run(check, work));
    }

    @Override
    public Digest digest(List<Integer> slots, Deadline deadline) {
        return call(deadline, () -> {
            long[] counted = new long[2];
            for (int slot : slots) {
                walk(slot, null, (key, value) -> {
                    counted[0]++;
                    counted[1] += hash(key, value);
                    return true;
                });
            }
            return new Digest(counted[0], counted[1]);
        });
    }

    private static long hash(byte[] key, byte[] value) {
        long hash = 0xcbf29ce484222325L;
        for (byte[] part : List.of(key, value)) {
            hash = (hash ^ part.length) * 0x100000001b3L;
            for (byte next : part) {
                hash = (hash ^ (next & 0xff)) * 0x100000001b3L;
            }
        }
        return hash ^ (hash >>> 29);
    }

    @Override
    public List<Mark> marks(long afterTable, Deadline deadline) {
        return call(
                deadline,
                () -> rows.clearings().entrySet().stream()
                        .filter(entry -> entry.getKey() > afterTable)
                        .sorted(Map.Entry.comparingByKey())
                        .limit(MARKS_MAX)
                        .map(entry -> new Mark(entry.getKey(), entry.getValue()))
                        .toList());
    }

    @Override
    public void mark(List<Mark> marks, Deadline deadline) {
        call(deadline, () -> {
            for (Mark mark : marks) {
                add(mark, deadline);
            }
            return true;
        });
    }

    private void add(Mark mark, Deadline deadline) {
        byte[] key = StoredKey.clearing(mark.table());
        try (Transaction transaction = transaction(deadline, 1)) {
            byte[] value = cache.get(key);
            Clearing there = value == null ? Clearing.NONE : Clearing.of(value);
            Clearing next = mark.clearing().dropped() ? Clearing.DROPPED : there;
            if (!next.dropped()) {
                for (Map.Entry<Integer, Long> before : mark.clearing().before().entrySet()) {
                    next = next.with(new RowCodec.LogPosition(before.getKey(), before.getValue()));
                }
            }
            if (!next.equals(there)) {
                cache.put(key, next.toBytes());
            }
            transaction.commit();
        }
    }

    @Override
    public long size(Deadline deadline) {
        return call(deadline, () -> cache.localSizeLong(CachePeekMode.PRIMARY, CachePeekMode.BACKUP));
    }
}
