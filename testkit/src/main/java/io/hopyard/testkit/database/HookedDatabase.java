package io.hopyard.testkit.database;

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

/** A database that a test lets fail, wait or lose answers. As thread safe as its hooks. */
public record HookedDatabase(Database there, Hooks hooks) implements Database {
    /** What happens around calls; each may throw what the call shall throw. */
    public interface Hooks {
        /** Runs before each read, scan and commit. */
        default void before() {}

        /** @param there the read itself; need not be run */
        default List<@Nullable Row> around(List<RowKey> keys, Supplier<List<@Nullable Row>> there) {
            return there.get();
        }

        /** @param there the commit itself; need not be run */
        default Outcome around(Commit commit, Supplier<Outcome> there) {
            return there.get();
        }
    }

    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        hooks.before();
        return hooks.around(keys, () -> there.read(keys, deadline));
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        hooks.before();
        return there.scan(scan, deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        hooks.before();
        return hooks.around(commit, () -> there.commit(commit, deadline));
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return there.changes(since, deadline);
    }
}
