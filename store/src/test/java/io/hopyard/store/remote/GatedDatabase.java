package io.hopyard.store.remote;

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
import org.jspecify.annotations.Nullable;

/** Behind a gate. */
record GatedDatabase(Database database, Gate gate) implements Database {
    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return gate.through(() -> database.read(keys, deadline));
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return gate.through(() -> database.scan(scan, deadline));
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        return gate.through(() -> database.commit(commit, deadline));
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return gate.through(() -> database.changes(since, deadline));
    }
}
