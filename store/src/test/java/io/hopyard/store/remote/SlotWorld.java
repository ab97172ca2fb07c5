package io.hopyard.store.remote;

import io.hopyard.core.database.Commits;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.slot.SlotAdmin;
import io.hopyard.core.slot.SlotMover;
import io.hopyard.core.slot.StoredSlotMap;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.store.StoreNode;
import io.hopyard.testkit.database.MemoryDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Two pairs of one real data node each behind real doors, and what routes between them. The first has all slots. */
final class SlotWorld implements AutoCloseable {
    final MemoryDatabase metadata = new MemoryDatabase();
    final Map<Integer, TestDoor> doors = new HashMap<>();
    private final Map<Integer, PairClient> clients = new HashMap<>();
    final StoredSlotMap maps;
    final SlotMover mover;
    final SlotAdmin admin;

    SlotWorld(Path directory, Clock clock) {
        for (int pair = 1; pair <= 2; pair++) {
            TestDoor door = TestDoor.startWithSlots(directory.resolve("pair" + pair), clock);
            doors.put(pair, door);
            clients.put(
                    pair,
                    new PairClient(
                            () -> List.of(new PairClient.Member(
                                    "data-1", "a", TestDoor.HOST, door.door().port())),
                            null,
                            PairClient.Settings.of("a"),
                            new PairClient.Chance(System::nanoTime, new Random(pair)),
                            new Metrics()));
        }
        maps = new StoredSlotMap(metadata, new Commits(metadata, new Random(3), System::nanoTime, Pause.NONE), () -> 1);
        mover = new SlotMover(maps, pair -> client(pair).slots());
        admin = new SlotAdmin(maps, pair -> client(pair).slots(), this::numbers, System::nanoTime, Pause.NONE);
    }

    private Set<Integer> numbers() {
        return new TreeSet<>(clients.keySet());
    }

    PairClient client(int pair) {
        PairClient client = clients.get(pair);
        if (client == null) {
            throw new IllegalArgumentException("pair: " + pair);
        }
        return client;
    }

    StoreNode store(int pair) {
        TestDoor door = doors.get(pair);
        if (door == null) {
            throw new IllegalArgumentException("pair: " + pair);
        }
        return door.node();
    }

    SlotRouter router() {
        return new SlotRouter(this::client, this::numbers, maps, System::nanoTime);
    }

    static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    void balance() {
        boolean more = true;
        while (more) {
            more = admin.advance(Set.of(), soon());
        }
    }

    @Override
    public void close() {
        clients.values().forEach(PairClient::close);
        doors.values().forEach(TestDoor::close);
    }
}
