package io.hopyard.core.pair.simulation;

import io.hopyard.core.pair.Disk;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.PairOverride;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairState;
import io.hopyard.core.pair.PairView;
import io.hopyard.core.pair.ReadRule.Read;
import io.hopyard.core.pair.Timings;
import io.hopyard.core.pair.WriteRule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two nodes, and those that take the place of a dead one, under faults, their clients, and what must always hold. */
final class World {
    static final Timings TIMINGS = new Timings(
            Timings.DEFAULT.heartbeat(),
            Timings.DEFAULT.lease(),
            Timings.DEFAULT.failureDetection(),
            Duration.ofSeconds(4),
            Timings.DEFAULT.ackWait(),
            Timings.DEFAULT.onlineReadStalenessMax());

    private static final List<String> NODES = List.of("n1", "n2");
    private static final long SECOND = 1_000 * Timeline.MILLI;
    private static final long FAULTS = 15 * SECOND;
    private static final long RECOVERY = 40 * SECOND;
    private static final int TRACE = 200;

    final Timeline timeline;
    final Network network;
    final SimRegister register;
    final Weakness weakness;
    final History history = new History();
    private final Faults faults;

    /** Processes start faster than any real one, so that little time passes from one life to the next. */
    final boolean quick;

    private final Map<String, SimProcess> processes = new LinkedHashMap<>();
    private final Map<String, BitSet> disks = new LinkedHashMap<>();
    private final Deque<String> trace = new ArrayDeque<>();
    /** Which peer a node's settings name, if any. */
    private final Map<String, String> peers = new HashMap<>();
    /** Who has a place in the pair. */
    private final List<String> placed = new ArrayList<>(NODES);

    private final Set<String> marked = new HashSet<>();
    private final List<String> removed = new ArrayList<>();
    private int lives;

    World(long seed, Weakness weakness) {
        this.timeline = new Timeline(new SplittableRandom(seed));
        this.network = new Network(timeline);
        this.weakness = weakness;
        this.faults = new Faults(this);
        this.register = new SimRegister(timeline, weakness);
        this.quick = timeline.chance(0.3);
        boolean grows = timeline.chance(0.2);
        if (grows) {
            PairOverride override = PairOverride.propose(null, NODES.getFirst(), 0);
            register.given(override.confirmed(override.confirmation()));
            marked.add(NODES.getFirst());
        }
        NODES.forEach(node -> {
            disks.put(node, new BitSet());
            if (!grows || !node.equals(NODES.getFirst())) {
                peers.put(node, other(node));
            }
            start(node);
        });
        if (grows) {
            process(NODES.getLast()).stop(timeline.millis(100, 5_000));
            timeline.in(timeline.millis(100, 5_000), () -> {
                if (removed.isEmpty()) {
                    peers.put(NODES.getFirst(), NODES.getLast());
                }
            });
        }
        new Clients(this).begin();
    }

    /** Who stands beside that node, or last stood there. */
    String other(String node) {
        return placed.stream()
                .filter(one -> !one.equals(node))
                .findFirst()
                .orElseGet(() -> removed.get(removed.size() - 1));
    }

    List<String> nodes() {
        return List.copyOf(placed);
    }

    /** Who is to stand beside that node by now, null for nobody. */
    @Nullable
    String peerOf(String node) {
        return peers.get(node);
    }

    /** @throws AssertionError when something that must hold does not */
    void run() {
        if (timeline.chance(0.8)) {
            runUntilBothServe();
        }
        long end = timeline.now() + FAULTS;
        faults.begin(end);
        while (timeline.now() < end) {
            step();
        }
        network.heal();
        register.beKind();
        processes.values().forEach(SimProcess::wake);
        removed.forEach(node -> process(node).die());
        runUntilBothServe();
    }

    private void runUntilBothServe() {
        long end = timeline.now() + RECOVERY;
        while (!bothServe()) {
            if (timeline.now() > end) {
                throw new AssertionError(
                        "not both in service " + processes.values() + ", register " + register.record() + trace());
            }
            step();
        }
    }

    private void step() {
        if (!timeline.step()) {
            throw new AssertionError("nothing happens any more");
        }
        check();
    }

    /** How many nodes were replaced by empty ones. */
    int replaced() {
        return removed.size();
    }

    private boolean bothServe() {
        return placed.size() == 2
                && placed.stream()
                        .map(this::process)
                        .allMatch(process -> process.view().state() == PairState.BOTH
                                && process.readsFresh()
                                && WriteRule.mayExecute(process.view(), process.nanos()));
    }

    private void check() {
        int alone = 0;
        for (SimProcess process : processes.values()) {
            PairView view = process.view();
            if (!process.alive()) {
                continue;
            }
            Incarnation beside =
                    view.state() == PairState.BOTH || view.state() == PairState.PROMOTING ? view.peer() : null;
            if (beside != null && !beside.node().equals(process.peerNode())) {
                throw new AssertionError("beside whom it does not know: " + process + trace());
            }
            if (view.state() == PairState.SOLO) {
                alone++;
            }
            if (view.state() == PairState.SOLO || process.readsFresh()) {
                history.mustHoldAcked(
                        process.engine().rows(), () -> process + " beside " + processes.values() + trace());
            }
        }
        if (alone > 1) {
            throw new AssertionError("two act alone: " + processes.values() + trace());
        }
    }

