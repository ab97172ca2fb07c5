package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.testkit.database.DatabaseContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every call goes to the other member than the call before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairDatabaseTest extends DatabaseContract {
    private @Nullable TestPair pair;

    @BeforeAll
    void start(@TempDir Path directory) {
        pair = new TestPair(directory, StoreSettings.Memory.SMALL, Clock.systemUTC()).startBoth();
    }

    @AfterAll
    void stop() {
        if (pair != null) {
            pair.close();
        }
    }

    @Override
    protected Database database() {
        TestPair there = Objects.requireNonNull(pair);
        AtomicInteger calls = new AtomicInteger();
        return new RunningDatabase(() -> there.node(calls.getAndIncrement() % 2).database());
    }
}
