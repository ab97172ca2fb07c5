package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Clocks that are set wrong while their node runs. */
final class ClockFaults {
    private static final Duration HOUR = Duration.ofHours(1);
    /** Of rows that must outlive the drill, and would not by a clock an hour ahead. */
    private static final Duration LONG_LIFE = Duration.ofMinutes(30);
    /** Of rows that must be gone within the drill, and would not by a clock an hour behind. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);
    /** Clocks are followed over steps below a second; the rest is for the calls themselves. */
    private static final Duration PROMISED = Duration.ofMillis(1_500);

    static final List<Fault> ALL = List.of(new Fault(
            "clock-jump",
            "the clock of each node in turn an hour ahead and an hour behind",
            false,
            Duration.ofMillis(500),
            Duration.ofMillis(2_500),
            ClockFaults::jump,
            ClockGround.MAKER));

    private ClockFaults() {}

    private static void jump(Fault.Scene scene) {
        List<NodeProcess> nodes = new ArrayList<>(scene.cluster().processes());
        int first = scene.random().nextInt(nodes.size());
        boolean ahead = scene.random().nextBoolean();
        Survivors survivors = Survivors.of(nodes);
        for (int turn = 0; turn < nodes.size(); turn++) {
            LocalNode node = nodes.get((first + turn) % nodes.size()).node();
            jump(scene, node, ahead ? HOUR : HOUR.negated(), 2 * turn);
            jump(scene, node, ahead ? HOUR.negated() : HOUR, 2 * turn + 1);
        }
        scene.atEnd(() -> survivors.anyRestarted("a wrong clock"));
    }

    private static void jump(Fault.Scene scene, LocalNode node, Duration shift, int number) {
        ClockGround clocks = scene.ground(ClockGround.class);
        Duration pause = Duration.ofMillis(500 + scene.random().nextInt(1_500));
        ExpiringRows before = rows(scene, 4 * number, LONG_LIFE);
        ExpiringRows dying = rows(scene, 4 * number + 1, SHORT_LIFE);
        long died = scene.ticker().nanos() + SHORT_LIFE.plus(PROMISED).toNanos();
        scene.mark(node.name() + (shift.isNegative() ? " -1 h" : " +1 h"));
        clocks.set(node, shift);
        scene.wait(pause);
        ExpiringRows during = rows(scene, 4 * number + 2, LONG_LIFE);
        expectSeen(scene, node, before, "written before the jump");
        expectSeen(scene, node, during, "written during the jump");
        scene.wait(Duration.ofNanos(Math.max(0, died - scene.ticker().nanos())));
        copies(scene, (copy, rows) -> {
            int seen = dying.seen(rows);
            if (seen > 0) {
                scene.problem(seen + " of " + dying.count() + " rows whose life was over are still seen on " + copy
                        + " while " + node.name() + "'s clock is wrong");
            }
        });
        clocks.set(node, Duration.ZERO);
        scene.wait(pause);
        expectSeen(scene, node, before, "written before the jump, after it");
        expectSeen(scene, node, during, "written during the jump, after it");
    }

    private static ExpiringRows rows(Fault.Scene scene, int number, Duration life) {
        ExpiringRows rows = new ExpiringRows(
                number, life, Instant.ofEpochMilli(scene.clock().millis()), scene.ticker());
        rows.write(scene.rows());
        return rows;
    }

    private static void expectSeen(Fault.Scene scene, LocalNode jumped, ExpiringRows written, String which) {
        copies(scene, (copy, rows) -> {
            int seen = written.seen(rows);
            if (seen < written.count()) {
                scene.problem((written.count() - seen) + " of " + written.count() + " rows (" + which
                        + ") are not seen on " + copy + " though their life is not over; the clock of " + jumped.name()
                        + " was set");
            }
        });
    }

    @FunctionalInterface
    private interface Look {
        void at(String name, OnlineRows rows);
    }

    private static void copies(Fault.Scene scene, Look look) {
        scene.cluster().processes().stream()
                .map(NodeProcess::node)
                .filter(node -> node.is(NodeRole.DATA))
                .forEach(node -> scene.onCopy(node, rows -> look.at(node.name(), rows)));
    }
}
