package io.hopyard.store;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metadata rows of a node that may not run yet, so that other parts can be wired before it starts. Thread safe. */
public record RunningDatabase(Supplier<? extends Database> now) implements Database {
    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return now.get().read(keys, deadline);
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return now.get().scan(scan, deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        return now.get().commit(commit, deadline);
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return now.get().changes(since, deadline);
    }
}
