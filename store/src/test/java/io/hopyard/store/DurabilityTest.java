package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.ignite.internal.processors.cache.persistence.wal.FileWriteAheadLogManager;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The death of the process with nothing said before. A power cut cannot be made here: that a write is on the disk with
 * {@link StoreSettings.Durability#DISK} is shown by the mode in which the engine runs its log, not by an experiment.
 */
class DurabilityTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @EnumSource
    void everythingAcknowledgedIsThereAfterTheProcessWasKilled(StoreSettings.Durability durability)
            throws IOException, InterruptedException {
        long acked;
        try (StoreProcess child = StoreProcess.run(StoreProcess.command(directory, durability, 1))) {
            child.await("begun");
            child.ask("start", "started");
            child.ask("write 0 1000000", "acked 100");
            child.kill();
            acked = child.acked();
        }
        assertThat(acked).isGreaterThanOrEqualTo(100);
        try (StoreNode node = start(durability)) {
            assertThat(StoreChild.missing(node.database(), node.onlineRows(), acked))
                    .as("of %d batches", acked)
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"OPERATING_SYSTEM, false", "DISK, true"})
    void theEngineForcesItsLogToTheDiskAtEachCommitWhenAskedTo(StoreSettings.Durability durability, boolean forces) {
        try (StoreNode node = start(durability)) {
            assertThat(node.engine().context().cache().context().wal())
                    .isInstanceOfSatisfying(
                            FileWriteAheadLogManager.class,
                            log -> assertThat(log.isFullSync()).isEqualTo(forces));
        }
    }

    private StoreNode start(StoreSettings.Durability durability) {
        return TestStore.start(StoreChild.settings(directory.resolve("store"), durability), Clock.systemUTC());
    }
}
