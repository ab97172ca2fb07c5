package io.hopyard.core.slot;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.function.IntSupplier;

/** The slot map in the metadata. Thread safe. */
public final class StoredSlotMap {
    private static final RowKey KEY = new RowKey("slots", "slots", "");

    private final Database database;
    private final Commits commits;
    private final IntSupplier firstPair;

    /** @param firstPair that owns all before anything is stored; 0 = none is known yet */
    public StoredSlotMap(Database database, Commits commits, IntSupplier firstPair) {
        this.database = database;
        this.commits = commits;
        this.firstPair = firstPair;
    }

    /** @throws FeatureStoreException {@code UNAVAILABLE} also when there is no pair yet */
    public SlotMap read(Deadline deadline) {
        Row row = database.read(List.of(KEY), deadline).getFirst();
        if (row != null) {
            return SlotMap.decode(row.value());
        }
        int first = firstPair.getAsInt();
        if (first == 0) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "online rows: no pair of data nodes is known");
        }
        return SlotMap.first(first);
    }

    /**
     * Stores the map if the one there is the version before it; false = it is another, and nothing was written.
     *
     * @throws FeatureStoreException {@code OUTCOME_UNKNOWN} when it may or may not have been written
     */
    boolean replace(SlotMap map, Deadline deadline) {
        Row row = database.read(List.of(KEY), deadline).getFirst();
        long version = row == null ? 0 : SlotMap.decode(row.value()).version();
        if (version != map.version() - 1) {
            return false;
        }
        Condition same = row == null ? new Condition.Absent(KEY) : new Condition.VersionEquals(KEY, row.version());
        return commits.attempt(List.of(same), List.of(new Write.Put(KEY, map.encode())), deadline) == null;
    }
}
