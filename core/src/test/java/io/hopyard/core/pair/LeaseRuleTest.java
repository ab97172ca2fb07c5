package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.pair.Heartbeat.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LeaseRuleTest {
    private static final long MILLI = 1_000_000;
    private static final long BINDS = 520 * MILLI;
    private static final Incarnation ME = new Incarnation("n1", "00000001");
    private static final Incarnation PEER = new Incarnation("n2", "00000002");
    private static final Incarnation FORMER = new Incarnation("n2", "00000009");
    private static final PairRecord MINE = new PairRecord(5, List.of(ME), ME, "");

    private static Verdict verdict(PairState mine, Heartbeat ask) {
        return LeaseRule.verdict(new PairView(mine, 5, PEER, null, 0, ""), MINE, ask);
    }

    @ParameterizedTest
    @CsvSource({
        "BOTH, BOTH, GRANT",
        "BOTH, PROMOTING, GRANT",
        "BOTH, ARBITRATING, NO",
        "BOTH, JOINING, NO",
        "JOINING, SOLO, GRANT",
        "JOINING, PROMOTING, GRANT",
        "JOINING, BOTH, GRANT",
        "JOINING, ARBITRATING, NO",
        "PROMOTING, JOINING, NO",
        "PROMOTING, BOTH, NO",
        "ARBITRATING, BOTH, NO",
        "SOLO, BOTH, NO",
        "STARTING, BOTH, NO",
        "SYSTEM_RESTART, BOTH, NO",
        "HALTED, BOTH, NO"
    })
    void peerIsGranted(PairState mine, PairState theirs, Verdict verdict) {
        assertThat(verdict(mine, new Heartbeat(PEER, theirs, 5, true))).isEqualTo(verdict);
    }

    @Test
    void anotherLifeOfThePeerIsNotGranted() {
        assertThat(verdict(PairState.BOTH, new Heartbeat(FORMER, PairState.BOTH, 5, true)))
                .isEqualTo(Verdict.NO);
    }

    @ParameterizedTest
    @CsvSource({
        "SOLO, BOTH, 4, FENCED",
        "SOLO, ARBITRATING, 4, FENCED",
        "SOLO, PROMOTING, 4, FENCED",
        "SOLO, SOLO, 4, FENCED",
        "BOTH, BOTH, 4, FENCED",
        "ARBITRATING, BOTH, 4, FENCED",
        "SOLO, BOTH, 5, NO",
        "SOLO, BOTH, 6, NO",
        "SOLO, JOINING, 4, NO",
        "SOLO, STARTING, 0, NO",
        "SOLO, SYSTEM_RESTART, 4, NO",
        "STARTING, BOTH, 4, NO",
        "JOINING, BOTH, 4, NO"
    })
    void formerMemberIsToldSo(PairState mine, PairState theirs, long theirEpoch, Verdict verdict) {
        assertThat(verdict(mine, new Heartbeat(FORMER, theirs, theirEpoch, true)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(PairState.class)
    void memberOfTheRecordIsNeverFenced(PairState theirs) {
        PairRecord both = new PairRecord(5, List.of(ME, FORMER), ME, "");
        PairView view = new PairView(PairState.ARBITRATING, 5, FORMER, null, 0, "");
        assertThat(LeaseRule.verdict(view, both, new Heartbeat(FORMER, theirs, 1, true)))
                .isEqualTo(Verdict.NO);
    }

    @Test
    void grantBindsUntilTheLeaseAndTheMarginHavePassed() {
        LeaseRule rule = new LeaseRule(Timings.DEFAULT, 0);
        rule.granted(PEER, 900 * MILLI);
        assertThat(rule.aloneFromNanos()).isEqualTo(900 * MILLI + BINDS);
    }

    @Test
    void newLifeIsBoundByWhatTheFormerMayHaveGranted() {
        assertThat(new LeaseRule(Timings.DEFAULT, 7).aloneFromNanos()).isEqualTo(7 + BINDS);
    }

    @Test
    void deathOfTheHolderEndsWhatThisLifeGrantedAndNoMore() {
        LeaseRule rule = new LeaseRule(Timings.DEFAULT, 0);
        rule.granted(PEER, 900 * MILLI);
        rule.ended(FORMER);
        assertThat(rule.aloneFromNanos()).isEqualTo(900 * MILLI + BINDS);
        rule.ended(PEER);
        assertThat(rule.aloneFromNanos()).isEqualTo(BINDS);
    }
}
