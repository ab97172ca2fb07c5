package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Fault FAULT =
            new Fault("kill-data", "", false, Duration.ofMillis(50), Duration.ofMillis(500), scene -> {});
    private static final Verdict VERDICT = Verdict.of(FAULT, false);

    private static Timeline.Summary timeline(
            String name, Phases.Phase phase, long gapMillis, Map<String, Long> failures, long failedCalls) {
        Duration gap = Duration.ofMillis(gapMillis);
        return new Timeline.Summary(name, 1, gap, Duration.ZERO, Map.of(phase, gap), failures, failedCalls, List.of());
    }

    @Test
    void theFaultAndTheReturnOfANodeHaveLimitsOfTheirOwn() {
        assertThat(VERDICT.problems(
                        1,
                        0,
                        List.of(
                                timeline(Verdict.PAIR_READS, Phases.Phase.FAULT, 51, Map.of(), 0),
                                timeline(Verdict.PAIR_WRITES, Phases.Phase.FAULT, 500, Map.of(), 0),
                                timeline(Verdict.BROKER_READS, Phases.Phase.REJOIN, 250, Map.of(), 0),
                                timeline(Verdict.PAIR_WRITES, Phases.Phase.REJOIN, 1_001, Map.of(), 0))))
                .containsExactly(
                        "longest gap of pair reads, by the fault: 51 ms (expected: at most 50 ms)",
                        "longest gap of pair writes, while a node took its place: 1001 ms (expected: at most 1000 ms)");
    }

    @Test
    void staleReadsAndSilenceFail() {
        assertThat(VERDICT.problems(0, 2, List.of()))
                .containsExactly(
                        "2 reads missed rows that were acknowledged longer ago than allowed",
                        "nothing was acknowledged, so nothing was tried");
    }

    @Test
    void aRefusalMustBeClear() {
        assertThat(VERDICT.problems(
                        1,
                        0,
                        List.of(
                                timeline(
                                        Verdict.PAIR_WRITES,
                                        Phases.Phase.CALM,
                                        1,
                                        Map.of("UNAVAILABLE", 3L, "INTERNAL", 1L),
                                        0),
                                timeline(
                                        Verdict.BROKER_READS,
                                        Phases.Phase.CALM,
                                        1,
                                        Map.of("broker-1 answered 503", 1L, "broker-1 answered 500", 2L),
                                        0))))
                .containsExactly(
                        "1 calls of pair writes failed with INTERNAL (expected: UNAVAILABLE or"
                                + " DEADLINE_EXCEEDED or SLOT_MOVED or SLOT_PAUSED)",
                        "2 calls of broker reads: broker-1 answered 500 (expected: 503)");
    }

    @Test
    void failedCallsCountUnlessEverythingWasDown() {
        List<Timeline.Summary> failed = List.of(timeline("inserts", Phases.Phase.CALM, 1, Map.of("X", 4L), 2));
        assertThat(VERDICT.problems(1, 0, failed)).containsExactly("2 calls of inserts failed (expected: none)");
        assertThat(Verdict.of(FAULT.expecting(Expect.RETURN), false).problems(1, 0, failed))
                .isEmpty();
    }
}
