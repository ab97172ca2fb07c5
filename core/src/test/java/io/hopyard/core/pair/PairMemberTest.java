package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.pair.Heartbeat.Verdict;
import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.PairEvent.EngineSeen;
import io.hopyard.core.pair.PairRegister.Written;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Cases by name; what happens when they meet is for the simulation. */
class PairMemberTest {
    private static final long MILLI = 1_000_000;
    private static final Incarnation ME = new Incarnation("n1", "00000001");
    private static final Incarnation PEER = new Incarnation("n2", "00000002");
    private static final Heartbeat JOINS = new Heartbeat(PEER, PairState.JOINING, 2, true);

    private long nowNanos;
    private long version;
    private @Nullable PairRecord record;
    private PairMember member = new PairMember(ME, "n2", Disk.EMPTY, Timings.DEFAULT, 0);

    private List<PairAction> step(PairEvent event) {
        return member.step(event, nowNanos);
    }

    /** Answers for the register until it is asked nothing more; returns what else was to be done, but for small matters. */
    private List<PairAction> serve(List<PairAction> actions) {
        List<PairAction> rest = new ArrayList<>();
        Deque<PairAction> open = new ArrayDeque<>(actions);
        while (!open.isEmpty()) {
            PairAction action = open.remove();
            switch (action) {
                case PairAction.ReadRecord() ->
                    open.addAll(step(new PairEvent.RecordRead(record == null ? null : new Written(record, version))));
                case PairAction.CreateRecord(PairRecord created) -> open.addAll(written(created));
                case PairAction.ReplaceRecord(Written read, PairRecord next) -> open.addAll(written(next));
                case PairAction.MarkDisk() -> {}
                case PairAction.AnswerHeartbeat answer -> {}
                default -> rest.add(action);
            }
        }
        return rest;
    }

    private List<PairAction> written(PairRecord next) {
        write(next);
        return step(new PairEvent.RecordWritten());
    }

    private void write(PairRecord next) {
        record = next;
        version++;
    }

    private List<PairAction> pass(long millis) {
        nowNanos += millis * MILLI;
        return step(new PairEvent.Tick());
    }

    /** A sole member, past the wait. */
    private void solo() {
        record = new PairRecord(1, List.of(new Incarnation("n1", Incarnation.NO_LIFE)), ME, "founded");
        serve(step(new PairEvent.Tick()));
        step(new PairEvent.EngineStarted(null));
        nowNanos += 1_000 * MILLI;
    }

    private void promoting() {
        solo();
        for (int i = 0; i < 4; i++) {
            nowNanos += 100 * MILLI;
            granted();
            serve(step(new EngineSeen(PEER, true)));
        }
        assertThat(member.view().state()).isEqualTo(PairState.PROMOTING);
    }

    private void granted() {
        serve(step(new PairEvent.HeartbeatAnswered(new Heartbeat.Answer(Verdict.GRANT, JOINS), nowNanos)));
    }

    private PairRecord register() {
        PairRecord now = record;
        if (now == null) {
            throw new AssertionError("record: none (expected: one)");
        }
        return now;
    }

