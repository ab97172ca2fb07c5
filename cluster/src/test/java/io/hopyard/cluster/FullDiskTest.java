package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hopyard.testkit.wait.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One server of three on a disk that runs full: a file system in memory, which only root may mount. */
class FullDiskTest {
    private static final int FULL = 1;
    private static final int WRITES = 20;
    private static final int ROW_BYTES = 500_000;

    @TempDir
    private Path folder;

    private Path disk() {
        return folder.resolve("server-" + FULL);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @BeforeEach
    void needsAFileSystemOfItsOwn() throws IOException, InterruptedException {
        Files.createDirectories(disk());
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=32m", "hopyard-test", disk().toString()),
                "this user may not mount a file system");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "-l", disk().toString());
    }

    private void fill(Path filler) throws IOException {
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] chunk = new byte[4_096];
            while (disk().toFile().getUsableSpace() > 0) {
                out.write(chunk);
            }
        }
    }

    private static void write(Coordination coordination, String path) throws Exception {
        try {
            coordination.client().create().creatingParentsIfNeeded().forPath(path, new byte[ROW_BYTES]);
        } catch (KeeperException.NodeExistsException e) {
            // The connection was to the server whose disk is full, and the write was sent again.
        }
    }

    @Test
    void serverWithoutRoomSaysSoTheOthersGoOnAndItServesAgainByItselfWhenThereIsRoom() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                Coordination coordination = ensemble.connect("node:one")) {
            EmbeddedZooKeeper server = ensemble.server(FULL);
            Path filler = disk().resolve("filler");
            fill(filler);
            for (int number = 0; number < WRITES; number++) {
                write(coordination, "/full/" + number);
            }
            Eventually.holds(() -> assertThat(server.serves()).isFalse());
            write(coordination, "/full/" + WRITES);

            Files.delete(filler);
            Eventually.holds(() -> assertThat(server.serves()).isTrue());
            try (Coordination direct =
                    ensemble.connect("node:two", ensemble.servers().subList(0, FULL))) {
                direct.client().sync().forPath("/full");
                for (int number = 0; number <= WRITES; number++) {
                    assertThat(direct.client().getData().forPath("/full/" + number))
                            .hasSize(ROW_BYTES);
                }
            }
        }
    }
}
