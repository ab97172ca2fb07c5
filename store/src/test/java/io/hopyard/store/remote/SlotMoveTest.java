package io.hopyard.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.slot.SlotMap;
import io.hopyard.core.slot.SlotMove;
import io.hopyard.core.slot.Slots;
import io.hopyard.core.time.Deadline;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Slots move from one real data node to another while they are read and written. */
class SlotMoveTest {
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            77,
            List.of(
                    new OnlineColumn("id", FeatureType.Simple.BIGINT, null),
                    new OnlineColumn("value", FeatureType.Simple.BIGINT, null)),
            List.of(0),
            null,
            null);

    @TempDir
    private Path directory;

    private SlotWorld world;
    private SlotRouter router;

    @BeforeEach
    void start() {
        world = new SlotWorld(directory, Clock.systemUTC());
        router = world.router();
    }

    @AfterEach
    void stop() {
        router.close();
        world.close();
    }

    private static OnlineKey key(long id) {
        return KeyCodec.encode(SCHEMA, new Object[] {id});
    }

    private static RowWrite row(long id, long value) {
        return new RowWrite(key(id), RowCodec.encode(SCHEMA, new Object[] {id, value}, new LogPosition(0, value)));
    }

    private static List<TableRead> reads(int from, int to) {
        List<OnlineKey> keys =
                IntStream.range(from, to).mapToObj(SlotMoveTest::key).toList();
        return List.of(new TableRead(SCHEMA, keys, Projection.ALL));
    }

    private void write(int rows, long value) {
        router.upsert(IntStream.range(0, rows).mapToObj(id -> row(id, value)).toList(), SlotWorld.soon());
    }

    private List<@Nullable Object> values(OnlineRows rows, int count) {
        List<@Nullable Object> values = new ArrayList<>();
        for (OnlineRow row : rows.read(reads(0, count), SlotWorld.soon())) {
            values.add(row == null ? null : row.value(1));
        }
        return values;
    }

    @Test
    void rowsAreWhereTheMapSaysAndNowhereElse() {
        write(3_000, 1);
        world.balance();
        SlotMap map = world.maps.read(SlotWorld.soon());
        assertThat(map.slotsOf(1)).hasSize(Slots.COUNT / 2);
        assertThat(map.slotsOf(2)).hasSize(Slots.COUNT / 2);
        assertThat(values(router, 3_000)).containsOnly(1L);
        for (int id = 0; id < 3_000; id++) {
            int owner = map.owner(Slots.of(key(id)));
            OnlineRows other = world.client(3 - owner).onlineRows();
            int asked = id;
            if (id % 500 == 0) {
                assertThatThrownBy(() -> other.read(reads(asked, asked + 1), SlotWorld.soon()))
                        .isInstanceOf(FeatureStoreException.class)
                        .hasMessageContaining("is not served by this pair");
            }
        }
    }

    @Test
    void readsNeverFailAndAcknowledgedRowsStayWhileSlotsMove() throws Exception {
        int rows = 2_000;
        write(rows, 1);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger acknowledged = new AtomicInteger(1);
        AtomicInteger reads = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> writer = threads.submit(() -> {
                for (int value = 2; !stop.get(); value++) {
                    writeUntilStored(rows, value);
                    acknowledged.set(value);
                }
            });
            List<Future<?>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                readers.add(threads.submit(() -> {
                    while (!stop.get()) {
                        long floor = acknowledged.get();
                        assertThat(values(router, rows)).allMatch(value -> value != null && (Long) value >= floor);
                        reads.incrementAndGet();
                    }
                }));
            }
            world.balance();
            world.admin.advance(Set.of(2), SlotWorld.soon());
            stop.set(true);
            writer.get(60, TimeUnit.SECONDS);
            for (Future<?> reader : readers) {
                reader.get(60, TimeUnit.SECONDS);
            }
        } finally {
            stop.set(true);
            threads.shutdown();
        }
        assertThat(reads.get()).isPositive();
        assertThat(values(router, rows)).containsOnly((long) acknowledged.get());
    }

    private void writeUntilStored(int rows, long value) {
        store(IntStream.range(0, rows).mapToObj(id -> row(id, value)).toList());
    }

    /** As the ingester does, again while slots are on their way or this client's map is old. */
    private List<RowMerge.Result> store(List<RowWrite> writes) {
        Deadline deadline = Deadline.after(System::nanoTime, Duration.ofSeconds(60));
        while (true) {
            try {
                return router.upsert(writes, SlotWorld.soon());
            } catch (FeatureStoreException e) {
                if ((e.code() != ErrorCode.SLOT_MOVED && e.code() != ErrorCode.SLOT_PAUSED)
                        || deadline.passed(System::nanoTime)) {
                    throw e;
                }
            }
        }
    }

    @Test
    void aScanThatBeganBeforeAMoveSeesEachRowOnce() {
        write(3_000, 1);
        Set<Object> seen = new HashSet<>();
        byte[] cursor = new byte[0];
        int pages = 0;
        do {
            OnlineRows.RowPage page = router.scan(SCHEMA, Projection.ALL, cursor, 100, SlotWorld.soon());
            page.rows().forEach(row -> assertThat(seen.add(row.value(0))).isTrue());
            cursor = page.next();
            pages++;
            if (pages % 2 == 0) {
                world.admin.advance(Set.of(), SlotWorld.soon());
            }
        } while (cursor.length > 0);
        assertThat(seen).hasSize(3_000);
    }

    @Test
    void anAbortedMoveLeavesEverythingWithItsOldOwner() {
        write(500, 1);
        world.mover.begin(Set.of(1, 2), SlotWorld.soon());
        for (int step = 0; step < 4; step++) {
            world.mover.step(SlotWorld.soon());
        }
        SlotMove move = world.maps.read(SlotWorld.soon()).move();
        assertThat(move).isNotNull();
        world.mover.abort(SlotWorld.soon());
        while (world.mover.step(SlotWorld.soon())) {
            assertThat(values(router, 500)).containsOnly(1L);
        }
        assertThat(world.maps.read(SlotWorld.soon()).slotsOf(1)).hasSize(Slots.COUNT);
        write(500, 2);
        assertThat(values(router, 500)).containsOnly(2L);
    }

    @Test
    void deletesAndDroppedTablesMoveToo() {
        write(500, 1);
        OnlineKey gone = key(3);
        router.upsert(List.of(new RowWrite(gone, RowCodec.tombstone(new LogPosition(0, 9)))), SlotWorld.soon());
        world.balance();
        List<RowMerge.Result> replayed =
                store(IntStream.range(0, 500).mapToObj(id -> row(id, 1)).toList());
        assertThat(replayed).containsOnly(RowMerge.Result.OLDER);
        assertThat(values(router, 4)).containsExactly(1L, 1L, 1L, null);
        router.drop(77, SlotWorld.soon());
        assertThat(values(router, 500)).containsOnlyNulls();
        assertThat(store(List.of(row(1, 50), row(400, 50)))).containsOnly(RowMerge.Result.OLDER);
    }

    @Test
    void theGateSurvivesARestart() {
        write(200, 1);
        world.balance();
        SlotMap map = world.maps.read(SlotWorld.soon());
        world.store(1).close();
        world.store(1).start(Duration.ofSeconds(60));
        int foreign = IntStream.range(0, 200)
                .filter(id -> map.owner(Slots.of(key(id))) == 2)
                .findFirst()
                .orElseThrow();
        assertThatThrownBy(() -> world.client(1).onlineRows().upsert(List.of(row(foreign, 7)), SlotWorld.soon()))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("is not served by this pair");
        assertThat(values(router, 200)).containsOnly(1L);
    }
}