    /** A member that has joined the peer. */
    private void both() {
        write(new PairRecord(3, List.of(PEER), PEER, "alone"));
        serve(step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.SOLO, 3, true))));
        step(new PairEvent.EngineStarted(PEER));
        write(register().next(List.of(ME, PEER), PEER, "joined"));
        serve(pass(100));
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
    }

    @Test
    void nodeWhoseRowsCountServesAfterTheFirstWait() {
        overridden();
        List<PairAction> actions = serve(step(new PairEvent.Tick()));
        assertThat(actions).containsExactly(new PairAction.StartEngine(How.ALONE));
        assertThat(register().members()).containsExactly(ME);
        step(new PairEvent.EngineStarted(null));
        assertThat(member.view().state()).isEqualTo(PairState.SOLO);
        assertThat(WriteRule.mayExecute(member.view(), 519 * MILLI)).isFalse();
        assertThat(WriteRule.mayExecute(member.view(), 520 * MILLI)).isTrue();
    }

    @Test
    void nodeTakesNobodyInBeforeItsPeerIsNamed() {
        overridden();
        serve(step(new PairEvent.Tick()));
        step(new PairEvent.EngineStarted(null));
        assertThat(step(new PairEvent.HeartbeatAsked(JOINS)))
                .first()
                .isInstanceOfSatisfying(
                        PairAction.AnswerHeartbeat.class,
                        answer -> assertThat(answer.answer().verdict()).isEqualTo(Verdict.STRANGER));
        assertThat(step(new EngineSeen(PEER, false))).containsExactly(new PairAction.Exclude(PEER));
        step(new PairEvent.PeerNamed("n2"));
        step(new PairEvent.HeartbeatAsked(JOINS));
        assertThat(step(new EngineSeen(PEER, false))).containsExactly(new PairAction.AdmitToEngine(PEER));
    }

    /** An installation of one member that is to become a pair: an operator has said that its rows count. */
    private void overridden() {
        PairOverride override = PairOverride.propose(null, "n1", 0);
        write(override.confirmed(override.confirmation()));
        member = new PairMember(ME, null, Disk.MARKED, Timings.DEFAULT, 0);
    }

    @Test
    void peerMustBeAnotherNode() {
        assertThatThrownBy(() -> new PairMember(ME, "n1", Disk.EMPTY, Timings.DEFAULT, 0))
                .hasMessageContaining("'n1' (expected: another node)");
        assertThatThrownBy(() -> step(new PairEvent.PeerNamed("n1")))
                .hasMessageContaining("'n1' (expected: another node)");
    }

    @Test
    void formerPeerIsRefusedFromWhenAnotherIsNamed() {
        solo();
        granted();
        step(new PairEvent.PeerNamed("n3"));
        assertThat(member.peerNode()).isEqualTo("n3");
        // Whatever it says, and wherever it comes in.
        assertThat(step(new PairEvent.HeartbeatAsked(JOINS)))
                .first()
                .isInstanceOfSatisfying(
                        PairAction.AnswerHeartbeat.class,
                        answer -> assertThat(answer.answer().verdict()).isEqualTo(Verdict.STRANGER));
        for (int i = 0; i < 10; i++) {
            nowNanos += 100 * MILLI;
            granted();
            assertThat(serve(step(new EngineSeen(PEER, true)))).containsExactly(new PairAction.Exclude(PEER));
        }
        assertThat(member.view().state()).isEqualTo(PairState.SOLO);
        Incarnation third = new Incarnation("n3", "00000003");
        step(new PairEvent.HeartbeatAsked(new Heartbeat(third, PairState.JOINING, 2, true)));
        assertThat(serve(step(new EngineSeen(third, false)))).containsExactly(new PairAction.AdmitToEngine(third));
    }

    @Test
    void formerPeerThatIsAMemberKeepsItsPlaceUntilItIsExcluded() {
        both();
        step(new PairEvent.PeerNamed("n3"));
        assertThat(member.peerNode()).isEqualTo("n2");
        assertThat(step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.BOTH, 4, true))))
                .first()
                .isInstanceOfSatisfying(
                        PairAction.AnswerHeartbeat.class,
                        answer -> assertThat(answer.answer().verdict()).isEqualTo(Verdict.GRANT));
        serve(step(new PairEvent.EnginePeerGone(PEER)));
        assertThat(member.view().state()).isEqualTo(PairState.SOLO);
        assertThat(member.peerNode()).isEqualTo("n3");
    }

    @Test
    void formerPeerThatIsBeingPromotedKeepsItsPlace() {
        promoting();
        step(new PairEvent.PeerNamed(null));
        assertThat(member.peerNode()).isEqualTo("n2");
        nowNanos += 300 * MILLI;
        serve(step(new EngineSeen(PEER, true)));
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
    }

    @Test
    void whoHearsThatItIsAStrangerNeverJoins() {
        write(new PairRecord(3, List.of(PEER), PEER, "alone"));
        Heartbeat serves = new Heartbeat(PEER, PairState.SOLO, 3, true);
        for (int i = 0; i < 20; i++) {
            assertThat(serve(pass(100))).isEmpty();
            assertThat(serve(step(
                            new PairEvent.HeartbeatAnswered(new Heartbeat.Answer(Verdict.STRANGER, serves), nowNanos))))
                    .isEmpty();
        }
        assertThat(member.view().state()).isEqualTo(PairState.STARTING);
        step(new PairEvent.HeartbeatAnswered(new Heartbeat.Answer(Verdict.NO, serves), nowNanos));
        assertThat(serve(pass(100))).containsExactly(new PairAction.StartEngine(How.JOINER));
    }

    @Test
    void diskIsMarkedBeforeTheRecordNamesThisLife() {
        record = new PairRecord(1, List.of(new Incarnation("n1", Incarnation.NO_LIFE)), ME, "founded");
        step(new PairEvent.Tick());
        List<PairAction> actions = step(new PairEvent.RecordRead(new Written(record, 1)));
        assertThat(actions.getFirst()).isEqualTo(new PairAction.MarkDisk());
        assertThat(actions.get(1)).isInstanceOf(PairAction.ReplaceRecord.class);
    }

    @Test
    void registerIsAskedOneThingAtATime() {
        assertThat(step(new PairEvent.Tick())).containsExactly(new PairAction.ReadRecord());
        assertThat(pass(1_000)).isEmpty();
        assertThat(step(new PairEvent.RegisterFailed())).isEmpty();
        assertThat(pass(99)).isEmpty();
        assertThat(pass(1)).containsExactly(new PairAction.ReadRecord());
    }

    @Test
    void joinerIsPromotedWhenItsCopyIsSeenAgain() {
        promoting();
        serve(pass(300));
        assertThat(register().members()).containsExactly(ME);
        serve(step(new EngineSeen(PEER, true)));
        assertThat(register().members()).containsExactly(ME, PEER);
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
    }

    @Test
    void promotionIsTakenBackWithoutTheRegisterOnlyBeforeItWasAsked() {
        promoting();
        step(new EngineSeen(PEER, false));
        assertThat(member.view().state()).isEqualTo(PairState.SOLO);
    }

    @Test
    void promotionThatMayHaveHappenedIsTakenBackByTheRegister() {
        promoting();
        nowNanos += 300 * MILLI;
        assertThat(step(new EngineSeen(PEER, true))).containsExactly(new PairAction.ReadRecord());
        assertThat(step(new PairEvent.RecordRead(new Written(register(), version))))
                .hasSize(1);
        step(new PairEvent.RegisterFailed());
        List<PairAction> fence = step(new EngineSeen(PEER, false));
        assertThat(member.view().state()).isEqualTo(PairState.ARBITRATING);
        List<PairAction> actions = serve(fence);
        assertThat(register().members()).containsExactly(ME);
        assertThat(actions).contains(new PairAction.Exclude(PEER));
    }

    @Test
    void promotionUnderWayIsNoVictoryOverWhomItPromoted() {
        promoting();
        nowNanos += 300 * MILLI;
        step(new EngineSeen(PEER, true));
        PairAction promotion =
                step(new PairEvent.RecordRead(new Written(register(), version))).getFirst();
        assertThat(promotion).isInstanceOfSatisfying(PairAction.ReplaceRecord.class, sent -> write(sent.record()));
        step(new PairEvent.EnginePeerGone(PEER));
        assertThat(step(new PairEvent.RecordWritten())).containsExactly(new PairAction.ReadRecord());
        assertThat(member.view().state()).isEqualTo(PairState.ARBITRATING);
    }

    @Test
    void suspectIsExcludedWhenTheRegisterHasConfirmed() {
        both();
        List<PairAction> actions = serve(step(new PairEvent.EnginePeerGone(PEER)));
        assertThat(actions).containsExactly(new PairAction.Exclude(PEER));
        assertThat(register().members()).containsExactly(ME);
        assertThat(member.view().state()).isEqualTo(PairState.SOLO);
    }

    @Test
    void soleSurvivorWaitsForTheLeaseThatItGranted() {
        both();
        long granted = nowNanos + 600 * MILLI;
        nowNanos = granted;
        List<PairAction> answer = step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.BOTH, 4, true)));
        assertThat(answer.getFirst())
                .isEqualTo(new PairAction.AnswerHeartbeat(new Heartbeat.Answer(Verdict.GRANT, member.heartbeat())));
        serve(answer);
        serve(step(new PairEvent.EnginePeerGone(PEER)));
        assertThat(member.view().aloneFromNanos()).isEqualTo(granted + 520 * MILLI);
        step(new PairEvent.PeerEnded(PEER));
        assertThat(WriteRule.mayExecute(member.view(), granted)).isTrue();
    }

    @Test
    void loserHalts() {
        both();
        write(register().next(List.of(PEER), PEER, "won"));
        List<PairAction> actions = serve(step(new PairEvent.EnginePeerGone(PEER)));
        assertThat(actions).hasSize(1).first().isInstanceOf(PairAction.Halt.class);
        assertThat(step(new PairEvent.Tick())).isEmpty();
    }

    @Test
    void memberWhoIsToldOfANewerEpochHalts() {
        both();
        long epoch = member.view().epoch();
        Heartbeat same = new Heartbeat(PEER, PairState.SOLO, epoch, true);
        step(new PairEvent.HeartbeatAnswered(new Heartbeat.Answer(Verdict.FENCED, same), nowNanos));
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
        Heartbeat newer = new Heartbeat(PEER, PairState.SOLO, epoch + 1, true);
        step(new PairEvent.HeartbeatAnswered(new Heartbeat.Answer(Verdict.FENCED, newer), nowNanos));
        assertThat(member.view().state()).isEqualTo(PairState.HALTED);
    }

    @Test
    void healthyPairServesOnWithoutTheRegister() {
        both();
        pass(300);
        step(new PairEvent.RegisterFailed());
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
        assertThat(WriteRule.mayExecute(member.view(), nowNanos)).isTrue();
    }

    @Test
    void recordThatIsGoneStopsNobodyWhoServesButDecidesNothing() {
        both();
        record = null;
        serve(pass(300));
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
        serve(step(new PairEvent.EnginePeerGone(PEER)));
        assertThat(member.view().state()).isEqualTo(PairState.ARBITRATING);
        assertThat(member.view().waitsFor()).contains("an operator must write it again");
    }

    @Test
    void joinerWithoutItsSponsorInTheRingHalts() {
        write(new PairRecord(3, List.of(PEER), PEER, "alone"));
        serve(step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.SOLO, 3, true))));
        assertThat(member.view().state()).isEqualTo(PairState.JOINING);
        assertThat(step(new PairEvent.EngineStarted(null)))
                .containsExactly(new PairAction.Halt("the ring holds null (expected: " + PEER + ")"));
    }

    @Test
    void engineThatIsLostHalts() {
        both();
        assertThat(step(new PairEvent.EngineLost("cut out of the ring")))
                .containsExactly(new PairAction.Halt("the engine is lost: cut out of the ring"));
    }

    @Test
    void bothStartTogetherWhenBothWereMembers() {
        member = new PairMember(ME, "n2", Disk.MARKED, Timings.DEFAULT, 0);
        Incarnation mine = new Incarnation("n1", "000000aa");
        Incarnation theirs = new Incarnation("n2", "000000bb");
        write(new PairRecord(5, List.of(mine, theirs), mine, ""));
        List<PairAction> actions =
                serve(step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.SYSTEM_RESTART, 5, false))));
        assertThat(actions).containsExactly(new PairAction.StartEngine(How.FIRST_OF_TWO));
        step(new PairEvent.EngineStarted(null));
        nowNanos += 100 * MILLI;
        serve(step(new EngineSeen(PEER, false)));
        assertThat(register().epoch()).isEqualTo(5);
        nowNanos += 100 * MILLI;
        serve(step(new EngineSeen(PEER, true)));
        assertThat(register().members()).containsExactly(ME, PEER);
        assertThat(member.view().state()).isEqualTo(PairState.BOTH);
    }

    @Test
    void firstOfTwoWhoseSecondNeverComesHalts() {
        member = new PairMember(ME, "n2", Disk.MARKED, Timings.DEFAULT, 0);
        write(new PairRecord(5, List.of(new Incarnation("n1", "000000aa"), PEER), PEER, ""));
        serve(step(new PairEvent.HeartbeatAsked(new Heartbeat(PEER, PairState.SYSTEM_RESTART, 5, false))));
        step(new PairEvent.EngineStarted(null));
        serve(pass(14_999));
        assertThat(member.view().state()).isEqualTo(PairState.SYSTEM_RESTART);
        assertThat(pass(1)).containsExactly(new PairAction.Halt("the other member fell silent while both started"));
    }
}
