package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.TrustedAuthority;
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

    private static final Duration JOINED_MAX = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(500);
    /** Of the last number of an address; no node of a plan has it. */
    private static final String FREE = "9";

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
        NodeProcess fresh = scene.cluster().replace(dead, successor(dead.node()));
        scene.cluster().start(fresh);
        long end = System.nanoTime() + JOINED_MAX.toNanos();
        while (!fresh.ready()) {
            if (System.nanoTime() - end > 0) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE, fresh.node().name() + " does not serve; its log is " + fresh.log());
            }
            scene.cluster().restartEnded();
            scene.wait(LOOK);
        }
        scene.mark(fresh.node().name() + " serves");
    }

    private static LocalNode successor(LocalNode dead) {
        String address = dead.address();
        return new LocalNode(
                "data-" + FREE,
                dead.roles(),
                dead.zone(),
                address.substring(0, address.length() - 1) + FREE,
                dead.heapMebibytes());
    }

    private static void remove(Fault.Scene scene, String name) {
        NodeProcess head = scene.cluster().processes().getFirst();
        long end = System.nanoTime() + NOTICED_MAX.toNanos();
        try (RestClient rest = new RestClient(
                "https://" + head.node().address() + ":8443",
                read(head.data().resolve("admin.key")).strip(),
                TrustedAuthority.sslContext(read(head.data().resolve("identity").resolve("ca.pem"))))) {
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

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
