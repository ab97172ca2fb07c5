package io.hopyard.core.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.supervision.RestartBudget.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RestartBudgetTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofMinutes(1), 4, 3);

    @Test
    void pausesDoubleUpToTheLongestWithJitter() {
        RestartBudget budget = new RestartBudget(LIMITS);
        long now = 0;
        List<Long> pauses = new ArrayList<>();
        for (int failure = 0; failure < 4; failure++) {
            long due = budget.next(now, 0);
            pauses.add(due - now);
            now = due;
        }
        assertThat(pauses).containsExactly(SECOND / 2, SECOND, 2 * SECOND, 4 * SECOND);
        assertThat(new RestartBudget(LIMITS).next(0, 0.999)).isBetween(SECOND / 2, SECOND);
    }

    /** However soon it fails again, and whatever chance says. */
    @Test
    void withinAWindowThereAreNoMoreRestartsThanTheBudget() {
        Random random = new Random(7);
        RestartBudget budget = new RestartBudget(LIMITS);
        List<Long> dues = new ArrayList<>();
        long now = Long.MAX_VALUE - 30 * SECOND; // a ticker may wrap
        for (int failure = 0; failure < 300; failure++) {
            long due = budget.next(now, random.nextDouble());
            assertThat(due - now).isGreaterThanOrEqualTo(0);
            dues.add(due);
            now = due + random.nextLong(5 * SECOND);
        }
        for (int index = LIMITS.restartsMax(); index < dues.size(); index++) {
            assertThat(dues.get(index) - dues.get(index - LIMITS.restartsMax()))
                    .isGreaterThanOrEqualTo(LIMITS.window().toNanos());
        }
    }

    @Test
    void flappingEndsWithTheWindow() {
        RestartBudget budget = new RestartBudget(LIMITS);
        budget.next(0, 0);
        budget.next(SECOND, 0);
        assertThat(budget.flapping(SECOND)).isFalse();
        budget.next(2 * SECOND, 0);
        assertThat(budget.flapping(2 * SECOND)).isTrue();
        assertThat(budget.flapping(90 * SECOND)).isFalse();
    }

    @Test
    void limitsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Limits(Duration.ZERO, Duration.ofSeconds(8), Duration.ofMinutes(1), 4, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 0 < first");
    }
}
