package io.hopyard.store;

import io.hopyard.core.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts stores on free ports. */
final class TestStore {
    static final String ADDRESS = "127.0.21.1";
    static final Duration START_MAX = Duration.ofSeconds(60);

    private TestStore() {}

    static StoreSettings settings(Path directory) {
        return settings(directory, StoreSettings.Memory.SMALL);
    }

    static StoreSettings settings(Path directory, StoreSettings.Memory memory) {
        List<Integer> ports = freePorts(ADDRESS, 2);
        return new StoreSettings(
                directory,
                "data-1",
                new StoreSettings.Address(ADDRESS, ports.get(0), ports.get(1)),
                memory,
                StoreSettings.Durability.OPERATING_SYSTEM,
                StoreSettings.RETENTION);
    }

    static List<Integer> freePorts(String address, int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int index = 0; index < count; index++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName(address)));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StoreNode start(StoreSettings settings, Clock clock) {
        StoreNode node = new StoreNode(settings, clock, System::nanoTime, new Metrics());
        node.start(START_MAX);
        return node;
    }
}
