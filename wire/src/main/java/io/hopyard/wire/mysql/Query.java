package io.hopyard.wire.mysql;

import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A select whose tables and columns are known.
 *
 * @param keys of the first table, each once; null = all its rows
 * @param tests all must be true of a row; in the order of the tables that they need
 * @param limit rows at most, or -1
 */
record Query(
        List<Source> sources,
        List<Output> outputs,
        @Nullable List<OnlineKey> keys,
        List<Test> tests,
        long limit) {
    Query {
        sources = List.copyOf(sources);
        outputs = List.copyOf(outputs);
        tests = List.copyOf(tests);
    }

    /**
     * One table.
     *
     * @param keyFrom where its key comes from, in key order; empty for the first table
     * @param left true: without a row of it the row before stays, with nulls
     */
    record Source(OnlineSchema schema, Projection projection, List<Column> keyFrom, boolean left) {
        public Source {
            keyFrom = List.copyOf(keyFrom);
        }
    }

    /**
     * A column of the joined row.
     *
     * @param source index of its table
     * @param index in that table's projection
     */
    record Column(int source, int index, OnlineColumn column) {
        @Nullable
        Object value(@Nullable OnlineRow[] rows) {
            OnlineRow row = rows[source];
            return row == null ? null : row.value(index);
        }
    }

    record Output(String name, Column column) {}

    /**
     * @param sources number of tables, counted from the first, that must have been joined
     */
    record Test(int sources, Truth truth) {}

    /** Three-valued: null = unknown, as SQL's comparison with NULL. Thread safe. */
    @FunctionalInterface
    interface Truth {
        @Nullable
        Boolean of(@Nullable OnlineRow[] rows);
    }
}
