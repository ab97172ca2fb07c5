package io.hopyard.store.remote;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;

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
        private DataDoor door;
        private final int port;

        Side(String name) {
            this.name = name;
            this.door = TestDoor.open(settings(0), null, backend());
            this.port = door.port();
        }

        private DataDoor.Backend backend() {
            return new DataDoor.Backend(new GatedDatabase(database, gate), new GatedRows(rows, gate), System::nanoTime);
        }

        PairClient.Member member(String zone) {
            return new PairClient.Member(name, zone, HOST, port);
        }

        Gate gate() {
            return gate;
        }

        int calls() {
            return gate.calls();
        }

        void reopen() {
            door = TestDoor.open(settings(port), null, backend());
        }

        @Override
        public void close() {
            door.close();
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
