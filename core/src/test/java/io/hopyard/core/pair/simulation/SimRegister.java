package io.hopyard.core.pair.simulation;

import io.hopyard.core.pair.PairAction;
import io.hopyard.core.pair.PairEvent;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister.Written;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A register that is right but not kind: requests and answers are lost, come late or twice, and it is away at times. A
 * request whose caller gave up, or died, may still be done.
 */
final class SimRegister {
    private static final long DEADLINE = 1_000 * Timeline.MILLI;

    private final Timeline timeline;
    private final Weakness weakness;
    private @Nullable PairRecord record;
    private long version;
    private long awayUntil;
    private final Map<String, Integer> underway = new HashMap<>();
    private boolean kind;

    SimRegister(Timeline timeline, Weakness weakness) {
        this.timeline = timeline;
        this.weakness = weakness;
    }

    @Nullable
    PairRecord record() {
        return record;
    }

    /** What an operator wrote before all else. */
    void given(PairRecord by) {
        record = by;
        version++;
    }

    /** Whether something that a life of that node asked for may still happen. */
    boolean mayStillHear(String node) {
        return underway.getOrDefault(node, 0) > 0;
    }

    void away(long forNanos) {
        awayUntil = Math.max(awayUntil, timeline.now() + forNanos);
    }

    void beKind() {
        awayUntil = 0;
        kind = true;
    }

    void call(SimProcess caller, PairAction action) {
        boolean[] answered = new boolean[1];
        timeline.in(DEADLINE, caller, () -> answer(caller, new PairEvent.RegisterFailed(), answered));
        request(caller, action, answered);
        if (!kind && timeline.chance(0.05)) {
            request(caller, action, answered);
        }
    }

    private void request(SimProcess caller, PairAction action, boolean[] answered) {
        if (!kind && timeline.chance(0.02)) {
            return;
        }
        underway.merge(caller.node(), 1, Integer::sum);
        timeline.in(delay(), () -> arrived(caller, action, answered));
    }

    private void arrived(SimProcess caller, PairAction action, boolean[] answered) {
        underway.merge(caller.node(), -1, Integer::sum);
        if (awayUntil > timeline.now()) {
            // Frozen, it does later what it was asked; killed, it never does.
            if (timeline.chance(0.5)) {
                underway.merge(caller.node(), 1, Integer::sum);
                timeline.in(awayUntil - timeline.now() + delay(), () -> arrived(caller, action, answered));
            }
            return;
        }
        PairEvent event = perform(action);
        if (kind || !timeline.chance(0.02)) {
            timeline.in(delay(), caller, () -> answer(caller, event, answered));
        }
    }

    private static void answer(SimProcess caller, PairEvent event, boolean[] answered) {
        if (!answered[0]) {
            answered[0] = true;
            caller.step(event);
        }
    }

    private PairEvent perform(PairAction action) {
        return switch (action) {
            case PairAction.ReadRecord() ->
                new PairEvent.RecordRead(record == null ? null : new Written(record, version));
            case PairAction.CreateRecord(PairRecord created) -> write(() -> record == null, created);
            case PairAction.ReplaceRecord(Written read, PairRecord next) ->
                write(() -> weakness == Weakness.REGISTER_WITHOUT_COMPARE || read.version() == version, next);
            default -> throw new IllegalArgumentException(action + " (expected: an action on the register)");
        };
    }

    private PairEvent write(Supplier<Boolean> condition, PairRecord next) {
        if (!condition.get()) {
            return new PairEvent.RecordRefused();
        }
        record = next;
        version++;
        return new PairEvent.RecordWritten();
    }

    private long delay() {
        return !kind && timeline.chance(0.03) ? timeline.millis(50, 3_000) : timeline.millis(0.5, 8);
    }
}
