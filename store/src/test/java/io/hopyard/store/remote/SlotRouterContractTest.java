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

/** The contract of online rows, kept over two pairs that share the slots. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlotRouterContractTest extends OnlineRowsContract {
    private @Nullable SlotWorld world;
    private @Nullable SlotRouter router;

    @BeforeAll
    void start(@TempDir Path directory) {
        world = new SlotWorld(directory, clock);
        world.balance();
        router = world.router();
    }

    @AfterAll
    void stop() {
        if (router != null) {
            router.close();
        }
        if (world != null) {
            world.close();
        }
    }

    @Override
    protected OnlineRows rows() {
        return Objects.requireNonNull(router);
    }
}
