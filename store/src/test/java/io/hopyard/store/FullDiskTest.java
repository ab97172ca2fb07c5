package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a disk of its own that runs full: a file system in memory that only the child sees. */
class FullDiskTest {
    private static final long MIB = 1 << 20;
    private static final String DISK = "size=300m";

    @TempDir
    private Path directory = Path.of("");

    @BeforeEach
    void needsFileSystemsOfItsOwn() throws IOException, InterruptedException {
        Process trial = new ProcessBuilder(
                        "unshare", "-Urm", "mount", "-t", "tmpfs", "-o", DISK, "none", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(trial.waitFor() == 0, "this system lets nobody mount a file system of his own");
    }

    /** On its own disk, twice: after its end it begins again there. */
    private StoreProcess run(long reserveBytes) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-Urm",
                "sh",
                "-c",
                "mount -t tmpfs -o " + DISK + " none \"$0\" && \"$@\"; \"$@\"",
                directory.toString()));
        command.addAll(StoreProcess.command(directory, StoreSettings.Durability.OPERATING_SYSTEM, reserveBytes));
        return StoreProcess.run(command);
    }

    @Test
    void withAGuardWritesAreRefusedBeforeTheDiskIsFullAndTakenWhenThereIsRoomAgain()
            throws IOException, InterruptedException {
        try (StoreProcess child = run(100 * MIB)) {
            child.await("begun");
            child.ask("start", "started");
            child.ask("fill " + 130 * MIB, "filled");
            assertThat(child.ask("write 0 100000", "refused", "written"))
                    .startsWith("refused UNAVAILABLE ")
                    .contains(": the disk of " + directory)
                    .endsWith("bytes free (expected: at least 131072000)");
            long before = child.acked();
            assertThat(before).isPositive();
            assertThat(child.ask("missing " + before, "missing")).isEqualTo("missing 0");
            child.ask("stop", "stopped");

            child.ask("start", "started");
            assertThat(child.ask("missing " + before, "missing")).isEqualTo("missing 0");
            assertThat(child.ask("write " + before + " 100000", "refused", "written"))
                    .startsWith("refused UNAVAILABLE");
            child.ask("free", "freed");
            child.ask("write " + before + " " + (before + 20), "written");
            assertThat(child.ask("missing " + (before + 20), "missing")).isEqualTo("missing 0");
            assertThat(child.ask("ready", "ready")).isEqualTo("ready true");
        }
    }

    /** Why there is a guard; and what is acknowledged is there even so, once there is room again. */
    @Test
    void withoutAGuardTheEngineStopsWhenTheDiskIsFullAndLosesNothing() throws IOException, InterruptedException {
        try (StoreProcess child = run(1)) {
            child.await("begun");
            child.ask("start", "started");
            child.ask("fill " + 50 * MIB, "filled");
            String answer = child.ask("write 0 100000", "refused", "written", "begun");
            assertThat(answer).doesNotStartWith("written");
            if (!answer.equals("begun")) {
                child.ask("exit", "begun");
            }
            long acked = child.acked();
            assertThat(acked).isPositive();
            child.ask("free", "freed");
            child.ask("start", "started");
            assertThat(child.ask("missing " + acked, "missing")).isEqualTo("missing 0");
            child.ask("write " + acked + " " + (acked + 20), "written");
        }
    }
}
