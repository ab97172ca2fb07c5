package io.hopyard.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.ignite.Ignition;
import org.jspecify.annotations.Nullable;

/** Two stores in this process that are the pair of each other. Both are started together. */
final class TestPair implements AutoCloseable {
    private final StoreSettings[] settings = new StoreSettings[2];
    private final @Nullable StoreNode[] nodes = new @Nullable StoreNode[2];
    private final Clock clock;

    TestPair(Path directory, StoreSettings.Memory memory, Clock clock) {
        this.clock = clock;
        String[] hosts = {"127.0.44.1", "127.0.44.2"};
        StoreSettings.Address[] addresses = new StoreSettings.Address[2];
        int[] heartbeats = new int[2];
        for (int index = 0; index < 2; index++) {
            List<Integer> ports = TestStore.freePorts(hosts[index], 3);
            addresses[index] = new StoreSettings.Address(hosts[index], ports.get(0), ports.get(1));
            heartbeats[index] = ports.get(2);
        }
        for (int index = 0; index < 2; index++) {
            int peer = 1 - index;
            settings[index] = new StoreSettings(
                            directory.resolve("data-" + index),
                            "data-" + index,
                            addresses[index],
                            memory,
                            StoreSettings.Durability.OPERATING_SYSTEM,
                            StoreSettings.RETENTION)
                    .with(new StoreSettings.Pair("data-" + peer, addresses[peer], heartbeats[index], heartbeats[peer]));
        }
    }

    TestPair startBoth() {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> starts = List.of(threads.submit(() -> start(0)), threads.submit(() -> start(1)));
            for (Future<?> start : starts) {
                start.get();
            }
            return this;
        } catch (Exception e) {
            throw new IllegalStateException("the pair does not start", e);
        }
    }

    StoreNode start(int index) {
        StoreNode node = TestStore.start(settings[index], clock);
        nodes[index] = node;
        return node;
    }

    void stop(int index) {
        node(index).close();
        nodes[index] = null;
    }

    /** The engine is torn down under what runs, and writes nothing out. */
    void cut(int index) {
        Ignition.stop(node(index).engine().name(), true);
        stop(index);
    }

    /** Another node, with nothing on its disk, in the place of one that is down. */
    void replace(int index, Path directory, String name) {
        StoreSettings before = settings[index];
        settings[index] = new StoreSettings(
                directory,
                name,
                before.address(),
                before.memory(),
                before.durability(),
                before.retention(),
                before.pair());
    }

    StoreNode node(int index) {
        return Objects.requireNonNull(nodes[index], "node " + index);
    }

    @Override
    public void close() {
        for (StoreNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }
}
