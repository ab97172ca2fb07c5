package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SurvivorsTest {
    private final AtomicLong one = new AtomicLong(11);
    private final AtomicLong two = new AtomicLong(22);
    private final Survivors survivors = new Survivors(Map.of("data-1", one::get, "data-2", two::get));

    @Test
    void oneOfTwoIsAsItShouldBe() {
        two.set(23);
        assertThat(survivors.problem(true, note -> {})).isNull();
        assertThat(survivors.problem(false, note -> {})).isNull();
        assertThat(survivors.restarted("data-2")).isTrue();
        assertThat(survivors.restarted("data-1")).isFalse();
    }

    @Test
    void twoAreAProblemWhenOneMustHaveNoticed() {
        assertThat(survivors.problem(false, note -> {})).isNull();
        assertThat(survivors.problem(true, note -> {}))
                .isEqualTo("survivors: [data-1, data-2] (expected: exactly one of [data-1, data-2])");
    }

    @Test
    void noneIsAlwaysAProblem() {
        one.set(12);
        two.set(23);
        assertThat(survivors.problem(false, note -> {})).startsWith("survivors: []");
        assertThat(survivors.anyRestarted("a wrong clock"))
                .isEqualTo("ended by a wrong clock: [data-1, data-2] (expected: none)");
    }
}
