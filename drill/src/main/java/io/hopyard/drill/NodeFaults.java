package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Heads, brokers, workers and the whole cluster: killed, or stopped in order and started again. */
final class NodeFaults {
    /** A read that the other copy must take over. */
    private static final Duration HEDGED = Duration.ofMillis(50);
    /** Writes need none of these nodes. */
    private static final Duration WRITES = Duration.ofMillis(500);

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int INGESTED_ROWS = 5_000;
    /** In which a worker is surely in the middle of rows. */
    private static final int INGESTS_MILLIS = 2_000;

    static final List<Fault> ALL = List.of(
            new Fault(
                            "kill-head",
                            "kill -9 of each head in turn, the leader and the log's controller among them",
                            true,
                            HEDGED,
                            WRITES,
                            NodeFaults::killHead)
                    .expecting(Expect.DATA.withClient(Duration.ofSeconds(5))),
            new Fault("kill-broker", "kill -9 of a broker", true, HEDGED, WRITES, NodeFaults::killBroker)
                    .expecting(Expect.DATA.withClient(Duration.ofSeconds(5))),
            new Fault(
                            "kill-worker",
                            "kill -9 of each worker in turn, while rows are ingested",
                            true,
                            HEDGED,
                            WRITES,
                            NodeFaults::killWorker)
                    .expecting(Expect.DATA.withClient(Duration.ofSeconds(30), INGESTED_ROWS)),
            new Fault(
                            "rolling-restart",
                            "every node, one after the other, stopped in order and started again",
                            true,
                            HEDGED,
                            Duration.ofMillis(2_500),
                            NodeFaults::rollingRestart)
                    .expecting(Expect.DATA.withClient(Duration.ofSeconds(15))),
            new Fault(
                            "restart-all",
                            "kill -9 of every node, and all started again",
                            true,
                            LONG,
                            LONG,
                            NodeFaults::restartAll)
                    .expecting(Expect.RETURN.withClient(LONG)));

    private NodeFaults() {}

    private static List<NodeProcess> with(Fault.Scene scene, NodeRole role) {
        return scene.cluster().processes().stream()
                .filter(process -> process.node().is(role))
                .toList();
    }

    /** All of them in an order by the seed; at most one in the short form. */
    private static List<NodeProcess> turns(Fault.Scene scene, List<NodeProcess> nodes) {
        List<NodeProcess> order = new ArrayList<>(nodes);
        Collections.shuffle(order, Random.from(scene.random()));
        return scene.shortForm() ? order.subList(0, Math.min(1, order.size())) : order;
    }

    private static void kill(Fault.Scene scene, NodeProcess node) {
        scene.mark("kill -9 " + node.node().name());
        node.kill();
    }

    private static void killHead(Fault.Scene scene) {
        for (NodeProcess head : turns(scene, with(scene, NodeRole.HEAD))) {
            kill(scene, head);
            scene.awaitReady();
        }
    }

    private static void killBroker(Fault.Scene scene) {
        kill(scene, turns(scene, with(scene, NodeRole.BROKER)).getFirst());
    }

    private static void killWorker(Fault.Scene scene) {
        for (NodeProcess worker : turns(scene, with(scene, NodeRole.WORKER))) {
            scene.wait(Duration.ofMillis(scene.random().nextInt(INGESTS_MILLIS)));
            kill(scene, worker);
            scene.awaitReady();
        }
    }

    private static void rollingRestart(Fault.Scene scene) {
        for (NodeRole role : NodeRole.values()) {
            for (NodeProcess node : turns(scene, with(scene, role))) {
                scene.mark("stop " + node.node().name());
                scene.stop(node);
                scene.awaitReady();
            }
        }
    }

    private static void restartAll(Fault.Scene scene) {
        scene.mark("kill -9 all nodes");
        scene.cluster().processes().forEach(NodeProcess::kill);
    }
}
