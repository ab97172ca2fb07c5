package io.hopyard.store.remote;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.testkit.serving.OnlineRowsContract;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract of online rows, kept by a real store over a socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RemoteOnlineRowsTest extends OnlineRowsContract {
    private @Nullable TestDoor door;

    @BeforeAll
    void start(@TempDir Path directory) {
        door = TestDoor.start(directory, clock);
    }

    @AfterAll
    void stop() {
        if (door != null) {
            door.close();
        }
    }

    @Override
    protected OnlineRows rows() {
        return Objects.requireNonNull(door).client().onlineRows();
    }
}
