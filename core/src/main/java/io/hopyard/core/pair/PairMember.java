package io.hopyard.core.pair;

import io.hopyard.core.pair.Heartbeat.Verdict;
import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.PairEvent.EngineSeen;
import io.hopyard.core.pair.PairRegister.Written;
import io.hopyard.core.pair.RecordRule.Reading;
import io.hopyard.core.pair.RestartRule.Next;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of one data node of a pair, from start to halt. Nobody acts alone before the register has confirmed it, by a
 * compare-and-set against a record read just before. Whatever is odd ends in a halt: the restart rules know what to do then.
 * Not thread safe: the driver holds one lock for a step, publishes {@link #view} before it lets go of it, and then performs
 * the actions in their order.
 */
public final class PairMember {
    private final Incarnation me;
    private final Timings timings;
    private final RestartRule restart;
    private final PromotionRule promotion;
    private final PeerTalk talk;
    private final RecordRule readings;
    private final RegisterTalk register;
    private final List<PairAction> actions = new ArrayList<>();
    private Disk disk;
    private @Nullable String peerNode;
    /** Who is to be the peer; it becomes that when nobody else can be a member any more. */
    private @Nullable String named;

    private PairState state = PairState.STARTING;
    private String waitsFor = "the register";
    private @Nullable PairRecord record;
    private @Nullable Incarnation peer;
    private @Nullable Incarnation excluded;
    private @Nullable How start;
    private boolean engineUp;
    /** While promoting or starting together: looked at since then, and both copies were complete. */
    private boolean copiesSeen;

    private boolean promotionSent;

    /** @param peerNode null while nobody is named to stand beside this node */
    public PairMember(Incarnation me, @Nullable String peerNode, Disk disk, Timings timings, long nowNanos) {
        this.me = me;
        this.timings = timings;
        this.disk = disk;
        this.restart = new RestartRule(timings, me);
        this.readings = new RecordRule(me);
        this.promotion = new PromotionRule(timings);
        this.talk = new PeerTalk(timings, nowNanos);
        this.register = new RegisterTalk(me, nowNanos);
        name(peerNode);
        takePeer();
    }

    /** What requests need to know now. */
    public PairView view() {
        return new PairView(state, epoch(), peer, talk.lease(), talk.aloneFromNanos(), waitsFor);
    }

    /** The only node that this one talks to; null for none yet. Lags behind what was named while that one may be a member. */
    public @Nullable String peerNode() {
        return peerNode;
    }

    /** What to send to the peer, once per {@link Timings#heartbeat}. */
    public Heartbeat heartbeat() {
        return new Heartbeat(me, state, epoch(), engineUp);
    }

    /** @return what to do, in this order; after {@link PairAction.Halt} nothing ever follows */
    public List<PairAction> step(PairEvent event, long nowNanos) {
        if (state == PairState.HALTED) {
            return List.of();
        }
        switch (event) {
            case PairEvent.Tick() -> onTick(nowNanos);
            case PairEvent.RecordRead(Written read) -> onRead(read, nowNanos);
            case PairEvent.RecordWritten() -> onWritten(nowNanos);
            case PairEvent.RecordRefused() -> register.answered(nowNanos);
            case PairEvent.RegisterFailed() -> onRegisterFailed(nowNanos);
            case PairEvent.HeartbeatAsked(Heartbeat ask) -> onAsked(ask, nowNanos);
            case PairEvent.HeartbeatAnswered(Heartbeat.Answer answer, long sent) -> onAnswered(answer, sent, nowNanos);
            case PairEvent.PeerEnded(Incarnation ended) -> talk.ended(ended);
            case PairEvent.EngineStarted(Incarnation other) -> onEngineStarted(other);
            case EngineSeen seen -> onEngineSeen(seen, nowNanos);
            case PairEvent.EnginePeerGone(Incarnation gone) -> onPeerGone(gone, nowNanos);
            case PairEvent.EngineLost(String why) -> halt("the engine is lost: " + why);
            case PairEvent.PeerNamed(String node) -> name(node);
        }
        if (state != PairState.HALTED) {
            takePeer();
            register.read(nowNanos, actions);
        }
        List<PairAction> result = List.copyOf(actions);
        actions.clear();
        return result;
    }

    private void onTick(long nowNanos) {
        boolean together = state == PairState.SYSTEM_RESTART && start != null;
        if (together && talk.awayFor(timings.partialStart(), nowNanos)) {
            halt("the other member fell silent while both started");
        }
    }

    // The register

    private void onRead(@Nullable Written read, long nowNanos) {
        boolean settled = state == PairState.BOTH || state == PairState.SOLO;
        register.answered(nowNanos + (settled ? timings.recordPoll() : timings.heartbeat()).toNanos());
        if (read != null) {
            record = read.record();
        }
        if (start == null) {
            startBy(read, nowNanos);
            return;
        }
        if (read == null) {
            waitsFor = "the record of the pair is gone: an operator must write it again";
            return;
        }
        waitsFor = waiting();
        RecordRule.Situation situation = new RecordRule.Situation(state, peer, engineUp, copiesSeen);
        switch (readings.next(read.record(), situation)) {
            case Reading.Stay() -> {}
            case Reading.Both() -> becomeBoth();
            case Reading.Arbitrate() -> arbitrate(nowNanos);
            // The write that was to promote it, if it is still under way, has lost against the removal.
            case Reading.Alone() -> becomeSolo();
            case Reading.Halt() -> halt("no longer " + state + ": the record is " + record);
            case Reading.Write(List<Incarnation> members, String why) -> {
                promotionSent = state == PairState.PROMOTING;
                register.replace(read, members, why, actions);
            }
        }
    }

    private void startBy(@Nullable Written read, long nowNanos) {
        RestartRule.Self self = new RestartRule.Self(disk, peerNode);
        switch (restart.next(read == null ? null : read.record(), self, talk.news(), nowNanos)) {
            case Next.Wait(PairState as, String why) -> {
                state = as;
                waitsFor = why;
            }
            case Next.Found(PairRecord founding) -> register.create(founding, actions);
            case Next.Claim(String why) -> {
                state = PairState.STARTING;
                waitsFor = "the register must confirm that this node starts alone";
                if (read != null) {
                    markDisk();
                    register.replace(read, List.of(me), why, actions);
                }
            }
            case Next.Start(PairState as, How how, Incarnation beside) -> {
                state = as;
                peer = beside;
                markDisk();
                startEngine(how);
            }
        }
    }

    private void onWritten(long nowNanos) {
        PairRecord written = register.writing();
        register.answered(nowNanos);
        if (written.epoch() == RestartRule.FOUNDING) {
            return;
        }
        record = written;
        switch (state) {
            case STARTING -> startEngine(How.ALONE);
            case SYSTEM_RESTART, PROMOTING -> becomeBoth();
            case ARBITRATING -> {
                // What was written may be a promotion that was under way when the joiner was suspected.
                if (written.members().equals(List.of(me))) {
                    becomeSolo();
                }
            }
            case JOINING, BOTH, SOLO, HALTED -> halt("wrote " + written + " while " + state);
        }
    }

    private void onRegisterFailed(long nowNanos) {
        register.answered(nowNanos + timings.heartbeat().toNanos());
        if (start == null || state == PairState.ARBITRATING) {
            waitsFor = "the register does not answer";
        }
    }

    // Heartbeats

    /** Whether that is the node that stands beside this one, and was not removed for good. */
    public boolean isPeer(Incarnation other) {
        return other.node().equals(peerNode) && (record == null || !record.bars(other.node()));
    }

    private void onAsked(Heartbeat ask, long nowNanos) {
        Verdict verdict = isPeer(ask.from()) ? talk.asked(ask, view(), record, nowNanos) : Verdict.STRANGER;
        actions.add(new PairAction.AnswerHeartbeat(new Heartbeat.Answer(verdict, heartbeat())));
    }

    private void onAnswered(Heartbeat.Answer answer, long sentNanos, long nowNanos) {
        Heartbeat self = answer.self();
        if (!isPeer(self.from()) || answer.verdict() == Verdict.STRANGER) {
            return;
        }
        talk.answered(answer, state, sentNanos, nowNanos);
        if (answer.verdict() == Verdict.FENCED && self.epoch() > epoch()) {
            halt("the other member says that this one was excluded in epoch " + self.epoch());
        }
    }

    // The engine

    private void onEngineStarted(@Nullable Incarnation other) {
        engineUp = true;
        if (start == How.ALONE) {
            state = PairState.SOLO;
            waitsFor = waiting();
        } else if (start != How.FIRST_OF_TWO && (other == null || !other.equals(peer))) {
            halt("the ring holds " + other + " (expected: " + peer + ")");
        }
    }

    private void onEngineSeen(EngineSeen seen, long nowNanos) {
        Incarnation other = seen.other();
        switch (state) {
            case SYSTEM_RESTART -> {
                if (start == How.FIRST_OF_TWO && other != null) {
                    peer = other;
                    copiesSeen = seen.copiesComplete();
                }
            }
            case BOTH, PROMOTING, JOINING -> {
                if (engineUp && peer != null && !peer.equals(other)) {
                    onPeerGone(peer, nowNanos);
                } else if (state == PairState.PROMOTING) {
                    seenPromoting(seen, nowNanos);
                }
            }
            case SOLO -> seenAlone(seen, nowNanos);
            case STARTING, ARBITRATING, HALTED -> {}
        }
        if (copiesSeen && (state == PairState.SYSTEM_RESTART || state == PairState.PROMOTING)) {
            register.readBy(nowNanos);
        }
    }

    private void seenAlone(EngineSeen seen, long nowNanos) {
        Incarnation other = seen.other();
        Heartbeat words = talk.news().fresh(nowNanos);
        if (other != null && (other.equals(excluded) || !isPeer(other))) {
            actions.add(new PairAction.Exclude(other));
        } else if (other != null && !seen.copiesComplete() && PromotionRule.joins(other, words)) {
            actions.add(new PairAction.AdmitToEngine(other));
        }
        Incarnation ready = promotion.ready(seen, view(), words, nowNanos);
        if (ready != null && !ready.equals(excluded)) {
            state = PairState.PROMOTING;
            peer = ready;
            copiesSeen = false;
            promotionSent = false;
        }
    }

    private void seenPromoting(EngineSeen seen, long nowNanos) {
        if (seen.copiesComplete()) {
            copiesSeen = true;
        } else if (promotionSent) {
            // The joiner may be a member already, so only the register can take that back.
            arbitrate(nowNanos);
        } else {
            state = PairState.SOLO;
            peer = null;
            promotion.disturbed();
        }
    }

    private void onPeerGone(Incarnation gone, long nowNanos) {
        boolean disputed = state == PairState.BOTH || state == PairState.PROMOTING || state == PairState.JOINING;
        if (disputed && gone.equals(peer)) {
            arbitrate(nowNanos);
        } else if (disputed || state == PairState.SOLO) {
            exclude(gone);
        } else if (state != PairState.ARBITRATING) {
            halt("the engine lost " + gone + " while " + state);
        }
    }

    // Transitions

    /** Before the record can name this node as one that serves: a crash in between must not look like a replaced disk. */
    private void markDisk() {
        if (disk == Disk.EMPTY) {
            disk = Disk.MARKED;
            actions.add(new PairAction.MarkDisk());
        }
    }

    private void startEngine(How how) {
        start = how;
        waitsFor = waiting();
        actions.add(new PairAction.StartEngine(how));
    }

    private void becomeBoth() {
        state = PairState.BOTH;
        waitsFor = waiting();
    }

    private void arbitrate(long nowNanos) {
        state = PairState.ARBITRATING;
        waitsFor = waiting();
        register.readBy(nowNanos);
    }

    private void becomeSolo() {
        Incarnation loser = peer;
        state = PairState.SOLO;
        waitsFor = waiting();
        peer = null;
        talk.forgetLease();
        if (loser != null) {
            exclude(loser);
        }
    }

    private void exclude(Incarnation gone) {
        excluded = gone;
        promotion.disturbed();
        actions.add(new PairAction.Exclude(gone));
    }

    private void halt(String why) {
        state = PairState.HALTED;
        waitsFor = why;
        actions.add(new PairAction.Halt(why));
    }

    private String waiting() {
        return switch (state) {
            case STARTING -> "the engine must start";
            case SYSTEM_RESTART -> "both engines must run and hold all rows";
            case JOINING -> "the copy must be filled";
            case ARBITRATING -> "the register must decide";
            case BOTH, SOLO, PROMOTING, HALTED -> "";
        };
    }

    private long epoch() {
        return record == null ? 0 : record.epoch();
    }

    private void name(@Nullable String node) {
        if (me.node().equals(node)) {
            throw new IllegalArgumentException("peer of " + me + ": '" + node + "' (expected: another node)");
        }
        named = node;
    }

    /** A former peer that may be a member, or become one by a write that is under way, keeps its place until it is excluded. */
    private void takePeer() {
        if (!Objects.equals(named, peerNode) && (peerNode == null || state == PairState.SOLO)) {
            peerNode = named;
            talk.forgetNews();
            promotion.disturbed();
        }
    }
}
