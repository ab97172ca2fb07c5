package io.hopyard.core.serving;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of one online table. Columns are only ever appended, so an ordinal keeps its meaning for the life of the
 * table and rows written under an older schema stay readable: their missing last columns have the default value.
 *
 * @param table the number of the table, never used again
 * @param columns in order of their ordinals, at most 65,535
 * @param keyOrdinals the primary key, in the order in which it is encoded
 * @param eventTimeOrdinal the column by which the newest row of a key is found, or null
 * @param ttlMillis life of a row after its event time, or null when rows do not expire
 */
public record OnlineSchema(
        long table,
        List<OnlineColumn> columns,
        List<Integer> keyOrdinals,
        @Nullable Integer eventTimeOrdinal,
        @Nullable Long ttlMillis) {
    public OnlineSchema {
        columns = List.copyOf(columns);
        keyOrdinals = List.copyOf(keyOrdinals);
        if (keyOrdinals.isEmpty()) {
            throw new IllegalArgumentException(
                    "online table " + table + " has no primary key (expected: at least one)");
        }
    }

    /** Ordinals by column name. */
    public Map<String, Integer> ordinals() {
        Map<String, Integer> ordinals = new HashMap<>();
        for (int ordinal = 0; ordinal < columns.size(); ordinal++) {
            ordinals.put(columns.get(ordinal).name(), ordinal);
        }
        return ordinals;
    }
}
