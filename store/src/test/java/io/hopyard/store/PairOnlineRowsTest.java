package io.hopyard.store;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.testkit.serving.OnlineRowsContract;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every call goes to the other member than the call before. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PairOnlineRowsTest extends OnlineRowsContract {
    private @Nullable TestPair pair;

    @BeforeAll
    void start(@TempDir Path directory) {
        pair = new TestPair(directory, StoreSettings.Memory.SMALL, clock).startBoth();
    }

    @AfterAll
    void stop() {
        if (pair != null) {
            pair.close();
        }
    }

    @Override
    protected OnlineRows rows() {
        TestPair there = Objects.requireNonNull(pair);
        AtomicInteger calls = new AtomicInteger();
        return new RunningOnlineRows(
                () -> there.node(calls.getAndIncrement() % 2).onlineRows());
    }
}
