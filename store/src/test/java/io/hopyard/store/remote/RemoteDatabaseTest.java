package io.hopyard.store.remote;

import io.hopyard.core.database.Database;
import io.hopyard.testkit.database.DatabaseContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of metadata, kept by a real store over a socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteDatabaseTest extends DatabaseContract {
    private @Nullable TestDoor door;

    @BeforeAll
    void start(@TempDir Path directory) {
        door = TestDoor.start(directory, Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        if (door != null) {
            door.close();
        }
    }

    @Override
    protected Database database() {
        return Objects.requireNonNull(door).client().database();
    }
}
