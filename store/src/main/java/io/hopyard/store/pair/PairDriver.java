package io.hopyard.store.pair;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.pair.Heartbeat;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.PairMember;
import io.hopyard.core.pair.PairState;
import io.hopyard.core.pair.PairView;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link PairMember} of this node: one lock for each step, the view published before the lock is let go, the
 * actions begun in their order. Whatever may take long has its own thread. Thread safe.
 */
public final class PairDriver implements PairGate, HeartbeatListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PairDriver.class);

    private final Timings timings;
    private final Ticker ticker;
    private final PairEngine engine;
    private final Halt halt;
    private final DiskMark disk;
    private final RegisterThread register;
    private final EngineThread engineThread;
    private final ScheduledThreadPoolExecutor ticks;
    private final HeartbeatDoor door;
    private final HeartbeatLink link;
    private final PairFence fence;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PairMember member;
    private final Supplier<@Nullable PeerPlace> peers;
    /** As told to the rules; of the thread that ticks. */
    private @Nullable String named;

    private volatile @Nullable PeerPlace peerPlace;
    private volatile PairView view;
    /** Everybody that was ever excluded by this life; grows with each restart of the peer. */
    private volatile Set<Incarnation> excluded = Set.of();

    private int waiting;
    private volatile Phase phase = Phase.RUNNING;

    private enum Phase {
        RUNNING,
        /** Nothing is served any more, the engine is being stopped. */
        STOPPING,
        /** The engine is stopped. */
        STOPPED
    }

    /**
     * Who this node is and where its peer is.
     *
     * @param peers who is named to stand beside this node now, null for nobody; answers at once
     */
    public record Place(Incarnation me, InetSocketAddress heartbeats, Supplier<@Nullable PeerPlace> peers) {}

    /** Where the named peer answers heartbeats. */
    public record PeerPlace(String node, InetSocketAddress heartbeats) {}

    public PairDriver(Place place, DiskMark disk, Pairing pairing, PairEngine engine, Ticker ticker, Metrics metrics) {
        this.timings = pairing.timings();
        this.ticker = ticker;
        this.engine = engine;
        this.halt = pairing.halt();
        this.disk = disk;
        this.peers = place.peers();
        PeerPlace first = peers.get();
        this.named = first == null ? null : first.node();
        this.peerPlace = first;
        this.member = new PairMember(place.me(), named, disk.read(), timings, ticker.nanos());
        this.view = member.view();
        this.register = new RegisterThread(pairing.register(), ticker, this::step);
        this.engineThread = new EngineThread(engine, this, timings, this::step);
        this.ticks = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("store-pair-tick").daemon(true).factory());
        this.fence = new PairFence(this, timings, ticker, metrics);
        Supplier<SSLContext> identity = pairing.tls();
        PairTls tls = identity == null ? null : new PairTls(identity.get(), pairing.gate());
        this.link = new HeartbeatLink(this::peerHeartbeats, tls, timings, ticker, this);
        this.door = new HeartbeatDoor(place.heartbeats(), tls, this);
        metrics.gauge(
                "store_pair_epoch", "Epoch of the pair's record that this node knows", () -> (double) view.epoch());
        metrics.gauge("store_pair_serves", "1 while this node may write and read for its pair", () -> serves() ? 1 : 0);
    }

    /**
     * Begins to decide; the engine is started when the rules say so.
     *
     * @throws io.hopyard.core.error.FeatureStoreException UNAVAILABLE when the port for heartbeats is taken
     */
    public void start() {
        door.open();
        link.start();
        long nanos = timings.heartbeat().toNanos();
        var _ = ticks.scheduleAtFixedRate(this::tick, 0, nanos, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        step(new PairEvent.Tick());
        PeerPlace now = peers.get();
        String node = now == null ? null : now.node();
        if (!Objects.equals(node, named)) {
            LOG.atInfo().addKeyValue("peer", node).log("Another node is named as the peer of this one");
            named = node;
            step(new PairEvent.PeerNamed(node));
        }
        if (now != null && now.node().equals(peerNode())) {
            peerPlace = now;
        }
    }

    private @Nullable String peerNode() {
        lock.lock();
        try {
            return member.peerNode();
        } finally {
            lock.unlock();
        }
    }

    /** Of the peer that the rules talk to, which may be another one for a while than the one named. */
    private @Nullable InetSocketAddress peerHeartbeats() {
        PeerPlace now = peerPlace;
        return now == null ? null : now.heartbeats();
    }

    /** What requests must ask. */
    public Fence fence() {
        return fence;
    }

    /** True while rows may be written, and read as they were acknowledged last. */
    public boolean serves() {
        return fence.open();
    }

    /** As of now. */
    public PairView view() {
        return view;
    }

    boolean inRing(Incarnation peer) {
        return engine.inRing(peer);
    }

    /** Waits until the view is another one, at the longest for a heartbeat or to the deadline. */
    void awaitChange(PairView seen, Deadline deadline) {
        lock.lock();
        try {
            long nanos = Math.min(
                    timings.heartbeat().toNanos(), deadline.remaining(ticker).toNanos());
            while (view.equals(seen) && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    // Steps

    private void step(PairEvent event) {
        List<PairAction> _ = stepped(event);
    }

    private List<PairAction> stepped(PairEvent event) {
        lock.lock();
        try {
            List<PairAction> actions = member.step(event, ticker.nanos());
            PairView before = view;
            PairView now = member.view();
            if (!now.equals(before)) {
                view = now;
                changed.signalAll();
                tell(before, now);
            }
            actions.forEach(this::begin);
            return actions;
        } catch (UncheckedIOException e) {
            // Of the disk's mark: what should follow it must not.
            halt("the disk cannot be marked: " + e.getMessage());
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    private static void tell(PairView before, PairView now) {
        if (before.state() != now.state()) {
            LOG.atInfo()
                    .addKeyValue("from", before.state())
                    .addKeyValue("to", now.state())
                    .addKeyValue("epoch", now.epoch())
                    .addKeyValue("peer", now.peer())
                    .log("This node has another state in its pair");
        }
    }

    private void begin(PairAction action) {
        switch (action) {
            case PairAction.ReadRecord() -> register.read();
            case PairAction.CreateRecord create -> register.create(create);
            case PairAction.ReplaceRecord replace -> register.replace(replace);
            case PairAction.MarkDisk() -> disk.write();
            case PairAction.StartEngine(PairAction.How how) -> engineThread.start(how);
            case PairAction.AdmitToEngine(Incarnation joiner) -> engineThread.admit(joiner);
            case PairAction.Exclude(Incarnation peer) -> exclude(peer);
            case PairAction.AnswerHeartbeat(Heartbeat.Answer answer) -> {}
            case PairAction.Halt(String why) -> halt(why);
        }
    }

    private void exclude(Incarnation peer) {
        Set<Incarnation> more = new HashSet<>(excluded);
        more.add(peer);
        excluded = Set.copyOf(more);
        changed.signalAll();
        engineThread.drop(peer);
    }

    /** A node that stops loses its membership before its engine has stopped: that is as it should be. */
    private void halt(String why) {
        if (phase == Phase.RUNNING || (phase == Phase.STOPPING && waiting > 0)) {
            LOG.atError().addKeyValue("why", why).log("This node leaves its pair and must end");
            halt.halt(why);
        }
    }

    // What the engine asks

    @Override
    public void dropped(Incarnation peer) {
        awaitExclusion(peer, () -> phase == Phase.STOPPED);
    }

    @Override
    public void sendFailed(Incarnation peer) {
        // Who stops cannot send: that says nothing about the peer.
        awaitExclusion(peer, () -> phase != Phase.RUNNING);
    }

    private void awaitExclusion(Incarnation peer, BooleanSupplier over) {
        lock.lock();
        try {
            waiting++;
            while (!excluded(peer) && !over.getAsBoolean()) {
                step(new PairEvent.EnginePeerGone(peer));
                if (view.state() == PairState.HALTED) {
                    halt(view.waitsFor());
                }
                if (!excluded(peer)) {
                    changed.awaitUninterruptibly();
                }
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    @Override
    public void thrownOut() {
        if (phase == Phase.RUNNING) {
            step(new PairEvent.EngineLost("the ring has thrown this node out"));
        }
    }

    @Override
    public boolean admits(Incarnation joiner) {
        lock.lock();
        try {
            return member.isPeer(joiner) && !excluded(joiner);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean excluded(Incarnation peer) {
        return excluded.contains(peer);
    }

    // Heartbeats

    @Override
    public Heartbeat heartbeat() {
        lock.lock();
        try {
            return member.heartbeat();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Heartbeat.Answer asked(Heartbeat ask) {
        for (PairAction action : stepped(new PairEvent.HeartbeatAsked(ask))) {
            if (action instanceof PairAction.AnswerHeartbeat(Heartbeat.Answer answer)) {
                return answer;
            }
        }
        return new Heartbeat.Answer(Heartbeat.Verdict.NO, heartbeat());
    }

    @Override
    public void answered(Heartbeat.Answer answer, long sentNanos) {
        step(new PairEvent.HeartbeatAnswered(answer, sentNanos));
    }

    @Override
    public void ended(Incarnation peer) {
        step(new PairEvent.PeerEnded(peer));
    }

    // The end

    /**
     * Nothing is served any more and the engine is about to be stopped.
     *
     * @return false when the engine is still being started after the patience has ended
     */
    public boolean stopping(Duration patience) {
        enter(Phase.STOPPING);
        return engineThread.rest(patience);
    }

    private void enter(Phase next) {
        lock.lock();
        try {
            phase = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The engine has stopped. */
    @Override
    public void close() {
        enter(Phase.STOPPED);
        ticks.shutdownNow();
        engineThread.close();
        register.close();
        link.close();
        door.close();
    }
}
