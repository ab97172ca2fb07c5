package io.hopyard.drill;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.local.LocalNode;
import io.hopyard.server.local.NodeProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Disks that run full. */
final class DiskFaults {
    private static final Duration READ_GAP_MAX = Duration.ofMillis(500);
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration BACK_MAX = Duration.ofMinutes(2);

    static final List<Fault> ALL = List.of(
            new Fault(
                    "disk-full",
                    "the disk of a data node nearly full, then full to the last byte",
                    false,
                    READ_GAP_MAX,
                    Duration.ofSeconds(20),
                    DiskFaults::dataNode,
                    DiskGround.MAKER),
            new Fault(
                    "disk-full-head",
                    "the disk of a head full to the last byte",
                    true,
                    READ_GAP_MAX,
                    Duration.ofMillis(2_500),
                    DiskFaults::head,
                    DiskGround.MAKER));

    private DiskFaults() {}

    private static void dataNode(Fault.Scene scene) {
        DiskGround disks = scene.ground(DiskGround.class);
        List<NodeProcess> pair = nodes(scene, NodeRole.DATA);
        int first = scene.random().nextInt(2);
        LocalNode full = pair.get(first).node();
        Survivors survivors = Survivors.of(pair);

        scene.mark(full.name() + " nearly full");
        disks.fill(full, DiskGround.RESERVE_BYTES / 2);
        scene.wait(Duration.ofSeconds(2));
        for (NodeProcess copy : pair) {
            expectRefused(scene, copy.node());
        }
        long before = disks.freeBytes(full);
        scene.wait(Duration.ofSeconds(2));
        scene.note(full.name() + " has " + disks.freeBytes(full) + " bytes free, " + before + " two seconds ago");
        disks.free(full);
        scene.mark(full.name() + " has room");
        scene.wait(Duration.ofSeconds(3));
        scene.atEnd(() -> survivors.anyRestarted("a disk that was nearly full"));

        scene.mark(full.name() + " full");
        disks.fill(full, 0);
        scene.wait(Duration.ofMillis(3_000 + scene.random().nextInt(5_000)));
        expectRefused(scene, pair.get(1 - first).node());
        scene.note(full.name() + (pair.get(first).alive() ? " is alive" : " has ended"));
        disks.free(full);
        scene.mark(full.name() + " has room");
    }

    private static void expectRefused(Fault.Scene scene, LocalNode node) {
        scene.onCopy(node, rows -> {
            try {
                new ExpiringRows(0, LIFE, Instant.ofEpochMilli(scene.clock().millis()), scene.ticker()).write(rows);
                scene.problem(node.name() + " took a write though a disk of the pair is nearly full");
            } catch (FeatureStoreException e) {
                scene.note(node.name() + " answers a write: " + e.text());
                if (e.code() != ErrorCode.UNAVAILABLE || !e.text().contains("disk")) {
                    scene.problem(node.name() + " answers a write with " + e.text()
                            + " (expected: UNAVAILABLE that speaks of the disk)");
                }
            }
        });
    }

    private static void head(Fault.Scene scene) {
        DiskGround disks = scene.ground(DiskGround.class);
        List<NodeProcess> heads = nodes(scene, NodeRole.HEAD);
        NodeProcess full = heads.get(scene.random().nextInt(heads.size()));
        long pid = full.pid();
        scene.mark(full.node().name() + " full");
        disks.fill(full.node(), 0);
        Duration time = Duration.ofMillis(8_000 + scene.random().nextInt(8_000));
        long end = scene.ticker().nanos() + time.toNanos();
        while (scene.ticker().nanos() - end < 0) {
            scene.cluster().restartEnded();
            scene.wait(LOOK);
        }
        scene.note(full.node().name()
                + (full.pid() == pid && full.alive() ? " runs" : " has ended")
                + (full.ready() ? ", says that it serves" : ", says that it does not serve"));
        for (NodeProcess head : heads) {
            if (head != full && !head.ready()) {
                scene.problem(head.node().name() + " does not serve while the disk of "
                        + full.node().name() + " is full");
            }
        }
        disks.free(full.node());
        scene.mark(full.node().name() + " has room");
        long back = scene.ticker().nanos() + BACK_MAX.toNanos();
        while (!full.ready() && scene.ticker().nanos() - back < 0) {
            scene.cluster().restartEnded();
            scene.wait(LOOK);
        }
        if (full.ready()) {
            scene.mark(full.node().name() + " serves again" + (full.pid() == pid ? "" : " after a restart"));
        } else {
            scene.problem(full.node().name() + " does not serve again within " + BACK_MAX.toSeconds()
                    + " s after its disk had room");
        }
    }

    private static List<NodeProcess> nodes(Fault.Scene scene, NodeRole role) {
        return scene.cluster().processes().stream()
                .filter(process -> process.node().is(role))
                .toList();
    }
}
