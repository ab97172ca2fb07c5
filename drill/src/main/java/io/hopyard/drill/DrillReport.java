package io.hopyard.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a drill showed.
 *
 * @param lostByNode acknowledged rows that a data node does not have
 * @param problems why it failed; empty when all held
 */
record DrillReport(
        String drill,
        long seed,
        long acknowledged,
        Map<String, Long> lostByNode,
        long staleReads,
        List<Timeline.Summary> timelines,
        List<String> problems) {
    boolean passed() {
        return problems.isEmpty();
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "drill", drill + ", seed " + seed);
        line(text, "acknowledged", acknowledged + " rows, lost " + lostByNode + ", stale reads " + staleReads);
        timelines.forEach(timeline -> line(
                text,
                timeline.name(),
                timeline.successes() + " succeeded, longest gap "
                        + timeline.longestGap().toMillis() + " ms at "
                        + timeline.gapAt().toMillis() + " ms, failures " + timeline.failures()));
        problems.forEach(problem -> line(text, "FAILED", problem));
        line(text, "verdict", passed() ? "passed" : "failed");
        return text.toString();
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format(Locale.ROOT, "  %-13s %s%n", what, value));
    }

    String json() {
        List<String> lines = new ArrayList<>();
        timelines.forEach(timeline -> lines.add(
                "{\"name\": \"%s\", \"successes\": %d, \"longest_gap_ms\": %d, \"gap_at_ms\": %d, \"failures\": %s}"
                        .formatted(
                                timeline.name(),
                                timeline.successes(),
                                timeline.longestGap().toMillis(),
                                timeline.gapAt().toMillis(),
                                object(timeline.failures()))));
        return "{\"drill\": \"%s\", \"seed\": %d, \"passed\": %b, \"acknowledged\": %d, \"lost\": %s, \"stale_reads\": %d, \"timelines\": [%s]}%n"
                .formatted(
                        drill, seed, passed(), acknowledged, object(lostByNode), staleReads, String.join(", ", lines));
    }

    /** Names of nodes and error codes need no escapes. */
    private static String object(Map<String, Long> numbers) {
        List<String> members = new ArrayList<>();
        numbers.forEach((name, number) -> members.add("\"" + name + "\": " + number));
        return "{" + String.join(", ", members) + "}";
    }
}
