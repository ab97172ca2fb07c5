package io.hopyard.testkit.slot;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.slot.SlotGate;
import io.hopyard.core.slot.SlotRows;
import io.hopyard.core.slot.SlotState;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A pair of the simulation: calls may get lost before or after they had their effect, or have it some time later. */
final class SimulatedPair implements SlotRows {
    final Map<OnlineKey, RowImage> rows = new HashMap<>();
    /** What was cleared, by table; one at a time is told, so that there are several pages. */
    final TreeMap<Long, Clearing> clearings = new TreeMap<>();

    private final List<Runnable> inFlight = new ArrayList<>();
    private final SplittableRandom random;
    private final Runnable between;
    private final boolean drains;
    SlotGate gate = SlotGate.UNSET;

    /**
     * @param between run before each call: whatever else happens in the world
     * @param drains false = the planted weakness: nobody waits for writes that were begun
     */
    SimulatedPair(SplittableRandom random, Runnable between, boolean drains) {
        this.random = random;
        this.between = between;
        this.drains = drains;
    }

    private static FeatureStoreException lost() {
        return new FeatureStoreException(ErrorCode.UNAVAILABLE, "lost");
    }

    private void before() {
        between.run();
        if (random.nextInt(12) == 0) {
            throw lost();
        }
    }

    private void after() {
        if (random.nextInt(12) == 0) {
            throw lost();
        }
    }

    /** Begins a write of a client; the action runs when it has its effect. */
    void begin(RowWrite write, Runnable acknowledged) {
        int slot = Slots.of(write.key());
        if (gate.state(slot) != SlotState.OPEN) {
            throw new FeatureStoreException(ErrorCode.SLOT_MOVED, "slot " + slot);
        }
        Runnable effect = () -> {
            rows.merge(write.key(), write.image(), (old, next) -> next.logOffset() > old.logOffset() ? next : old);
            acknowledged.run();
        };
        if (random.nextBoolean()) {
            inFlight.add(effect);
        } else {
            effect.run();
        }
    }

    /** Lets one of the writes that were begun have its effect. */
    void settleOne() {
        if (!inFlight.isEmpty()) {
            inFlight.remove(random.nextInt(inFlight.size())).run();
        }
    }

    @Nullable
    RowImage read(OnlineKey key) {
        if (!gate.state(Slots.of(key)).readable()) {
            throw new FeatureStoreException(ErrorCode.SLOT_MOVED, "read");
        }
        return rows.get(key);
    }

    @Override
    public SlotGate gate(Deadline deadline) {
        before();
        return gate;
    }

    @Override
    public boolean replace(SlotGate next, Deadline deadline) {
        before();
        if (gate.version() != next.version() - 1) {
            return false;
        }
        gate = next;
        after();
        return true;
    }

    @Override
    public void drain(long version, Deadline deadline) {
        before();
        while (drains && !inFlight.isEmpty()) {
            settleOne();
        }
        after();
    }

    @Override
    public Rows rows(List<Integer> slots, byte[] cursor, Deadline deadline) {
        before();
        return new Rows(
                rows.entrySet().stream()
                        .filter(row -> slots.contains(Slots.of(row.getKey())))
                        .map(row -> new RowWrite(row.getKey(), row.getValue()))
                        .toList(),
                new byte[0]);
    }

    private void checkFilling(long version, List<Integer> slots) {
        if (gate.version() != version || slots.stream().anyMatch(slot -> gate.state(slot) != SlotState.FILLING)) {
            throw new FeatureStoreException(ErrorCode.SLOT_MOVED, "filling");
        }
    }

    @Override
    public void fill(long version, List<RowWrite> writes, Deadline deadline) {
        before();
        checkFilling(
                version, writes.stream().map(write -> Slots.of(write.key())).toList());
        Runnable effect = () -> writes.forEach(write -> rows.put(write.key(), write.image()));
        if (random.nextInt(4) == 0) {
            inFlight.add(effect);
            throw lost();
        }
        effect.run();
        after();
    }

    @Override
    public boolean empty(long version, List<Integer> slots, Deadline deadline) {
        before();
        checkFilling(version, slots);
        Runnable effect = () -> rows.keySet().removeIf(key -> slots.contains(Slots.of(key)));
        if (random.nextInt(4) == 0) {
            inFlight.add(effect);
            throw lost();
        }
        effect.run();
        return true;
    }

    @Override
    public Digest digest(List<Integer> slots, Deadline deadline) {
        before();
        long count = 0;
        long sum = 0;
        for (Map.Entry<OnlineKey, RowImage> row : rows.entrySet()) {
            if (slots.contains(Slots.of(row.getKey()))) {
                count++;
                sum += 31L * row.getKey().hashCode() + row.getValue().logOffset() * 7_919;
            }
        }
        return new Digest(count, sum);
    }

    @Override
    public List<Mark> marks(long afterTable, Deadline deadline) {
        before();
        Map.Entry<Long, Clearing> next = clearings.higherEntry(afterTable);
        return next == null ? List.of() : List.of(new Mark(next.getKey(), next.getValue()));
    }

    @Override
    public void mark(List<Mark> marks, Deadline deadline) {
        before();
        marks.forEach(mark -> clearings.put(mark.table(), mark.clearing()));
        after();
    }

    @Override
    public long size(Deadline deadline) {
        return rows.size();
    }
}
