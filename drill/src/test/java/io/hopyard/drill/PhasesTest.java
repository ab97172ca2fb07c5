package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhasesTest {
    @Test
    void aGapBelongsToThePhaseOfItsMiddle() {
        Phases phases = new Phases(Long.MAX_VALUE - 100); // the clock may run over
        phases.enter(Phases.Phase.FAULT, Long.MAX_VALUE);
        phases.enter(Phases.Phase.RESTART, Long.MAX_VALUE + 1_000);
        assertThat(phases.of(Long.MAX_VALUE - 50, Long.MAX_VALUE + 500)).isEqualTo(Phases.Phase.FAULT);
        assertThat(phases.of(Long.MAX_VALUE - 50, Long.MAX_VALUE - 10)).isEqualTo(Phases.Phase.CALM);
        assertThat(phases.of(Long.MAX_VALUE + 900, Long.MAX_VALUE + 2_000)).isEqualTo(Phases.Phase.RESTART);
    }
}
