package io.hopyard.store;

import io.hopyard.core.serving.OnlineRows;
import io.hopyard.testkit.serving.OnlineRowsContract;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineOnlineRowsTest extends OnlineRowsContract {
    private @Nullable StoreNode node;

    StoreSettings.Memory memory() {
        return StoreSettings.Memory.SMALL;
    }

    @BeforeAll
    void start(@TempDir Path directory) {
        node = TestStore.start(TestStore.settings(directory, memory()), clock);
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
    }

    @Override
    protected OnlineRows rows() {
        return Objects.requireNonNull(node).onlineRows();
    }
}