    void readBy(SimProcess process, Read read, BitSet rows, BitSet ackedBefore, long readAt) {
        switch (read) {
            case FRESH -> {
                history.freshReads++;
                history.mustHold(rows, ackedBefore, () -> "fresh read at " + process + trace());
            }
            case STALE -> {
                history.staleReads++;
                // A clock that runs slow by a hundredth measures so much less.
                long bound = (long) (TIMINGS.onlineReadStalenessMax().toNanos() * 1.011);
                history.mustHold(rows, history.ackedBefore(readAt - bound), () -> "stale read at " + process + trace());
            }
            case REFUSED -> {}
        }
    }

    SimProcess process(String node) {
        SimProcess process = processes.get(node);
        if (process == null) {
            throw new IllegalArgumentException("node: " + node + " (expected: one of " + NODES + ")");
        }
        return process;
    }

    Collection<SimProcess> processes() {
        return processes.values();
    }

    void startEngine(SimProcess process, PairAction.How how) {
        process.engine().run();
        SimProcess peer = processes.get(process.peerNode());
        if (peer == null || how == PairAction.How.ALONE || how == PairAction.How.FIRST_OF_TWO) {
            return;
        }
        boolean reachable = peer.alive()
                && !peer.stopped()
                && peer.engine().vacant()
                && !network.cut(process.node(), peer.node())
                && !network.cut(peer.node(), process.node());
        if (reachable) {
            SimEngine.meet(peer.engine(), process.engine(), how == PairAction.How.SECOND_OF_TWO);
        }
    }

    void markDisk(SimProcess process) {
        marked.add(process.node());
    }

    void died(SimProcess process) {
        note(process.incarnation() + " died");
        for (SimProcess peer : processes.values()) {
            if (peer != process && !network.cut(process.node(), peer.node())) {
                timeline.in(
                        timeline.millis(0.1, 100),
                        peer,
                        () -> peer.step(new PairEvent.PeerEnded(process.incarnation())));
                timeline.in(timeline.millis(1, 300), peer, () -> peer.engine().closed(process.engine()));
            }
        }
        timeline.in(quick ? timeline.millis(1, 30) : timeline.millis(200, 2_500), () -> {
            // Whoever was removed is refused when it asks for its place.
            if (placed.contains(process.node())) {
                start(process.node());
            }
        });
    }

    /** Kills a node and its disk, unless nobody else has what was acknowledged, or only an operator could help. */
    boolean replaceDisk(SimProcess process) {
        PairRecord record = register.record();
        SimProcess peer = process(other(process.node()));
        if (record == null
                || placed.size() < 2
                || record.member(peer.node()).isEmpty()
                || !marked.contains(peer.node())
                || !history.heldBy(peer.engine().rows())
                || register.mayStillHear(process.node())) {
            return false;
        }
        process.die();
        process.engine().rows().clear();
        marked.remove(process.node());
        return true;
    }

    /**
     * Takes a node out of its pair as the operator's command does it, and has an empty one of another name come some time
     * later. The command sees the record, but who is alive only late, so the removed node may live on for a while.
     */
    boolean remove(SimProcess process) {
        PairRecord record = register.record();
        if (record == null
                || record.epoch() == 1
                || placed.size() < 2
                || removed.contains(other(process.node()))
                || record.bars(process.node())
                || record.member(process.node()).isPresent()) {
            return false;
        }
        String node = process.node();
        String survivor = other(node);
        register.given(record.without(node));
        removed.add(node);
        timeline.in(
                timeline.chance(0.5) ? 0 : timeline.millis(0, 4_000),
                () -> process(node).die());
        timeline.in(timeline.millis(0, 500), () -> {
            placed.remove(node);
            peers.remove(survivor);
        });
        timeline.in(timeline.millis(500, 3_000), () -> {
            String fresh = "n" + (NODES.size() + removed.size());
            disks.put(fresh, new BitSet());
            placed.add(fresh);
            peers.put(survivor, fresh);
            peers.put(fresh, survivor);
            start(fresh);
        });
        return true;
    }

    private void start(String node) {
        lives++;
        Incarnation life = new Incarnation(node, String.format("%08x", lives));
        BitSet rows = disks.get(node);
        if (rows == null) {
            throw new IllegalArgumentException("disk of " + node + ": none (expected: one)");
        }
        Disk disk = marked.contains(node) ? Disk.MARKED : Disk.EMPTY;
        processes.put(node, new SimProcess(this, life, new SimProcess.Place(peers.get(node), rows, disk)));
    }

    void told(SimProcess process, PairState before, PairEvent event, Deque<PairAction> actions) {
        if (before != process.view().state()) {
            faults.stateChanged(process);
        }
        boolean dull = event instanceof PairEvent.Tick
                || event instanceof PairEvent.EngineSeen
                || event instanceof PairEvent.HeartbeatAsked
                || event instanceof PairEvent.HeartbeatAnswered
                || event instanceof PairEvent.RecordRead;
        boolean plain = actions.stream()
                .allMatch(action ->
                        action instanceof PairAction.ReadRecord || action instanceof PairAction.AnswerHeartbeat);
        if (!dull || !plain) {
            note(process.incarnation() + " " + event + " -> " + process.view().state() + " " + actions);
        }
    }

    void note(String what) {
        if (trace.size() == TRACE) {
            trace.remove();
        }
        trace.add(timeline.now() / Timeline.MILLI + " ms: " + what);
    }

    private String trace() {
        return "\n" + String.join("\n", trace);
    }
}
