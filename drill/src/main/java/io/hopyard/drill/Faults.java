package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** All drills by name. */
final class Faults {
    /** A read that the other copy must take over. */
    private static final Duration HEDGED = Duration.ofMillis(50);

    private static final List<Fault> PROCESSES = List.of(
            new Fault("kill-data", "kill -9 of one data node", false, HEDGED, Duration.ofMillis(500), Faults::killData),
            new Fault(
                    "freeze-data",
                    "one data node stopped for 0.5 to 25 s",
                    false,
                    HEDGED,
                    Duration.ofMillis(2_500),
                    Faults::freezeData),
            new Fault(
                            "restart-data",
                            "all data nodes killed and started again",
                            false,
                            Duration.ofMinutes(3),
                            Duration.ofMinutes(3),
                            Faults::restartData)
                    .expecting(Expect.RETURN),
            new Fault(
                            "kill-zone",
                            "kill -9 of every node of a zone",
                            true,
                            HEDGED,
                            Duration.ofSeconds(15),
                            Faults::killZone)
                    .expecting(Expect.DATA.withClient(Duration.ofSeconds(20))),
            ReplaceData.FAULT);

    static final List<Fault> ALL = Stream.of(
                    PROCESSES,
                    NodeFaults.ALL,
                    CoordinationFaults.ALL,
                    AddPair.ALL,
                    NetworkFaults.ALL,
                    ClockFaults.ALL,
                    DiskFaults.ALL)
            .flatMap(List::stream)
            .toList();

    private Faults() {}

    private static List<NodeProcess> dataNodes(Fault.Scene scene) {
        return scene.cluster().processes().stream()
                .filter(process -> process.node().is(NodeRole.DATA))
                .toList();
    }

    private static NodeProcess anyDataNode(Fault.Scene scene) {
        List<NodeProcess> nodes = dataNodes(scene);
        return nodes.get(scene.random().nextInt(nodes.size()));
    }

    private static void killData(Fault.Scene scene) {
        NodeProcess node = anyDataNode(scene);
        scene.mark("kill -9 " + node.node().name());
        node.kill();
    }

    private static void freezeData(Fault.Scene scene) {
        NodeProcess node = anyDataNode(scene);
        Duration time = Duration.ofMillis(500 + scene.random().nextInt(scene.shortForm() ? 4_500 : 24_500));
        scene.mark("freeze " + node.node().name() + " " + time.toMillis() + " ms");
        node.freeze();
        try {
            scene.wait(time);
        } finally {
            node.thaw();
        }
        scene.mark("thaw");
    }

    private static void killZone(Fault.Scene scene) {
        List<String> zones = scene.cluster().processes().stream()
                .map(process -> process.node().zone())
                .distinct()
                .toList();
        String zone = zones.get(scene.random().nextInt(zones.size()));
        scene.mark("kill -9 zone " + zone);
        scene.cluster().processes().stream()
                .filter(process -> process.node().zone().equals(zone))
                .forEach(NodeProcess::kill);
    }

    private static void restartData(Fault.Scene scene) {
        scene.mark("kill -9 all data nodes");
        dataNodes(scene).forEach(NodeProcess::kill);
    }
}
