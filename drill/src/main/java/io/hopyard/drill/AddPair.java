package io.hopyard.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.LocalPlan;
import io.hopyard.server.local.NodeProcess;
import io.hopyard.wire.admin.RestClient;
import io.hopyard.wire.admin.SlotCommands;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two data nodes join a cluster under load and become a further pair, and the slots are shared out anew by the command that
 * people use. In the harder form a data node is killed in the middle of the moving.
 */
final class AddPair {
    private static final Duration HEDGED = Duration.ofMillis(50);
    /** Writes of the slots under way wait. */
    private static final Duration WRITES = Duration.ofSeconds(10);

    private static final Duration BALANCE_MAX = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(50);
    /** The moving is well under way when so many slots have their new owner. */
    private static final int MOVED = 96;

    static final List<Fault> ALL = List.of(
            new Fault(
                            "add-pair",
                            "two data nodes join as a further pair, and slots are moved to it",
                            false,
                            HEDGED,
                            WRITES,
                            scene -> add(scene, false))
                    .expecting(Expect.DATA.withRejoinWrites(WRITES)),
            new Fault(
                            "add-pair-kill",
                            "two data nodes join as a further pair; kill -9 of a data node while slots are moved",
                            false,
                            HEDGED,
                            Duration.ofSeconds(60),
                            scene -> add(scene, true))
                    .expecting(Expect.DATA.withRejoinWrites(Duration.ofSeconds(60))));

    private AddPair() {}

    private static void add(Fault.Scene scene, boolean kill) {
        scene.mark("two data nodes join");
        for (LocalNode node : nextPair(scene)) {
            scene.cluster().start(scene.cluster().add(node));
        }
        scene.awaitReady();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RestClient rest = AdminDoor.open(scene.cluster())) {
            scene.mark("slots are moved");
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            Future<Boolean> balanced =
                    threads.submit(() -> new SlotCommands(rest, out).run(List.of("slots", "balance")));
            if (kill) {
                killWhileMoving(scene, rest, balanced);
            }
            long end = scene.ticker().nanos() + BALANCE_MAX.toNanos();
            while (!balanced.isDone()) {
                if (scene.ticker().nanos() - end > 0) {
                    balanced.cancel(true);
                    scene.problem("the slots were not shared out within " + BALANCE_MAX.toSeconds() + " s");
                    return;
                }
                scene.wait(LOOK);
            }
            balanced.get();
            scene.mark("all slots are moved");
            judge(scene, slots(rest));
        } catch (ExecutionException e) {
            scene.problem("the slots were not shared out: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void killWhileMoving(Fault.Scene scene, RestClient rest, Future<Boolean> balanced) {
        while (!balanced.isDone() && moved(rest) < MOVED) {
            scene.wait(LOOK);
        }
        if (balanced.isDone()) {
            scene.problem("the slots had moved before a node was killed");
            return;
        }
        List<NodeProcess> nodes = dataNodes(scene);
        NodeProcess victim = nodes.get(scene.random().nextInt(nodes.size()));
        scene.mark("kill -9 " + victim.node().name());
        victim.kill();
        scene.awaitReady();
    }

    private static void judge(Fault.Scene scene, List<Integer> slots) {
        int least = slots.stream().mapToInt(Integer::intValue).min().orElse(0);
        int most = slots.stream().mapToInt(Integer::intValue).max().orElse(0);
        if (most - least > 1) {
            scene.problem("slots of the pairs: " + slots + " (expected: as many at each)");
        }
    }

    /** How many the last pair has, 0 when nobody answers. */
    private static int moved(RestClient rest) {
        try {
            return slots(rest).getLast();
        } catch (FeatureStoreException e) {
            return 0;
        }
    }

    private static List<Integer> slots(RestClient rest) {
        List<Integer> slots = new ArrayList<>();
        for (JsonNode pair : rest.call("GET", "hopyard/slots", null).path("pairs")) {
            slots.add(pair.path("slots").asInt());
        }
        return slots;
    }

    private static List<NodeProcess> dataNodes(Fault.Scene scene) {
        return scene.cluster().processes().stream()
                .filter(process -> process.node().is(NodeRole.DATA))
                .toList();
    }

    private static List<LocalNode> nextPair(Fault.Scene scene) {
        String founder = scene.cluster().processes().getFirst().node().address();
        String block = founder.substring(0, founder.lastIndexOf('.'));
        int pairs = dataNodes(scene).size() / 2 + 1;
        List<LocalNode> nodes = LocalPlan.small(block).withPairs(block, pairs).nodes().stream()
                .filter(node -> node.is(NodeRole.DATA))
                .toList();
        return nodes.subList(nodes.size() - 2, nodes.size());
    }
}
