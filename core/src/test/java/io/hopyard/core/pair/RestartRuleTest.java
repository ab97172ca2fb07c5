package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.RestartRule.Next;
import io.hopyard.core.pair.RestartRule.Self;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RestartRuleTest {
    private static final long SECOND = 1_000_000_000;
    private static final Incarnation FORMER = new Incarnation("n1", "00000001");
    private static final Incarnation ME = new Incarnation("n1", "00000003");
    private static final Incarnation PEER = new Incarnation("n2", "00000002");
    private static final Incarnation PEER_NOW = new Incarnation("n2", "00000004");
    private static final Self SELF = new Self(Disk.MARKED, "n2");
    private static final PairRecord BOTH = new PairRecord(5, List.of(FORMER, PEER), PEER, "");

    private static Next next(@Nullable PairRecord record, Self self, @Nullable Heartbeat peer, long nowNanos) {
        return next(ME, record, self, peer, nowNanos);
    }

    private static Next next(
            Incarnation me, @Nullable PairRecord record, Self self, @Nullable Heartbeat peer, long nowNanos) {
        PeerNews news = new PeerNews(Timings.DEFAULT, 0);
        if (peer != null) {
            news.heard(peer, nowNanos);
        }
        return new RestartRule(Timings.DEFAULT, me).next(record, self, news, nowNanos);
    }

    private static Heartbeat says(Incarnation from, PairState state) {
        return new Heartbeat(from, state, 5, false);
    }

    @Test
    void nobodyFoundsAPairBeforeBothAreNamed() {
        assertThat(next(null, new Self(Disk.EMPTY, null), null, 100 * SECOND))
                .isInstanceOfSatisfying(
                        Next.Wait.class, wait -> assertThat(wait.why()).contains("must be known"));
        assertThat(next(null, new Self(Disk.MARKED, null), null, 100 * SECOND))
                .isInstanceOfSatisfying(
                        Next.Wait.class,
                        wait -> assertThat(wait.why()).contains("an operator must say who served last"));
    }

    @Test
    void pairIsFoundedByNamesWithoutLives() {
        assertThat(next(null, new Self(Disk.EMPTY, "n2"), null, 0)).isInstanceOfSatisfying(Next.Found.class, found -> {
            assertThat(found.record().epoch()).isEqualTo(1);
            assertThat(found.record().members())
                    .containsExactly(
                            new Incarnation("n1", Incarnation.NO_LIFE), new Incarnation("n2", Incarnation.NO_LIFE));
        });
    }

    @Test
    void lostRecordIsNotFoundedAgainByWhoHasServed() {
        assertThat(next(null, SELF, null, 100 * SECOND))
                .isInstanceOfSatisfying(
                        Next.Wait.class,
                        wait -> assertThat(wait.why()).contains("an operator must say who served last"));
    }

    @Test
    void lastMemberClaimsForItsNewLife() {
        PairRecord mine = new PairRecord(5, List.of(FORMER), FORMER, "");
        assertThat(next(mine, SELF, null, 0)).isInstanceOf(Next.Claim.class);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void emptyDiskIsNoMemberWhateverTheRecordSays(int members) {
        PairRecord record = new PairRecord(5, List.of(FORMER, PEER).subList(0, members), FORMER, "");
        Next next = next(record, new Self(Disk.EMPTY, "n2"), says(PEER_NOW, PairState.SYSTEM_RESTART), 100 * SECOND);
        assertThat(next).isInstanceOfSatisfying(Next.Wait.class, wait -> {
            assertThat(wait.as()).isEqualTo(PairState.STARTING);
            assertThat(wait.why()).contains("its disk is empty");
        });
    }

    @ParameterizedTest
    @EnumSource(PairState.class)
    void nodeThatWasExcludedJoinsOnlyASponsorThatServesAlone(PairState state) {
        PairRecord record = new PairRecord(5, List.of(PEER), PEER, "");
        Next next = next(record, SELF, says(PEER, state), 0);
        if (state == PairState.SOLO) {
            assertThat(next).isEqualTo(new Next.Start(PairState.JOINING, How.JOINER, PEER));
        } else {
            assertThat(next).isInstanceOf(Next.Wait.class);
        }
    }

    @Test
    void nodeThatWasExcludedNeverStartsAlone() {
        PairRecord record = new PairRecord(5, List.of(PEER), PEER, "");
        assertThat(next(record, SELF, null, 10_000 * SECOND)).isInstanceOf(Next.Wait.class);
        assertThat(next(record, SELF, says(PEER_NOW, PairState.SOLO), 0)).isInstanceOf(Next.Wait.class);
    }

    @Test
    void lowerNameStartsFirst() {
        assertThat(next(BOTH, SELF, says(PEER_NOW, PairState.SYSTEM_RESTART), 0))
                .isEqualTo(new Next.Start(PairState.SYSTEM_RESTART, How.FIRST_OF_TWO, null));
    }

    @Test
    void higherNameWaitsForTheFirstEngine() {
        Self second = new Self(Disk.MARKED, "n1");
        Heartbeat starting = new Heartbeat(ME, PairState.SYSTEM_RESTART, 5, false);
        assertThat(next(PEER_NOW, BOTH, second, starting, 0))
                .isEqualTo(new Next.Wait(PairState.SYSTEM_RESTART, "the engine of " + ME + " must run first"));
        Heartbeat running = new Heartbeat(ME, PairState.SYSTEM_RESTART, 5, true);
        assertThat(next(PEER_NOW, BOTH, second, running, 0))
                .isEqualTo(new Next.Start(PairState.SYSTEM_RESTART, How.SECOND_OF_TWO, ME));
    }

    @Test
    void whoKnowsAnotherRecordIsNotStartedWith() {
        Heartbeat behind = new Heartbeat(PEER_NOW, PairState.SYSTEM_RESTART, 4, true);
        assertThat(next(BOTH, SELF, behind, 0)).isInstanceOf(Next.Wait.class);
    }

    @ParameterizedTest
    @CsvSource({"BOTH", "ARBITRATING", "SOLO", "PROMOTING", "JOINING", "SYSTEM_RESTART"})
    void peerThatTakesPartIsNotPassedOver(PairState state) {
        Heartbeat peer = new Heartbeat(PEER, state, 4, true);
        assertThat(next(BOTH, SELF, peer, 100 * SECOND)).isInstanceOf(Next.Wait.class);
    }

    @ParameterizedTest
    @CsvSource({"14.9, false, false", "15, false, true", "15, true, true", "14.9, true, false"})
    void peerThatStaysAwayOrOnlyStartsIsPassedOverInTheEnd(double seconds, boolean starts, boolean claims) {
        Heartbeat peer = starts ? says(PEER_NOW, PairState.STARTING) : null;
        Next next = next(BOTH, SELF, peer, (long) (seconds * SECOND));
        assertThat(next instanceof Next.Claim).isEqualTo(claims);
    }

    @Test
    void nobodyStartsAloneUnderTheFoundingRecordOfTwo() {
        PairRecord founding = new PairRecord(1, BOTH.members(), FORMER, "");
        assertThat(next(founding, SELF, null, 10_000 * SECOND)).isInstanceOf(Next.Wait.class);
        assertThat(next(founding, new Self(Disk.EMPTY, "n2"), null, 0)).isInstanceOf(Next.Wait.class);
    }
}
