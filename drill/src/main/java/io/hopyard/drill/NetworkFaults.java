package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.util.List;

/** Cuts of the network between nodes. */
final class NetworkFaults {
    private static final Duration READ_GAP_MAX = Duration.ofMillis(50);
    private static final Duration WRITE_GAP_MAX = Duration.ofMillis(2_500);
    private static final Duration LOOK = Duration.ofMillis(100);
    /** Who has lost the other for that long has found out; before, both may stay members. */
    private static final int SURELY_NOTICED_MILLIS = 5_000;

    static final List<Fault> ALL = List.of(
            new Fault(
                    "cut-data",
                    "cut between the two data nodes for 0.5 to 15 s, one way or both",
                    false,
                    READ_GAP_MAX,
                    WRITE_GAP_MAX,
                    NetworkFaults::cutData,
                    NetworkGround.MAKER),
            new Fault(
                    "isolate-data",
                    "one data node cut off from everything for 0.5 to 15 s",
                    false,
                    READ_GAP_MAX,
                    WRITE_GAP_MAX,
                    NetworkFaults::isolateData,
                    NetworkGround.MAKER));

    private NetworkFaults() {}

    private static List<NodeProcess> dataNodes(Fault.Scene scene) {
        return scene.cluster().processes().stream()
                .filter(process -> process.node().is(NodeRole.DATA))
                .toList();
    }

    /** Half of the cuts are long enough for one node to go on alone. */
    private static Duration length(Fault.Scene scene) {
        return scene.random().nextBoolean()
                ? Duration.ofMillis(500 + scene.random().nextInt(SURELY_NOTICED_MILLIS - 500))
                : Duration.ofMillis(SURELY_NOTICED_MILLIS + scene.random().nextInt(15_000 - SURELY_NOTICED_MILLIS));
    }

    private static void cutData(Fault.Scene scene) {
        NetworkGround network = scene.ground(NetworkGround.class);
        List<NodeProcess> pair = dataNodes(scene);
        int first = scene.random().nextInt(2);
        LocalNode one = pair.get(first).node();
        LocalNode other = pair.get(1 - first).node();
        boolean bothWays = scene.random().nextInt(3) > 0;
        Duration time = length(scene);
        Survivors survivors = Survivors.of(pair);
        scene.mark("cut " + one.name() + (bothWays ? " <-> " : " -> ") + other.name() + " " + time.toMillis() + " ms");
        network.cut(one, other);
        if (bothWays) {
            network.cut(other, one);
        }
        hold(scene, time);
        network.mend(one, other);
        if (bothWays) {
            network.mend(other, one);
        }
        scene.mark("mended");
        scene.atEnd(() -> survivors.problem(time.toMillis() >= SURELY_NOTICED_MILLIS, scene::note));
    }

    private static void isolateData(Fault.Scene scene) {
        NetworkGround network = scene.ground(NetworkGround.class);
        List<NodeProcess> pair = dataNodes(scene);
        LocalNode node = pair.get(scene.random().nextInt(2)).node();
        Duration time = length(scene);
        Survivors survivors = Survivors.of(pair);
        scene.mark("isolate " + node.name() + " " + time.toMillis() + " ms");
        network.isolate(node);
        hold(scene, time);
        network.join(node);
        scene.mark("joined again");
        scene.atEnd(() -> {
            String problem = survivors.problem(time.toMillis() >= SURELY_NOTICED_MILLIS, scene::note);
            return problem == null && time.toMillis() >= SURELY_NOTICED_MILLIS && !survivors.restarted(node.name())
                    ? "the node that was cut off from everything stayed a member: " + node.name()
                    : problem;
        });
    }

    /** Who ends meanwhile is started again while the cut lasts, as a service manager would do it. */
    private static void hold(Fault.Scene scene, Duration time) {
        for (Duration held = Duration.ZERO; held.compareTo(time) < 0; held = held.plus(LOOK)) {
            scene.cluster().restartEnded();
            Duration left = time.minus(held);
            scene.wait(left.compareTo(LOOK) < 0 ? left : LOOK);
        }
    }
}
