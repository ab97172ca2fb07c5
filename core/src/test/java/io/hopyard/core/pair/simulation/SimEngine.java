package io.hopyard.core.pair.simulation;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairEvent;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one process, as far as it was seen to matter: two-phase commit on both copies, and what it does to
 * transactions under way once it is told that its peer is gone. It is told when the member has excluded the peer; or, when it
 * asks nobody, as soon as it misses it.
 */
final class SimEngine {
    private static final long SILENCE = 2_000 * Timeline.MILLI;

    /** The rows, kept when the process dies. */
    private final BitSet rows;

    private final SimProcess process;
    private final Timeline timeline;
    private final Network network;
    private final boolean asksNobody;
    private final Timeline.Lane inbox;
    private final Map<Integer, Transaction> own = new HashMap<>();
    private final BitSet prepared = new BitSet();
    private final BitSet sinceJoin = new BitSet();
    private boolean running;
    /** The other process, from when it entered the ring; it stays until the engine is told that it is gone. */
    private @Nullable SimEngine other;
    /** Whether the ring itself still has it. */
    private boolean inRing;

    private boolean complete;
    private long heardNanos;

    SimEngine(SimProcess process, Timeline timeline, Network network, BitSet rows, Weakness weakness) {
        this.process = process;
        this.timeline = timeline;
        this.network = network;
        this.rows = rows;
        this.asksNobody = weakness.engineAsksNobody();
        this.inbox = timeline.new Lane(process, () -> {
            SimEngine peer = other;
            return peer != null && network.cut(peer.process.node(), process.node());
        });
    }

    BitSet rows() {
        return rows;
    }

    boolean running() {
        return running;
    }

    /** Whether another may enter: the ring does nothing else while it waits for a word about the last one. */
    boolean vacant() {
        return running && other == null;
    }

    boolean hasInRing(Incarnation incarnation) {
        return inRing && other != null && other.process.incarnation().equals(incarnation);
    }

    PairEvent.EngineSeen seen() {
        SimEngine peer = other;
        return peer == null || !inRing
                ? new PairEvent.EngineSeen(null, false)
                : new PairEvent.EngineSeen(peer.process.incarnation(), complete && !timeline.chance(0.03));
    }

    void run() {
        running = true;
    }

    /**
     * Both enter one ring.
     *
     * @param restart whether each may have rows that the other lacks; else the sponsor has them all
     */
    static void meet(SimEngine sponsor, SimEngine joiner, boolean restart) {
        sponsor.enter(joiner);
        joiner.enter(sponsor);
        sponsor.fill(joiner, restart, new ArrayList<>(sponsor.own.values()));
    }

    private void enter(SimEngine peer) {
        other = peer;
        inRing = true;
        complete = false;
        sinceJoin.clear();
        heardNanos = process.nanos();
        watch(peer);
    }

    private void fill(SimEngine joiner, boolean restart, List<Transaction> before) {
        timeline.in(timeline.millis(100, 1_500), process, () -> {
            if (other != joiner || joiner.other != this || !joiner.process.alive()) {
                return;
            }
            boolean pending = before.stream().anyMatch(transaction -> own.get(transaction.write) == transaction);
            if (pending || network.cut(process.node(), joiner.process.node()) || joiner.process.stopped()) {
                fill(joiner, restart, before);
                return;
            }
            if (restart) {
                // What one committed and the other did not is known by neither to be refused, so it stays.
                rows.or(joiner.rows);
            } else {
                joiner.rows.clear();
            }
            joiner.rows.or(rows);
            joiner.rows.or(joiner.sinceJoin);
            complete = true;
            joiner.complete = true;
        });
    }

    /** Pings the peer, and misses it after a silence. */
    private void watch(SimEngine peer) {
        timeline.in(timeline.millis(150, 250), process, () -> {
            if (other != peer) {
                return;
            }
            if (inRing && process.nanos() - heardNanos > SILENCE) {
                missed();
            }
            network.tell(
                    process.node(), peer.process.node(), () -> timeline.in(0, peer.process, () -> peer.pinged(this)));
            watch(peer);
        });
    }

