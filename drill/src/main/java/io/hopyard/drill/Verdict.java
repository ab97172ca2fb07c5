package io.hopyard.drill;

import io.hopyard.core.error.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether what was seen is what was promised.
 *
 * @param more that a gap may be longer, on a machine that others use too
 */
record Verdict(Fault fault, Duration more) {
    /** Names of timelines; others are of the official client. */
    static final String PAIR_READS = "pair reads";

    static final String PAIR_WRITES = "pair writes";
    static final String BROKER_READS = "broker reads";

    /** Begins what a broker answered that was no success. */
    static final String ANSWERED = "answered ";

    static final int UNAVAILABLE = ErrorCode.UNAVAILABLE.httpStatus();
    private static final Duration REFUSAL_MAX = Duration.ofMinutes(3);
    private static final Duration PAUSES_OF_A_SHARED_MACHINE = Duration.ofSeconds(15);
    /** How a data node says clearly that it cannot. */
    private static final List<String> CLEAR = List.of(
            ErrorCode.UNAVAILABLE.name(),
            ErrorCode.DEADLINE_EXCEEDED.name(),
            ErrorCode.SLOT_MOVED.name(),
            ErrorCode.SLOT_PAUSED.name());

    /** @param shared true when others use the machine too, so that pauses say little */
    static Verdict of(Fault fault, boolean shared) {
        return new Verdict(fault, shared ? PAUSES_OF_A_SHARED_MACHINE : Duration.ZERO);
    }

    List<String> problems(long acknowledged, long staleReads, List<Timeline.Summary> timelines) {
        List<String> problems = new ArrayList<>();
        if (staleReads > 0) {
            problems.add(staleReads + " reads missed rows that were acknowledged longer ago than allowed");
        }
        if (acknowledged == 0) {
            problems.add("nothing was acknowledged, so nothing was tried");
        }
        for (Timeline.Summary timeline : timelines) {
            for (Phases.Phase phase : Phases.Phase.values()) {
                gap(timeline, phase, problems);
            }
            failures(timeline, problems);
        }
        return problems;
    }

    private void gap(Timeline.Summary timeline, Phases.Phase phase, List<String> problems) {
        Duration max = gapMax(timeline.name(), phase).plus(more);
        Duration gap = timeline.gap(phase);
        if (gap.compareTo(max) > 0) {
            problems.add("longest gap of %s, %s: %d ms (expected: at most %d ms)"
                    .formatted(timeline.name(), DrillReport.words(phase), gap.toMillis(), max.toMillis()));
        }
    }

    private Duration gapMax(String timeline, Phases.Phase phase) {
        if (phase == Phases.Phase.REFUSAL) {
            return REFUSAL_MAX;
        }
        boolean returns = phase == Phases.Phase.RESTART || phase == Phases.Phase.REJOIN;
        return switch (timeline) {
            case PAIR_READS, BROKER_READS -> returns ? fault.expect().rejoinReadGapMax() : fault.readGapMax();
            case PAIR_WRITES -> returns ? fault.expect().rejoinWriteGapMax() : fault.writeGapMax();
            default -> fault.expect().clientGapMax();
        };
    }

    private void failures(Timeline.Summary timeline, List<String> problems) {
        if (fault.expect().callsNeverFail() && timeline.failedCalls() > 0) {
            problems.add(timeline.failedCalls() + " calls of " + timeline.name() + " failed (expected: none)");
        }
        timeline.failures().forEach((what, count) -> {
            if (what.contains(ANSWERED) && !what.endsWith(ANSWERED + UNAVAILABLE)) {
                problems.add(count + " calls of " + timeline.name() + ": " + what + " (expected: " + UNAVAILABLE + ")");
            }
        });
        if (timeline.name().equals(PAIR_READS) || timeline.name().equals(PAIR_WRITES)) {
            timeline.failures().forEach((what, count) -> {
                if (!CLEAR.contains(what)) {
                    problems.add(count + " calls of " + timeline.name() + " failed with " + what + " (expected: "
                            + String.join(" or ", CLEAR) + ")");
                }
            });
        }
    }
}
