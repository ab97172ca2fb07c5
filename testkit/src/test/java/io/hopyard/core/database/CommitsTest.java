package io.hopyard.core.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommitsTest {
    private static final RowKey KEY = new RowKey("t", "g", "r");

    private final FakeTicker ticker = new FakeTicker();
    private final MemoryDatabase database = new MemoryDatabase(ticker);
    private final Commits commits = new Commits(database, new Random(1), ticker, ticker);
    private final Deadline deadline = Deadline.after(ticker, Duration.ofSeconds(2));

    private static Write put(int value) {
        return new Write.Put(KEY, new byte[] {(byte) value});
    }

    private byte[] stored() {
        Row row = database.read(List.of(KEY), deadline).getFirst();
        return row == null ? new byte[0] : row.value();
    }

    @Test
    void lostAnswerOfAnAppliedCommitIsAppliedOnce() {
        database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);

        assertThat(commits.attempt(List.of(new Condition.Absent(KEY)), List.of(put(1)), deadline))
                .isNull();
        assertThat(stored()).containsExactly(1);
    }

    @Test
    void lostCommitIsRepeated() {
        database.loseAnswer(MemoryDatabase.LostAnswer.BEFORE_THE_COMMIT);
        database.loseAnswer(MemoryDatabase.LostAnswer.BEFORE_THE_COMMIT);

        assertThat(commits.attempt(List.of(new Condition.Absent(KEY)), List.of(put(1)), deadline))
                .isNull();
        assertThat(stored()).containsExactly(1);
    }

    @Test
    void fateThatStaysUnknownIsSaid() {
        for (int loss = 0; loss < 60; loss++) {
            database.loseAnswer(MemoryDatabase.LostAnswer.BEFORE_THE_COMMIT);
        }

        assertThatThrownBy(() -> commits.attempt(List.of(), List.of(put(1)), deadline))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN))
                .hasMessageContaining("may or may not have been stored");
    }

    @Test
    void conditionThatDoesNotHoldIsHandedBack() {
        commits.attempt(List.of(), List.of(put(1)), deadline);

        assertThat(commits.attempt(List.of(new Condition.Absent(KEY)), List.of(put(2)), deadline))
                .extracting(Outcome.Refused::condition)
                .isEqualTo(new Condition.Absent(KEY));
        assertThat(stored()).containsExactly(1);
    }

    @Test
    void changeIsPlannedAgainWhenSomebodyWasFaster() {
        commits.attempt(List.of(), List.of(put(1)), deadline);
        int[] plans = new int[1];

        String result = commits.change(deadline, () -> {
            Row row = database.read(List.of(KEY), deadline).getFirst();
            assertThat(row).isNotNull();
            if (plans[0]++ == 0) {
                commits.attempt(List.of(), List.of(put(7)), deadline);
            }
            return new Commits.Plan<>(
                    List.of(new Condition.VersionEquals(KEY, row.version())), List.of(put(row.value()[0] + 1)), "done");
        });

        assertThat(result).isEqualTo("done");
        assertThat(plans[0]).isEqualTo(2);
        assertThat(stored()).containsExactly(8);
    }

    @Test
    void endlessConflictIsRefused() {
        assertThatThrownBy(() -> commits.change(
                        Deadline.after(ticker, Duration.ofMinutes(5)),
                        () -> new Commits.Plan<>(
                                List.of(new Condition.Present(KEY)),
                                List.of(new Write.Put(new RowKey("t", "g", "other"), new byte[0])),
                                "never")))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONCURRENT_CHANGE))
                .hasMessageContaining("others changed the same");
    }
}
