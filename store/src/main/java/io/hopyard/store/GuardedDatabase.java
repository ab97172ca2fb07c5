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
import org.jspecify.annotations.Nullable;

/** Metadata rows that are changed only while the disk has room. Thread safe. */
record GuardedDatabase(Database there, DiskGuard guard) implements Database {
    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return there.read(keys, deadline);
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return there.scan(scan, deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        if (!commit.writes().isEmpty()) {
            guard.check("commit of metadata");
        }
        return there.commit(commit, deadline);
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return there.changes(since, deadline);
    }
}
