package io.hopyard.store;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairOverride;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.Fence;
import io.hopyard.store.pair.PairGate;
import io.hopyard.store.pair.Pairing;
import io.hopyard.testkit.pair.MemoryPairRegister;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.ignite.Ignition;
import org.jspecify.annotations.Nullable;

/** Two stores in this process that are the pair of each other. Both are started together. */
final class TestPair implements AutoCloseable {
    /** The engine hears of a loss as it likes, and everything is answered: so it would be without the guards. */
    static final PairedMember.Seams UNGUARDED = new PairedMember.Seams(Unguarded::new, fence -> Fence.NONE);

    private final StoreSettings[] settings = new StoreSettings[2];
    private final @Nullable StoreNode[] nodes = new @Nullable StoreNode[2];
    private final @Nullable Supplier<SSLContext>[] tls = suppliers();
    private final Metrics[] metrics = {new Metrics(), new Metrics()};
    private Timings timings = Timings.DEFAULT;
    private PairedMember.Seams seams = PairedMember.Seams.NONE;
    private final Clock clock;
    private final MemoryPairRegister register = new MemoryPairRegister(System::nanoTime);
    /** Who is in the place of that number, as the other one is told; null for nobody. */
    private final AtomicReferenceArray<StoreSettings.@Nullable Peer> named = new AtomicReferenceArray<>(2);

    private final List<String> halts = new CopyOnWriteArrayList<>();

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
                    .with(new StoreSettings.Pair(heartbeats[index], () -> named(peer)));
            named.set(index, new StoreSettings.Peer("data-" + index, addresses[index], heartbeats[index]));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of a generic type
    private static @Nullable Supplier<SSLContext>[] suppliers() {
        return new Supplier[2];
    }

    private StoreSettings.@Nullable Peer named(int index) {
        return named.get(index);
    }

    Metrics metrics(int index) {
        return metrics[index];
    }

    /** For nodes that start from now on. */
    void staleReads(Duration max) {
        timings = timings.withOnlineReadStaleness(max);
    }

    /** For nodes that start from now on. */
    void withoutGuards() {
        seams = UNGUARDED;
    }

    /** The rules hear of a loss, but nothing waits for them, as with a listener of the engine's events. */
    private record Unguarded(PairGate gate) implements PairGate {
        @Override
        public void dropped(Incarnation peer) {
            Thread.ofPlatform().daemon(true).start(() -> gate.dropped(peer));
        }

        @Override
        public void sendFailed(Incarnation peer) {}

        @Override
        public void thrownOut() {
            gate.thrownOut();
        }

        @Override
        public boolean admits(Incarnation joiner) {
            return gate.admits(joiner);
        }

        @Override
        public boolean excluded(Incarnation peer) {
            return false;
        }
    }

    /** With TLS instead of connections in clear. */
    void secure(int index, SSLContext context) {
        tls[index] = () -> context;
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
        return start(index, TestStore.START_MAX);
    }

    StoreNode start(int index, Duration timeout) {
        Pairing pairing = new Pairing(register, tls[index], NodeGate.OPEN, halts::add, timings, new SecureRandom());
        OpenStore.Senses senses = new OpenStore.Senses(clock, System::nanoTime, metrics[index]);
        StoreNode node = new StoreNode(settings[index], senses, pairing, seams);
        node.start(timeout);
        nodes[index] = node;
        return node;
    }

    /** What one node did before it had a peer; its rows are those that count. */
    void before(int index, Consumer<StoreNode> deeds) {
        StoreSettings like = settings[index];
        StoreSettings alone = settings(like, like.directory(), like.consistentId(), null);
        try (StoreNode node = TestStore.start(alone, clock)) {
            deeds.accept(node);
        }
        PairOverride override = PairOverride.propose(null, like.consistentId(), 0);
        register.create(
                override.confirmed(override.confirmation()), Deadline.after(System::nanoTime, Duration.ofSeconds(10)));
    }

    MemoryPairRegister register() {
        return register;
    }

    /** Why nodes would have ended their process. */
    List<String> halts() {
        return halts;
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

    /** For a node that is down. */
    void emptyDisk(int index, Path directory) {
        StoreSettings before = settings[index];
        settings[index] = settings(before, directory, before.consistentId(), Objects.requireNonNull(before.pair()));
    }

    /** An operator removes a node for good; nobody has its place yet. */
    void remove(int index) {
        Deadline deadline = Deadline.after(System::nanoTime, Duration.ofSeconds(10));
        PairRegister.Written read = Objects.requireNonNull(register.read(deadline));
        String name = settings[index].consistentId();
        if (!register.replace(read, read.record().without(name), deadline)) {
            throw new IllegalStateException("record: changed meanwhile (expected: " + read + ")");
        }
        named.set(index, null);
    }

    /** Another node, with nothing on its disk and at other ports, in the place of a removed one. */
    void replace(int index, Path directory, String name) {
        StoreSettings before = settings[index];
        String host = before.address().bindAddress();
        List<Integer> ports = TestStore.freePorts(host, 3);
        StoreSettings.Address address = new StoreSettings.Address(host, ports.get(0), ports.get(1));
        settings[index] = new StoreSettings(
                directory,
                name,
                address,
                before.memory(),
                before.durability(),
                before.retention(),
                new StoreSettings.Pair(ports.get(2), () -> named(1 - index)));
        named.set(index, new StoreSettings.Peer(name, address, ports.get(2)));
    }

    /** Starts a node that is in no place, as one does that was removed or asks for the place of another. */
    StoreNode startStranger(StoreSettings stranger, Duration timeout) {
        Pairing pairing = new Pairing(register, null, NodeGate.OPEN, halts::add, timings, new SecureRandom());
        OpenStore.Senses senses = new OpenStore.Senses(clock, System::nanoTime, new Metrics());
        StoreNode node = new StoreNode(stranger, senses, pairing, seams);
        node.start(timeout);
        return node;
    }

    private static StoreSettings settings(
            StoreSettings like, Path directory, String name, StoreSettings.@Nullable Pair pair) {
        return new StoreSettings(
                directory, name, like.address(), like.memory(), like.durability(), like.retention(), pair);
    }

    StoreSettings settings(int index) {
        return settings[index];
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
