package io.hopyard.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a drill showed.
 *
 * @param lostByNode acknowledged rows that a data node does not have
 * @param marks seconds since the load was observed, and what was done or seen then
 * @param notes what else is to be known
 * @param problems why it failed; empty when all held
 */
record DrillReport(
        Name name,
        long acknowledged,
        Map<String, Long> lostByNode,
        long staleReads,
        List<Timeline.Summary> timelines,
        Map<Double, String> marks,
        List<String> notes,
        List<String> problems) {
    /** A drill and the seed that decides what is open in it. */
    record Name(String drill, long seed) {
        @Override
        public String toString() {
            return drill + ", seed " + seed;
        }
    }

    boolean passed() {
        return problems.isEmpty();
    }

    long lost() {
        return lostByNode.values().stream().mapToLong(Long::longValue).sum();
    }

    static String words(Phases.Phase phase) {
        return switch (phase) {
            case CALM -> "without a fault";
            case FAULT -> "by the fault";
            case REFUSAL -> "while it may refuse";
            case RESTART -> "while a node started";
            case REJOIN -> "while a node took its place";
        };
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder();
        line(text, "drill", name.toString());
        line(text, "acknowledged", acknowledged + " rows, lost " + lostByNode + ", stale reads " + staleReads);
        timelines.forEach(timeline -> {
            line(
                    text,
                    timeline.name(),
                    timeline.successes() + " succeeded" + failures(timeline) + "; longest gaps: " + gaps(timeline));
        });
        notes.forEach(note -> line(text, "", note));
        problems.forEach(problem -> line(text, "FAILED", problem));
        line(text, "verdict", passed() ? "passed" : "failed");
        return text.toString();
    }

    private static String failures(Timeline.Summary timeline) {
        return timeline.failures().isEmpty()
                ? ""
                : ", failed attempts " + timeline.failures() + ", failed calls " + timeline.failedCalls();
    }

    private static String gaps(Timeline.Summary timeline) {
        return Stream.of(Phases.Phase.values())
                .filter(timeline.gaps()::containsKey)
                .map(phase -> timeline.gap(phase).toMillis() + " ms " + words(phase))
                .collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format(Locale.ROOT, "  %-13s %s%n", what, value));
    }

    ObjectNode json() {
        ObjectNode json = Json.object()
                .put("drill", name.drill())
                .put("seed", name.seed())
                .put("passed", passed())
                .put("acknowledged", acknowledged)
                .put("stale_reads", staleReads);
        ObjectNode lost = json.putObject("lost");
        lostByNode.forEach(lost::put);
        ArrayNode lines = json.putArray("timelines");
        timelines.forEach(timeline -> lines.add(json(timeline)));
        ArrayNode events = json.putArray("marks");
        marks.forEach(
                (seconds, what) -> events.addObject().put("at_seconds", seconds).put("what", what));
        notes.forEach(json.putArray("notes")::add);
        problems.forEach(json.putArray("problems")::add);
        return json;
    }

    private static ObjectNode json(Timeline.Summary timeline) {
        ObjectNode json = Json.object()
                .put("name", timeline.name())
                .put("successes", timeline.successes())
                .put("longest_gap_ms", timeline.longestGap().toMillis())
                .put("gap_at_ms", timeline.gapAt().toMillis());
        ObjectNode gaps = json.putObject("longest_gap_ms_by_phase");
        timeline.gaps().forEach((phase, gap) -> gaps.put(phase.name().toLowerCase(Locale.ROOT), gap.toMillis()));
        ObjectNode failures = json.putObject("failed_attempts");
        timeline.failures().forEach(failures::put);
        return json.put("failed_calls", timeline.failedCalls());
    }
}
