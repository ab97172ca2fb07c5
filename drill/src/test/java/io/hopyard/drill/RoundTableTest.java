package io.hopyard.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundTableTest {
    private static DrillReport report(long seed, long gapMillis, List<String> problems) {
        Duration gap = Duration.ofMillis(gapMillis);
        return new DrillReport(
                new DrillReport.Name("kill-data", seed),
                100,
                Map.of("data-1", 0L, "data-2", (long) problems.size()),
                0,
                List.of(new Timeline.Summary(
                        Verdict.PAIR_READS,
                        1,
                        gap,
                        Duration.ZERO,
                        Map.of(Phases.Phase.FAULT, gap, Phases.Phase.CALM, gap),
                        Map.of(),
                        0,
                        List.of())),
                Map.of(1.5, "kill -9 data-1"),
                List.of(),
                problems);
    }

    @Test
    void manyRoundsAreShortAndTheSeedsThatFailedAreNamed() {
        String text = RoundTable.text(
                List.of(report(1, 30, List.of()), report(2, 10, List.of("1 row")), report(3, 20, List.of())));
        assertThat(text.lines())
                .containsExactly(
                        "kill-data          2 of 3 passed, 300 rows acknowledged, 1 lost, 0 stale reads",
                        "  pair reads, by the fault                       10 / 20 / 30 ms",
                        "  failed with seeds [2]");
    }

    @Test
    void aReportSaysWhatItIsToPeopleAndToMachines() {
        DrillReport report = report(2, 10, List.of("1 \"row\" is gone"));
        assertThat(report.text()).contains("FAILED        1 \"row\" is gone").contains("verdict       failed");
        assertThat(report.json()
                        .path("timelines")
                        .path(0)
                        .path("longest_gap_ms_by_phase")
                        .path("fault")
                        .asLong())
                .isEqualTo(10);
        assertThat(report.json().toString())
                .contains("\"passed\":false")
                .contains("\"problems\":[\"1 \\\"row\\\" is gone\"]")
                .contains("{\"at_seconds\":1.5,\"what\":\"kill -9 data-1\"}");
    }
}
