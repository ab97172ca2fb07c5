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

/** The contract of metadata, kept by the client of a pair over two doors to a real store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairDatabaseTest extends DatabaseContract {
    private @Nullable TestDoor first;
    private @Nullable DataDoor twin;
    private @Nullable PairClient pair;

    @BeforeAll
    void start(@TempDir Path directory) {
        first = TestDoor.start(directory, Clock.systemUTC());
        twin = first.twin();
        pair = first.pair(twin);
    }

    @AfterAll
    void stop() {
        if (pair != null) {
            pair.close();
        }
        if (twin != null) {
            twin.close();
        }
        if (first != null) {
            first.close();
        }
    }

    @Override
    protected Database database() {
        return Objects.requireNonNull(pair).database();
    }
}
