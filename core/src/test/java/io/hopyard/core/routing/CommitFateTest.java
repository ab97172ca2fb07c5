package io.hopyard.core.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.routing.CommitFate.Verdict;
import io.hopyard.core.time.Deadline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommitFateTest {
    private static final Outcome APPLIED = new Outcome.Applied(7);
    private static final Outcome REFUSED =
            new Outcome.Refused(new Condition.Present(new RowKey("table", "group", "row")), null);
    private static final Outcome LOST = new Outcome.Unknown("lost");

    private final CommitFate fate = new CommitFate();

    private static FeatureStoreException error(ErrorCode code) {
        return new FeatureStoreException(code, "not begun");
    }

    private Verdict answered(Outcome outcome, long asked, long until) {
        return fate.answered(outcome, asked, new Deadline(until));
    }

    @Test
    void aCertainAnswerIsTold() {
        assertThat(answered(APPLIED, 0, 100)).isEqualTo(new Verdict.Say(APPLIED));
        assertThat(new CommitFate().answered(REFUSED, 0, new Deadline(100))).isEqualTo(new Verdict.Say(REFUSED));
    }

    @Test
    void appliedIsFinalAlsoAfterAnUnknown() {
        assertThat(answered(LOST, 0, 100)).isEqualTo(new Verdict.AskOther());
        assertThat(answered(APPLIED, 10, 110)).isEqualTo(new Verdict.Say(APPLIED));
    }

    @Test
    void aRefusalIsNotFinalWhileALostAttemptMayStillBegin() {
        answered(LOST, 0, 100);
        assertThat(answered(REFUSED, 10, 110)).isEqualTo(new Verdict.AskLater(101));
        assertThat(answered(REFUSED, 100, 200)).isEqualTo(new Verdict.AskLater(101));
        assertThat(answered(REFUSED, 101, 201)).isEqualTo(new Verdict.Say(REFUSED));
    }

    @Test
    void theLongestOfSeveralLostAttemptsCounts() {
        answered(LOST, 0, 100);
        answered(LOST, 10, 300);
        answered(LOST, 20, 200);
        assertThat(answered(REFUSED, 250, 350)).isEqualTo(new Verdict.AskLater(301));
    }

    @Test
    void readingsOfTheTickerMayOverflow() {
        answered(LOST, Long.MAX_VALUE - 10, Long.MIN_VALUE + 10);
        assertThat(answered(REFUSED, Long.MAX_VALUE, Long.MIN_VALUE + 20))
                .isEqualTo(new Verdict.AskLater(Long.MIN_VALUE + 11));
        assertThat(answered(REFUSED, Long.MIN_VALUE + 11, 0)).isEqualTo(new Verdict.Say(REFUSED));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "TOO_MANY_REQUESTS"})
    void whatAnotherMemberMayDoIsAskedOfIt(ErrorCode code) {
        assertThat(fate.failed(error(code))).isEqualTo(new Verdict.AskOther());
        assertThatThrownBy(fate::end)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessage("not begun");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"PAYLOAD_TOO_LARGE", "INVALID_REQUEST", "INTERNAL"})
    void whatNoMemberWillDoIsThrown(ErrorCode code) {
        FeatureStoreException cause = error(code);
        assertThatThrownBy(() -> fate.failed(cause)).isSameAs(cause);
    }

    @Test
    void afterAnUnknownNoErrorSaysThatNothingWasDone() {
        answered(LOST, 0, 100);
        assertThat(fate.failed(error(ErrorCode.INTERNAL))).isEqualTo(new Verdict.Say(LOST));
        assertThat(fate.failed(error(ErrorCode.UNAVAILABLE))).isEqualTo(new Verdict.AskOther());
        assertThat(fate.end()).isEqualTo(LOST);
    }

    @Test
    void nobodyAskedIsADeadlineExceeded() {
        assertThatThrownBy(fate::end)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
                .hasMessage("commit: the deadline passed before a data node was asked");
    }
}
