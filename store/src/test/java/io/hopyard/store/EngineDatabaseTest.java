package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.testkit.database.DatabaseContract;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineDatabaseTest extends DatabaseContract {
    private @Nullable StoreNode node;

    @BeforeAll
    void start(@TempDir Path directory) {
        node = TestStore.start(TestStore.settings(directory), Clock.systemUTC());
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Override
    protected Database database() {
        return java.util.Objects.requireNonNull(node).database();
    }
}
