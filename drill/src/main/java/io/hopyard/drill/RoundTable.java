package io.hopyard.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Many drills in a few lines: one per drill, and one per kind of call and part of the drill. */
final class RoundTable {
    private RoundTable() {}

    static String text(List<DrillReport> reports) {
        Map<String, List<DrillReport>> byDrill = new LinkedHashMap<>();
        reports.forEach(report -> byDrill.computeIfAbsent(report.name().drill(), name -> new ArrayList<>())
                .add(report));
        StringBuilder text = new StringBuilder();
        byDrill.forEach((drill, rounds) -> {
            text.append(String.format(
                    Locale.ROOT,
                    "%-18s %d of %d passed, %d rows acknowledged, %d lost, %d stale reads%n",
                    drill,
                    rounds.stream().filter(DrillReport::passed).count(),
                    rounds.size(),
                    rounds.stream().mapToLong(DrillReport::acknowledged).sum(),
                    rounds.stream().mapToLong(DrillReport::lost).sum(),
                    rounds.stream().mapToLong(DrillReport::staleReads).sum()));
            gaps(rounds)
                    .forEach((what, spread) -> text.append(String.format(Locale.ROOT, "  %-46s %s%n", what, spread)));
            List<Long> failed = rounds.stream()
                    .filter(round -> !round.passed())
                    .map(round -> round.name().seed())
                    .toList();
            if (!failed.isEmpty()) {
                text.append(String.format(Locale.ROOT, "  failed with seeds %s%n", failed));
            }
        });
        return text.toString();
    }

    private static Map<String, Spread> gaps(List<DrillReport> rounds) {
        Map<String, List<Duration>> gaps = new LinkedHashMap<>();
        for (DrillReport round : rounds) {
            for (Timeline.Summary timeline : round.timelines()) {
                for (Phases.Phase phase : Phases.Phase.values()) {
                    if (phase != Phases.Phase.CALM && timeline.gaps().containsKey(phase)) {
                        gaps.computeIfAbsent(
                                        timeline.name() + ", " + DrillReport.words(phase), what -> new ArrayList<>())
                                .add(timeline.gap(phase));
                    }
                }
            }
        }
        Map<String, Spread> spreads = new LinkedHashMap<>();
        gaps.forEach((what, times) -> spreads.put(what, Spread.of(times)));
        return spreads;
    }

    /** The shortest, the middle and the longest. */
    record Spread(Duration min, Duration median, Duration max) {
        /** @param times at least one */
        static Spread of(List<Duration> times) {
            List<Duration> sorted = times.stream().sorted().toList();
            return new Spread(sorted.getFirst(), sorted.get((sorted.size() - 1) / 2), sorted.getLast());
        }

        @Override
        public String toString() {
            return min.toMillis() + " / " + median.toMillis() + " / " + max.toMillis() + " ms";
        }
    }
}
