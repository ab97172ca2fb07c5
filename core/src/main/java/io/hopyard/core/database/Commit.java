package io.hopyard.core.database;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An all-or-nothing change of any number of rows.
 *
 * @param requestId chosen by the caller and used again when the same commit is asked again after an unknown outcome;
 *     such a repetition is never applied twice
 * @param conditions all must hold
 * @param writes at most one per key
 */
public record Commit(RequestId requestId, List<Condition> conditions, List<Write> writes) {
    public Commit {
        conditions = List.copyOf(conditions);
        writes = List.copyOf(writes);
        Set<RowKey> written = new HashSet<>();
        for (Write write : writes) {
            if (!written.add(write.key())) {
                throw new IllegalArgumentException("two writes of one row in a commit: " + write.key());
            }
        }
    }
}
