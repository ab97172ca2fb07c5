package io.hopyard.store.remote;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.store.StoreNode;
import io.hopyard.store.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A real store behind a real door, and a client of it. */
record TestDoor(StoreNode node, DataDoor door, DataClient client) implements AutoCloseable {
    static final String HOST = "127.0.46.1";

    static TestDoor start(Path directory, Clock clock) {
        StoreNode node = new StoreNode(settings(directory), clock, System::nanoTime, new Metrics());
        node.start(Duration.ofSeconds(60));
        DataDoor door = open(new DataDoor.Backend(node.database(), node.onlineRows(), System::nanoTime));
        return new TestDoor(node, door, client(door, null));
    }

    /** A store whose slots can be asked for, too. */
    static TestDoor startWithSlots(Path directory, Clock clock) {
        StoreNode node = new StoreNode(settings(directory), clock, System::nanoTime, new Metrics());
        node.start(Duration.ofSeconds(60));
        DataDoor door = open(new DataDoor.Backend(
                node.database(),
                node.onlineRows(),
                () -> new DataDoor.Slots(node.slots(), node.slotScan()),
                System::nanoTime));
        return new TestDoor(node, door, client(door, null));
    }

    private static StoreSettings settings(Path directory) {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(HOST));
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return StoreSettings.of(
                    directory, "data-1", new StoreSettings.Address(HOST, one.getLocalPort(), other.getLocalPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DataDoor open(DataDoor.Backend backend) {
        return open(DoorSettings.of(HOST, 0), null, backend);
    }

    static DataDoor open(DoorSettings settings, @Nullable NodeTls tls, DataDoor.Backend backend) {
        DataDoor door = new DataDoor(settings, tls, backend, new Metrics());
        door.start();
        return door;
    }

    static DataClient client(DataDoor door, @Nullable NodeTls tls) {
        return new DataClient(
                new DataClient.Target("data-1", HOST, door.port()), tls, ClientSettings.DEFAULT, System::nanoTime);
    }

    /** A pair whose members are two doors to the same store. */
    PairClient pair(DataDoor twin) {
        return new PairClient(
                () -> List.of(
                        new PairClient.Member("data-1", "zone-a", HOST, door.port()),
                        new PairClient.Member("data-2", "zone-b", HOST, twin.port())),
                null,
                PairClient.Settings.of("zone-a"),
                new PairClient.Chance(System::nanoTime, new Random(1)),
                new Metrics());
    }

    /** Another door to the same store. */
    DataDoor twin() {
        return open(new DataDoor.Backend(node.database(), node.onlineRows(), System::nanoTime));
    }

    @Override
    public void close() {
        client.close();
        door.close();
        node.close();
    }
}
