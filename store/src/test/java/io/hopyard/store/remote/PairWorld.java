package io.hopyard.store.remote;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Two doors that lead to the same rows, as those of a pair do, each with a gate that can be shut, and a client of both.
 */
final class PairWorld implements AutoCloseable {
    static final String HOST = "127.0.46.2";

    final MemoryDatabase database = new MemoryDatabase();
    final MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC());
    final Side near = new Side("near");
    final Side far = new Side("far");
    final PairClient client;

    PairWorld() {
        PairClient.Settings settings = PairClient.Settings.of("zone-a");
        client = new PairClient(
                () -> List.of(far.member("zone-b"), near.member("zone-a")),
                null,
                settings,
                new PairClient.Chance(System::nanoTime, new Random(1)),
                new Metrics());
    }

    /** Without a time of grace: a close cuts off whoever waits at a gate. */
    private static DoorSettings settings(int port) {
        DoorSettings.Times patient = DoorSettings.Times.DEFAULT;
        return new DoorSettings(
                HOST,
                port,
                DoorSettings.Limits.DEFAULT,
                new DoorSettings.Times(patient.hello(), patient.transfer(), patient.idle(), Duration.ZERO));
    }

    static Deadline in(Duration time) {
        return Deadline.after(System::nanoTime, time);
    }

    /** One of the two data nodes. */
    final class Side implements AutoCloseable {
        private final String name;
        private final Gate gate = new Gate();
        private final AtomicInteger calls = new AtomicInteger();
        private DataDoor door;
        private final int port;

        Side(String name) {
            this.name = name;
            this.door = TestDoor.open(settings(0), null, backend());
            this.port = door.port();
        }

        private DataDoor.Backend backend() {
            return new DataDoor.Backend(new GatedDatabase(this), new GatedRows(this), System::nanoTime);
        }

        PairClient.Member member(String zone) {
            return new PairClient.Member(name, zone, HOST, port);
        }

        Gate gate() {
            return gate;
        }

        int calls() {
            return calls.get();
        }

        void reopen() {
            door = TestDoor.open(settings(port), null, backend());
        }

        @Override
        public void close() {
            door.close();
        }
    }

    /** Holds who passes while it is shut; before the call, or after it, when the answer is on its way. */
    static final class Gate {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition opened = lock.newCondition();
        private boolean shutBefore;
        private boolean shutAfter;

        void shutBefore() {
            set(true, false);
        }

        void shutAfter() {
            set(false, true);
        }

        void open() {
            set(false, false);
        }

        private void set(boolean before, boolean after) {
            lock.lock();
            try {
                shutBefore = before;
                shutAfter = after;
                opened.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void before() {
            pass(true);
        }

        void after() {
            pass(false);
        }

        private void pass(boolean before) {
            lock.lock();
            try {
                while (before ? shutBefore : shutAfter) {
                    opened.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private interface Work<T extends @Nullable Object> {
        T run();
    }

    private static <T extends @Nullable Object> T through(Side side, Work<T> work) {
        side.calls.incrementAndGet();
        side.gate.before();
        T result = work.run();
        side.gate.after();
        return result;
    }

    private final class GatedDatabase implements Database {
        private final Side side;

        GatedDatabase(Side side) {
            this.side = side;
        }

        @Override
        public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
            return through(side, () -> database.read(keys, deadline));
        }

        @Override
        public Page scan(Scan scan, Deadline deadline) {
            return through(side, () -> database.scan(scan, deadline));
        }

        @Override
        public Outcome commit(Commit commit, Deadline deadline) {
            return through(side, () -> database.commit(commit, deadline));
        }

        @Override
        public Changes changes(long since, Deadline deadline) {
            return through(side, () -> database.changes(since, deadline));
        }
    }

    private final class GatedRows implements OnlineRows {
        private final Side side;

        GatedRows(Side side) {
            this.side = side;
        }

        @Override
        public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
            return through(side, () -> rows.read(reads, deadline));
        }

        @Override
        public List<RowMerge.Result> upsert(List<RowWrite> writes, Deadline deadline) {
            return through(side, () -> rows.upsert(writes, deadline));
        }

        @Override
        public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
            through(side, () -> {
                rows.clear(table, before, deadline);
                return true;
            });
        }

        @Override
        public void drop(long table, Deadline deadline) {
            through(side, () -> {
                rows.drop(table, deadline);
                return true;
            });
        }

        @Override
        public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
            return through(side, () -> rows.scan(schema, projection, cursor, limit, deadline));
        }
    }

    @Override
    public void close() {
        near.gate.open();
        far.gate.open();
        client.close();
        near.close();
        far.close();
    }
}
