package io.hopyard.core.pair.simulation;

import io.hopyard.core.pair.Disk;
import io.hopyard.core.pair.Heartbeat;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.PairMember;
import io.hopyard.core.pair.PairState;
import io.hopyard.core.pair.PairView;
import io.hopyard.core.pair.ReadRule;
import io.hopyard.core.pair.ReadRule.Read;
import io.hopyard.core.pair.WriteRule;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One life of a data node: drives a member as the package page of the member demands, each step an event of its own. */
final class SimProcess {
    private final World world;
    private final Timeline timeline;
    private final Incarnation me;
    private final SimEngine engine;
    private final PairMember member;
    private final ReadRule reads;
    private final double clockRate;
    private final long clockOffset;
    private PairView view;
    private boolean alive = true;
    private long stoppedUntil;
    /** Who was named last, as far as this process was told. */
    private @Nullable String toldPeer;

    /**
     * What a life begins with.
     *
     * @param peer who is named to stand beside it, null for nobody yet
     */
    record Place(@Nullable String peer, BitSet rows, Disk disk) {}

    SimProcess(World world, Incarnation me, Place place) {
        this.world = world;
        this.timeline = world.timeline;
        this.me = me;
        this.clockRate = timeline.random.nextDouble(0.99, 1.01);
        this.clockOffset = timeline.random.nextLong();
        this.engine = new SimEngine(this, timeline, world.network, place.rows, world.weakness);
        this.toldPeer = place.peer;
        this.member = new PairMember(me, place.peer, place.disk, World.TIMINGS, nanos());
        this.reads = new ReadRule(World.TIMINGS);
        this.view = member.view();
        beat();
    }

    Incarnation incarnation() {
        return me;
    }

    String node() {
        return me.node();
    }

    /** The node that it talks to, null for none. */
    @Nullable
    String peerNode() {
        return member.peerNode();
    }

    SimEngine engine() {
        return engine;
    }

    PairView view() {
        return view;
    }

    boolean alive() {
        return alive;
    }

    boolean stopped() {
        return stoppedUntil > timeline.now();
    }

    long stoppedUntil() {
        return stoppedUntil;
    }

    void stop(long forNanos) {
        stoppedUntil = Math.max(stoppedUntil, timeline.now() + forNanos);
    }

    void wake() {
        stoppedUntil = 0;
    }

    void die() {
        if (alive) {
            alive = false;
            world.died(this);
        }
    }

    /** This node's own clock. */
    long nanos() {
        return clockOffset + (long) (timeline.now() * clockRate);
    }

    boolean readsFresh() {
        if (world.weakness == Weakness.LEASE_IGNORED && view.lease() != null) {
            return true;
        }
        return reads.strict(view, nanos()) == Read.FRESH;
    }

    void step(PairEvent event) {
        step(event, answer -> {});
    }

    private void step(PairEvent event, Consumer<Heartbeat.Answer> reply) {
        PairState before = view.state();
        Deque<PairAction> actions = new ArrayDeque<>(member.step(event, nanos()));
        view = member.view();
        world.told(this, before, event, actions);
        performNext(actions, reply);
    }

    private void performNext(Deque<PairAction> actions, Consumer<Heartbeat.Answer> reply) {
        PairAction action = actions.poll();
        if (action != null) {
            timeline.in(thinking(), this, () -> {
                perform(action, reply);
                performNext(actions, reply);
            });
        }
    }

    private void perform(PairAction action, Consumer<Heartbeat.Answer> reply) {
        switch (action) {
            case PairAction.ReadRecord read -> world.register.call(this, read);
            case PairAction.CreateRecord create -> world.register.call(this, create);
            case PairAction.ReplaceRecord replace -> world.register.call(this, replace);
            case PairAction.MarkDisk mark -> world.markDisk(this);
            case PairAction.StartEngine(PairAction.How how) ->
                timeline.in(timeline.millis(5, world.quick ? 30 : 800), this, () -> startEngine(how));
            case PairAction.AdmitToEngine admit -> {}
            case PairAction.Exclude(Incarnation gone) -> engine.goOnWithout(gone);
            case PairAction.AnswerHeartbeat(Heartbeat.Answer answer) -> reply.accept(answer);
            case PairAction.Halt halt -> die();
        }
    }

    private void startEngine(PairAction.How how) {
        world.startEngine(this, how);
        step(new PairEvent.EngineStarted(engine.seen().other()));
    }

    /** What a driver does all the time: tell the time, look at the engine, send a heartbeat. */
    private void beat() {
        timeline.in(timeline.millis(60, 110), this, () -> {
            step(new PairEvent.Tick());
            follow();
            timeline.in(thinking(), this, this::ask);
            if (engine.running()) {
                step(engine.seen());
            }
            beat();
        });
    }

    /** Hears of changes of the placement, late at times, and of some never. */
    private void follow() {
        String named = world.peerOf(node());
        if (!Objects.equals(named, toldPeer) && timeline.chance(0.5)) {
            toldPeer = named;
            step(new PairEvent.PeerNamed(named));
        }
    }

    private void ask() {
        String peerNode = member.peerNode();
        if (peerNode == null) {
            return;
        }
        long sentNanos = nanos();
        Heartbeat words = member.heartbeat();
        timeline.in(
                thinking(),
                this,
                () -> world.network.tell(node(), peerNode, () -> {
                    SimProcess peer = world.process(peerNode);
                    timeline.in(0, peer, () -> peer.asked(words, this, sentNanos));
                }));
    }

    private void asked(Heartbeat words, SimProcess by, long sentNanos) {
        step(
                new PairEvent.HeartbeatAsked(words),
                answer -> world.network.tell(
                        node(),
                        by.node(),
                        () -> timeline.in(0, by, () -> by.step(new PairEvent.HeartbeatAnswered(answer, sentNanos)))));
    }

    /** A client's write. */
    void write(int write) {
        if (!engine.running() || !WriteRule.mayExecute(view, nanos())) {
            return;
        }
        timeline.in(thinking(), this, () -> engine.write(write, () -> committed(write)));
    }

    private void committed(int write) {
        long deadline = nanos() + World.TIMINGS.ackWait().toNanos();
        timeline.in(thinking(), this, () -> acknowledge(write, deadline));
    }

    private void acknowledge(int write, long deadline) {
        WriteRule.Ack ack = world.weakness.ackUnchecked()
                ? WriteRule.Ack.YES
                : WriteRule.ack(() -> view, engine::hasInRing, nanos());
        if (ack == WriteRule.Ack.YES) {
            timeline.in(thinking(), this, () -> world.history.acked(write, timeline.now()));
        } else if (ack == WriteRule.Ack.WAIT && nanos() - deadline < 0) {
            timeline.in(timeline.millis(5, 30), this, () -> acknowledge(write, deadline));
        }
    }

    /** A client's read, which began when this was acknowledged. */
    void read(BitSet ackedBefore) {
        if (!engine.running() || allowed() == Read.REFUSED) {
            return;
        }
        timeline.in(thinking(), this, () -> {
            BitSet rows = (BitSet) engine.rows().clone();
            long readAt = timeline.now();
            timeline.in(thinking(), this, () -> world.readBy(this, allowed(), rows, ackedBefore, readAt));
        });
    }

    private Read allowed() {
        return readsFresh() ? Read.FRESH : reads.online(view, nanos());
    }

    /** From one step of the code to the next: mostly nothing, at times a pause. */
    private long thinking() {
        return timeline.chance(0.005) ? timeline.millis(10, 900) : timeline.millis(0, 0.3);
    }

    @Override
    public String toString() {
        return me + " " + view;
    }
}
