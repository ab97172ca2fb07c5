package io.hopyard.core.catalog;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Ids;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The catalogue's rows: keys, whole scans, changes, numbers. Thread safe. */
public final class Records {
    private static final int PAGE_ROWS = 1_000;
    private static final int REMOVALS_PER_COMMIT = 500;

    private final Database database;
    private final Commits commits;
    private final Ids ids;

    public Records(Database database, Commits commits, Ids ids) {
        this.database = database;
        this.commits = commits;
        this.ids = ids;
    }

    /** The key of a row inside a project. */
    public static RowKey key(String table, long projectId, String rest) {
        return new RowKey(table, "project/" + projectId, rest);
    }

    /** A number as it stands in a key: 20 digits. */
    public static String padded(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, 20 - digits.length())) + digits;
    }

    public @Nullable Row find(RowKey key, Deadline deadline) {
        return database.read(List.of(key), deadline).getFirst();
    }

    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return database.read(keys, deadline);
    }

    /** All rows under a prefix, in key order; refused when there are more than {@code rowsMax}. */
    public List<Row> list(RowKey prefix, int rowsMax, Deadline deadline) {
        List<Row> rows = new ArrayList<>();
        String from = "";
        while (true) {
            Page page =
                    database.scan(new Scan(prefix.table(), prefix.group(), prefix.rest(), from, PAGE_ROWS), deadline);
            rows.addAll(page.rows());
            if (rows.size() > rowsMax) {
                throw new FeatureStoreException(
                        ErrorCode.TOO_MANY_REQUESTS,
                        "more than " + rowsMax + " entries in one answer (expected: at most that)");
            }
            String next = page.next();
            if (next == null) {
                return rows;
            }
            from = next;
        }
    }

    /** What changed since a version of the database. */
    Changes changes(long since, Deadline deadline) {
        return database.changes(since, deadline);
    }

    /** True when everything is durable, false when a condition did not hold and nothing was written. */
    public boolean commit(List<Condition> conditions, List<Write> writes, Deadline deadline) {
        return commits.attempt(conditions, writes, deadline) == null;
    }

    /** Writes without any condition. */
    public void put(List<Write> writes, Deadline deadline) {
        commit(List.of(), writes, deadline);
    }

    /** Reads, decides and commits until nobody else was faster, see {@link Commits#change}. */
    public <T extends @Nullable Object> T change(Deadline deadline, Supplier<Commits.Plan<T>> plan) {
        return commits.change(deadline, plan);
    }

    /** Removes all rows under a prefix, in steps; may be repeated. */
    public void removeAll(RowKey prefix, Deadline deadline) {
        while (true) {
            Page page = database.scan(
                    new Scan(prefix.table(), prefix.group(), prefix.rest(), "", REMOVALS_PER_COMMIT), deadline);
            if (page.rows().isEmpty()) {
                return;
            }
            List<Write> removals = new ArrayList<>();
            page.rows().forEach(row -> removals.add(new Write.Remove(row.key())));
            put(removals, deadline);
        }
    }

    /** The next number of a sequence that belongs to the whole cluster; has gaps. */
    public long nextNumber(String sequence, Deadline deadline) {
        return ids.next(sequence, 1, deadline);
    }

    /** Holds while the row is as it was read. */
    public static Condition unchanged(RowKey key, @Nullable Row row) {
        return row == null ? new Condition.Absent(key) : new Condition.VersionEquals(key, row.version());
    }

    /** The refusal after a change by others in between that does not go together with ours. */
    public static FeatureStoreException concurrent(String what) {
        return new FeatureStoreException(
                ErrorCode.CONCURRENT_CHANGE,
                what + " was changed by others at the same time (expected: one change after the other; ask again)");
    }
}
