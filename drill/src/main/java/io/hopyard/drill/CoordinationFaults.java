package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The quorum of the heads is lost, and with it the register that says who may serve a pair's rows. */
final class CoordinationFaults {
    private static final Duration HEDGED = Duration.ofMillis(50);
    private static final Duration WRITES = Duration.ofMillis(500);
    /** While two of three heads are away, nothing may stop that data nodes do. */
    private static final Duration ALIVE = Duration.ofSeconds(8);

    /** Longer than reads may be stale while it is open who serves. */
    private static final Duration REFUSED = Duration.ofSeconds(8);

    static final List<Fault> ALL = List.of(new Fault(
                    "lose-coordination",
                    "kill -9 of two of three heads, then of a data node; all are started again later",
                    true,
                    HEDGED,
                    WRITES,
                    CoordinationFaults::lose)
            .expecting(Expect.RETURN));

    private CoordinationFaults() {}

    private static List<NodeProcess> shuffled(Fault.Scene scene, NodeRole role) {
        List<NodeProcess> nodes = new ArrayList<>(scene.cluster().processes().stream()
                .filter(process -> process.node().is(role))
                .toList());
        Collections.shuffle(nodes, Random.from(scene.random()));
        return nodes;
    }

    private static void lose(Fault.Scene scene) {
        List<NodeProcess> heads = shuffled(scene, NodeRole.HEAD).subList(0, 2);
        scene.mark("kill -9 " + heads.stream().map(head -> head.node().name()).toList());
        heads.forEach(NodeProcess::kill);
        scene.wait(ALIVE);
        NodeProcess data = shuffled(scene, NodeRole.DATA).getFirst();
        scene.markRefusal("kill -9 " + data.node().name());
        data.kill();
        scene.wait(REFUSED);
    }
}
