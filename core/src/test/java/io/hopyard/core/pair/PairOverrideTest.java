package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairOverrideTest {
    private static final Incarnation ONE = new Incarnation("n1", "00000001");
    private static final Incarnation OTHER = new Incarnation("n2", "00000002");

    @Test
    void nodeThatWasExcludedCostsWhatTheOtherAcknowledgedAlone() {
        PairRecord present = new PairRecord(7, List.of(ONE), ONE, "");
        PairOverride override = PairOverride.propose(present, "n2", 0);
        assertThat(override.loss()).isEqualTo("every write that n1 acknowledged without n2, since epoch 7 or before");
        assertThat(override.confirmation()).isEqualTo("lose what n1 has without n2");
        assertThat(override.record().epoch()).isEqualTo(8);
    }

    @Test
    void memberOfAPairCostsNothingThatWasAcknowledged() {
        PairOverride override = PairOverride.propose(new PairRecord(7, List.of(ONE, OTHER), ONE, ""), "n2", 0);
        assertThat(override.loss()).startsWith("nothing that was acknowledged");
        assertThat(override.confirmation()).isEqualTo("trust the disk of n2");
    }

    @Test
    void recordThatIsGoneIsWrittenBehindEveryEpochThatIsKnown() {
        PairOverride override = PairOverride.propose(null, "n2", 41);
        assertThat(override.record().epoch()).isEqualTo(42);
        assertThat(override.loss()).startsWith("nobody knows who served last");
    }

    @Test
    void recordIsNeverAFoundingOne() {
        assertThat(PairOverride.propose(null, "n2", 0).record().epoch()).isEqualTo(2);
    }

    @Test
    void onlyTheWholeConfirmationCounts() {
        PairOverride override = PairOverride.propose(null, "n2", 0);
        assertThat(override.confirmed(" lose what n2 has not\n").members())
                .containsExactly(new Incarnation("n2", Incarnation.NO_LIFE));
        assertThatThrownBy(() -> override.confirmed("yes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confirmation: 'yes' (expected: 'lose what n2 has not')");
    }
}
