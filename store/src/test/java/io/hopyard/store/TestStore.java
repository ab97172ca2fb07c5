package io.hopyard.store;

import io.hopyard.core.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** Starts stores on free ports. */
final class TestStore {
    static final String ADDRESS = "127.0.21.1";
    static final Duration START_MAX = Duration.ofSeconds(60);

    private TestStore() {}

    static StoreSettings settings(Path directory) {
        return settings(directory, StoreSettings.Memory.SMALL);
    }

    static StoreSettings settings(Path directory, StoreSettings.Memory memory) {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS));
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
            return new StoreSettings(
                    directory,
                    "data-1",
                    new StoreSettings.Address(ADDRESS, one.getLocalPort(), other.getLocalPort()),
                    memory,
                    StoreSettings.Durability.OPERATING_SYSTEM,
                    StoreSettings.RETENTION);
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
