package io.hopyard.store;

import io.hopyard.core.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

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

    /** Below those that the system gives to outgoing connections, which the engine binds to the same address. */
    static List<Integer> freePorts(String address, int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        Random random = new SecureRandom();
        while (ports.size() < count) {
            int port = random.nextInt(10_000, 30_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName(address))) {
                ports.add(free.getLocalPort());
            } catch (IOException e) {
                // Taken: the next one may be free.
                ports.remove(port);
            }
        }
        return List.copyOf(ports);
    }

    static StoreNode start(StoreSettings settings, Clock clock) {
        StoreNode node = new StoreNode(settings, clock, System::nanoTime, new Metrics());
        node.start(START_MAX);
        return node;
    }
}