    private void pinged(SimEngine by) {
        if (other == by) {
            heardNanos = process.nanos();
        } else if (by.process.alive()) {
            // Whoever was dropped from the ring learns it when it speaks again.
            network.tell(
                    process.node(),
                    by.process.node(),
                    () -> timeline.in(timeline.millis(0, 50), by.process, () -> {
                        if (by.other == this) {
                            by.process.step(new PairEvent.EngineLost("dropped from the ring"));
                        }
                    }));
        }
    }

    /** The process at the other end has died and its sockets were closed. */
    void closed(SimEngine peer) {
        if (other == peer && inRing) {
            missed();
        }
    }

    /** The ring drops the peer first; whoever listens learns it later. */
    void missed() {
        SimEngine peer = other;
        if (peer == null || !inRing) {
            return;
        }
        inRing = false;
        Incarnation gone = peer.process.incarnation();
        timeline.in(timeline.millis(0, 30), process, () -> process.step(new PairEvent.EnginePeerGone(gone)));
        if (asksNobody) {
            timeline.in(timeline.millis(0, 10), process, () -> goOnWithout(gone));
        }
    }

    /** Told that the process is gone: what waits for it goes on without it, what it had prepared is committed. */
    void goOnWithout(Incarnation gone) {
        SimEngine peer = other;
        if (peer == null || !peer.process.incarnation().equals(gone)) {
            return;
        }
        other = null;
        inRing = false;
        complete = false;
        prepared.stream().forEach(this::apply);
        prepared.clear();
        List.copyOf(own.values()).forEach(Transaction::finish);
    }

    void write(int write, Runnable returned) {
        Transaction transaction = new Transaction(write, returned);
        own.put(write, transaction);
        transaction.begin();
    }

    private void apply(int write) {
        rows.set(write);
        sinceJoin.set(write);
    }

    /**
     * Reliable and in order as long as both live; the sender may be told that it fails, and then it may still arrive.
     *
     * @param own of this engine, null for an answer
     */
    private void send(SimEngine to, @Nullable Transaction own, Runnable task) {
        boolean[] arrived = new boolean[1];
        to.inbox.in(network.delay(), () -> {
            arrived[0] = true;
            if (to.other == this) {
                task.run();
            }
        });
        timeline.in(timeline.millis(200, 1_500), process, () -> {
            boolean failed = !arrived[0] && (network.cut(process.node(), to.process.node()) || !to.process.alive());
            if (failed && other == to) {
                sendFailed(to, own);
            }
        });
    }

    private void sendFailed(SimEngine to, @Nullable Transaction own) {
        if (!asksNobody) {
            process.step(new PairEvent.EnginePeerGone(to.process.incarnation()));
        } else if (own != null) {
            own.finish();
        }
    }

    private final class Transaction {
        private final int write;
        private final Runnable returned;
        private final boolean ownCopyFirst = timeline.chance(0.5);

        private Transaction(int write, Runnable returned) {
            this.write = write;
            this.returned = returned;
        }

        private void begin() {
            SimEngine peer = other;
            if (peer == null) {
                timeline.in(timeline.millis(0, 2), process, this::finish);
                return;
            }
            send(peer, this, () -> {
                peer.prepared.set(write);
                peer.send(SimEngine.this, null, () -> commit(peer));
            });
        }

        private void commit(SimEngine peer) {
            if (!own.containsKey(write)) {
                return;
            }
            if (ownCopyFirst) {
                apply(write);
            }
            send(peer, this, () -> {
                peer.prepared.clear(write);
                peer.apply(write);
                peer.send(SimEngine.this, null, this::finish);
            });
        }

        private void finish() {
            if (own.remove(write) != null) {
                apply(write);
                returned.run();
            }
        }
    }
}
