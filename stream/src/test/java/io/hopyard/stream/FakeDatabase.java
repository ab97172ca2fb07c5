package io.hopyard.stream;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The verbs that the ledger needs, in memory. */
final class FakeDatabase implements Database {
    private final TreeMap<RowKey, Row> rows = new TreeMap<>();
    private final Map<RequestId, Long> applied = new HashMap<>();
    private long version;

    @Override
    public synchronized List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        List<@Nullable Row> found = new ArrayList<>();
        keys.forEach(key -> found.add(rows.get(key)));
        return found;
    }

    @Override
    public synchronized Page scan(Scan scan, Deadline deadline) {
        List<Row> page = new ArrayList<>();
        for (Row row : rows.values()) {
            RowKey key = row.key();
            if (key.table().equals(scan.table())
                    && key.group().equals(scan.group())
                    && key.rest().startsWith(scan.prefix())
                    && key.rest().compareTo(scan.from()) >= 0) {
                if (page.size() == scan.limit()) {
                    return new Page(page, key.rest());
                }
                page.add(row);
            }
        }
        return new Page(page, null);
    }

    @Override
    public synchronized Outcome commit(Commit commit, Deadline deadline) {
        Long before = applied.get(commit.requestId());
        if (before != null) {
            return new Outcome.Applied(before);
        }
        for (Condition condition : commit.conditions()) {
            Row found = rows.get(condition.key());
            boolean holds = switch (condition) {
                case Condition.Absent absent -> found == null;
                case Condition.Present present -> found != null;
                case Condition.VersionEquals equals -> found != null && found.version() == equals.version();
            };
            if (!holds) {
                return new Outcome.Refused(condition, found);
            }
        }
        version++;
        for (Write write : commit.writes()) {
            switch (write) {
                case Write.Put put -> rows.put(put.key(), new Row(put.key(), put.value(), version));
                case Write.Remove remove -> rows.remove(remove.key());
            }
        }
        applied.put(commit.requestId(), version);
        return new Outcome.Applied(version);
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        throw new UnsupportedOperationException();
    }
}
