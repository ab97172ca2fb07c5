package io.hopyard.testkit.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.database.Commits;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.Clearing;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.slot.SlotMap;
import io.hopyard.core.slot.SlotMover;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.testkit.database.MemoryDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two movers at a time, each stopped anywhere, calls lost or late, clients with old maps: no row is lost or unreadable, no
 * mark of a clear left behind.
 */
class SlotMoveSimulationTest {
    private static final int SEEDS = Integer.getInteger("seeds", 400);
    private static final int STEPS = 150;
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            5, List.of(new OnlineColumn("id", FeatureType.Simple.BIGINT, null)), List.of(0), null, null);
    private static final List<OnlineKey> KEYS = keys();
    /** Of other tables: an owner of slots that does not know them would show rows that were cleared. */
    private static final Map<Long, Clearing> CLEARINGS =
            Map.of(7L, Clearing.DROPPED, 9L, Clearing.NONE.with(new RowCodec.LogPosition(1, 40)));

    /** Those of the slots that move first. */
    private static List<OnlineKey> keys() {
        List<OnlineKey> keys = new ArrayList<>();
        for (long id = 0; keys.size() < 12; id++) {
            OnlineKey key = KeyCodec.encode(SCHEMA, new Object[] {id});
            if (Slots.of(key) >= Slots.COUNT - 32) {
                keys.add(key);
            }
        }
        return keys;
    }

    private static final class World {
        private final SplittableRandom random;
        private final Map<Integer, SimulatedPair> pairs = new HashMap<>();
        private final StoredSlotMap maps;
        private final List<SlotMover> movers;
        private final Map<OnlineKey, Long> acknowledged = new HashMap<>();
        private final List<String> violations = new ArrayList<>();
        private SlotMap old;
        private long offset;
        private int depth;
        private boolean calm;

        World(long seed, boolean drains) {
            random = new SplittableRandom(seed);
            pairs.put(1, new SimulatedPair(random, this::meanwhile, drains));
            pairs.put(2, new SimulatedPair(random, this::meanwhile, drains));
            pair(1).clearings.putAll(CLEARINGS);
            MemoryDatabase database = new MemoryDatabase();
            maps = new StoredSlotMap(database, new Commits(database, new Random(seed), () -> 0, Pause.NONE), () -> 1);
            movers = List.of(new SlotMover(maps, this::pair), new SlotMover(maps, this::pair));
            old = maps.read(never());
        }

        private static Deadline never() {
            return new Deadline(Long.MAX_VALUE / 2);
        }

        private SimulatedPair pair(int number) {
            SimulatedPair pair = pairs.get(number);
            if (pair == null) {
                throw new IllegalArgumentException("pair: " + number);
            }
            return pair;
        }

        private void meanwhile() {
            if (calm) {
                return;
            }
            switch (random.nextInt(6)) {
                case 0, 1 -> write();
                case 2 -> read();
                case 3 -> pair(1 + random.nextInt(2)).settleOne();
                case 4 -> old = random.nextBoolean() ? maps.read(never()) : old;
                default -> {
                    if (depth < 3) {
                        depth++;
                        move();
                        depth--;
                    }
                }
            }
        }

        private OnlineKey key() {
            return KEYS.get(random.nextInt(KEYS.size()));
        }

        private void write() {
            OnlineKey key = key();
            long value = ++offset;
            RowImage image = RowCodec.encode(SCHEMA, new Object[] {value}, new RowCodec.LogPosition(0, value));
            try {
                pair(old.owner(Slots.of(key)))
                        .begin(new RowWrite(key, image), () -> acknowledged.merge(key, value, Math::max));
            } catch (FeatureStoreException e) {
                old = maps.read(never());
            }
        }

        private void read() {
            OnlineKey key = key();
            long floor = acknowledged.getOrDefault(key, 0L);
            RowImage found = null;
            try {
                found = find(old, key);
            } catch (FeatureStoreException e) {
                old = maps.read(never());
                try {
                    found = find(old, key);
                } catch (FeatureStoreException again) {
                    violations.add("nobody answers reads of " + key);
                    return;
                }
            }
            long value = found == null ? 0 : found.logOffset();
            if (value < floor) {
                violations.add(key + ": " + value + " (expected: at least " + floor + ")");
            }
        }

        private @Nullable RowImage find(SlotMap map, OnlineKey key) {
            return pair(map.owner(Slots.of(key))).read(key);
        }

        private void move() {
            SlotMover mover = movers.get(random.nextInt(2));
            try {
                switch (random.nextInt(12)) {
                    case 0, 1 -> mover.begin(random.nextBoolean() ? Set.of(1) : Set.of(2), never());
                    case 2 -> mover.abort(never());
                    default -> mover.step(never());
                }
            } catch (FeatureStoreException e) {
                // The mover is gone, or tries again; either way somebody takes up what is stored.
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                meanwhile();
                move();
            }
            calm = true;
            boolean moving = true;
            while (moving) {
                try {
                    moving = movers.getFirst().step(never());
                } catch (FeatureStoreException e) {
                    moving = true;
                }
            }
            old = maps.read(never());
            for (int settle = 0; settle < 1_000; settle++) {
                pair(1 + settle % 2).settleOne();
            }
            for (int look = 0; look < 200; look++) {
                read();
            }
            for (int number = 1; number <= 2; number++) {
                if (!old.slotsOf(number).isEmpty() && !pair(number).clearings.equals(CLEARINGS)) {
                    violations.add("pair " + number + " has the marks " + pair(number).clearings);
                }
            }
        }
    }

    @Test
    void noAcknowledgedRowIsLostOrUnreadableWhateverStopsTheMovers() {
        int moved = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = new World(seed, true);
            world.run();
            assertThat(world.violations).as("seed " + seed).isEmpty();
            moved += world.maps.read(World.never()).epoch() > 0 ? 1 : 0;
        }
        assertThat(moved).isGreaterThan(SEEDS / 2);
    }

    @Test
    void theSimulationFailsWhenNobodyWaitsForWritesThatWereBegun() {
        boolean seen = false;
        for (long seed = 1; seed <= SEEDS && !seen; seed++) {
            World world = new World(seed, false);
            world.run();
            seen = !world.violations.isEmpty();
        }
        assertThat(seen).isTrue();
    }
}
