package io.hopyard.store;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairState;
import io.hopyard.core.pair.PairView;
import io.hopyard.core.time.Deadline;
import io.hopyard.store.pair.DiskMark;
import io.hopyard.store.pair.Fence;
import io.hopyard.store.pair.PairDriver;
import io.hopyard.store.pair.PairGate;
import io.hopyard.store.pair.Pairing;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node that has a peer. */
final class PairedMember implements Membership {
    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    /** How long a stop waits for the register before it ends an engine that no answer of it can free. */
    private static final Duration DECISION_MAX = Duration.ofSeconds(3);

    private final PairedEngine engine;
    private final PairDriver driver;
    private final Pairing pairing;
    private final Waiting waiting;
    private final Seams seams;

    /** Where a test may take a guard away, to see that it is needed. */
    record Seams(UnaryOperator<PairGate> gate, UnaryOperator<Fence> fence) {
        static final Seams NONE = new Seams(UnaryOperator.identity(), UnaryOperator.identity());
    }

    PairedMember(
            StoreSettings settings,
            StoreSettings.Pair pair,
            Pairing pairing,
            Mirrors mirrors,
            OpenStore.Senses senses,
            Waiting waiting,
            Seams seams) {
        this.pairing = pairing;
        this.waiting = waiting;
        this.seams = seams;
        Incarnation me = new Incarnation(
                settings.consistentId(), "%016x".formatted(pairing.random().nextLong()));
        this.engine = new PairedEngine(settings, pairing, mirrors, me, seams.gate());
        PairDriver.Place place = new PairDriver.Place(
                me,
                new InetSocketAddress(settings.address().bindAddress(), pair.heartbeatPort()),
                () -> place(pair.peers().now()));
        DiskMark disk = new DiskMark(settings.directory(), settings.directory().resolve("db"));
        this.driver = new PairDriver(place, disk, pairing, engine, senses.ticker(), senses.metrics());
    }

    private static PairDriver.@Nullable PeerPlace place(StoreSettings.@Nullable Peer peer) {
        return peer == null
                ? null
                : new PairDriver.PeerPlace(
                        peer.id(), new InetSocketAddress(peer.address().bindAddress(), peer.heartbeatPort()));
    }

    @Override
    public EngineNode start(Deadline deadline) {
        driver.start();
        waiting.until(this::holdsEverything, deadline, this::missing);
        return Objects.requireNonNull(engine.node());
    }

    private boolean holdsEverything() {
        checkNotHalted();
        EngineNode node = engine.node();
        return node != null && node.holdsEverything();
    }

    @Override
    public void awaitService(Deadline deadline) {
        waiting.until(
                () -> {
                    checkNotHalted();
                    return driver.serves();
                },
                deadline,
                this::missing);
    }

    private void checkNotHalted() {
        PairView view = driver.view();
        if (view.state() == PairState.HALTED) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, waiting.who() + ": it left its pair: " + view.waitsFor());
        }
    }

    private String missing() {
        String what = waitsFor();
        return "not in service: " + (what.isEmpty() ? "rows of the other member have not come" : what);
    }

    @Override
    public Fence fence() {
        return seams.fence().apply(driver.fence());
    }

    @Override
    public String waitsFor() {
        return driver.view().waitsFor();
    }

    /** The rules go on until the engine has stopped: it may wait for them. When that takes too long, the process ends. */
    @Override
    public void close() {
        if (!driver.stopping(STOP_MAX)) {
            pairing.halt().halt("the start of the engine does not end");
        }
        EngineNode node = engine.node();
        if (node != null) {
            Thread stopping =
                    Thread.ofPlatform().name("store-engine-stop").daemon(true).start(node::close);
            try {
                if (!stopping.join(DECISION_MAX) && driver.view().state() == PairState.ARBITRATING) {
                    // The engine must not go on without the other member, so it cannot stop either; a crash loses
                    // nothing.
                    pairing.halt()
                            .halt("told to stop while it is open who serves: "
                                    + driver.view().waitsFor());
                } else if (!stopping.join(STOP_MAX)) {
                    pairing.halt().halt("the engine does not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                pairing.halt().halt("interrupted while the engine stopped");
            }
        }
        driver.close();
    }
}
