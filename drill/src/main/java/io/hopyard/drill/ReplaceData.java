package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.wire.admin.DataCommands;
import io.hopyard.wire.admin.RestClient;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A data node dies with its disk; an operator removes it, and an empty one of another name takes its place. */
final class ReplaceData {
    static final Fault FAULT = new Fault(
            "replace-data",
            "kill -9 of one data node, whose disk is lost and whose place is taken by an empty one",
            false,
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            ReplaceData::cause);

    /** Until the cluster has noticed that the node is dead, which takes the time-out of its session. */
    private static final Duration NOTICED_MAX = Duration.ofSeconds(60);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final String PREFIX = "data-";
    /** Of the nodes that come later; no node of a plan has such a number, or an address that ends with it. */
    private static final int FIRST = 100;

    private ReplaceData() {}

    private static void cause(Fault.Scene scene) {
        List<NodeProcess> nodes = scene.cluster().processes().stream()
                .filter(process -> process.node().is(NodeRole.DATA))
                .toList();
        NodeProcess dead = nodes.get(scene.random().nextInt(nodes.size()));
        String name = dead.node().name();
        scene.mark("kill -9 " + name);
        dead.kill();
        forget(dead.data());
        remove(scene, name);
        scene.mark(name + " removed");
        NodeProcess fresh = scene.cluster().replace(dead, successor(nodes, dead.node()));
        scene.cluster().start(fresh);
        scene.awaitReady();
        scene.mark(fresh.node().name() + " serves");
    }

    /** Its name and address were never used before: a name that was removed is barred. */
    private static LocalNode successor(List<NodeProcess> nodes, LocalNode dead) {
        int number = 1
                + nodes.stream()
                        .mapToInt(process ->
                                Integer.parseInt(process.node().name().substring(PREFIX.length())))
                        .filter(used -> used >= FIRST)
                        .max()
                        .orElse(FIRST - 1);
        String block = dead.address().substring(0, dead.address().lastIndexOf('.'));
        return new LocalNode(
                PREFIX + number, dead.roles(), dead.zone(), block + "." + number, dead.heapMebibytes(), dead.group());
    }

    private static void remove(Fault.Scene scene, String name) {
        long end = System.nanoTime() + NOTICED_MAX.toNanos();
        try (RestClient rest = AdminDoor.open(scene.cluster())) {
            DataCommands commands = new DataCommands(rest, new PrintStream(System.out, true, StandardCharsets.UTF_8));
            while (true) {
                try {
                    commands.run(List.of("data", "remove", name));
                    return;
                } catch (FeatureStoreException e) {
                    // Refused while it seems to be alive, or to be a member.
                    if (System.nanoTime() - end > 0) {
                        throw e;
                    }
                    scene.wait(LOOK);
                }
            }
        }
    }

    private static void forget(Path data) {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
