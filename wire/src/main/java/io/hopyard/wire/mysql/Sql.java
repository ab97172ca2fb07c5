package io.hopyard.wire.mysql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement says, before it is known whether its tables and columns exist. All parts are immutable. */
sealed interface Sql {
    /** Answered with OK and without effect: session set-up, transaction ends. */
    record Nothing() implements Sql {}

    /** One row of one text. */
    record Constant(String name, Asked asked) implements Sql {}

    /** What a {@link Constant} says. */
    enum Asked {
        VERSION,
        DATABASE,
        ISOLATION,
        SQL_MODE,
        LOWER_CASE_TABLE_NAMES,
        AUTOCOMMIT,
        ONE
    }

    record ShowWarnings() implements Sql {}

    /**
     * @param limit rows at most, or -1
     */
    record Select(Shape shape, @Nullable Condition where, long limit) implements Sql {}

    /** What of a select does not depend on literals, so that it can be kept. */
    record Shape(List<Item> items, List<TableRef> tables) {
        public Shape {
            items = List.copyOf(items);
            tables = List.copyOf(tables);
        }
    }

    /**
     * @param column null = all columns
     */
    record Item(@Nullable ColumnRef column, String name) {}

    /**
     * @param table alias of its table, or null when it was not said
     */
    record ColumnRef(@Nullable String table, String column) {
        String text() {
            return table == null ? column : table + "." + column;
        }
    }

    /**
     * @param database null = that of the session
     * @param on how it is joined to the tables before it; empty for the first
     */
    record TableRef(@Nullable String database, String table, String alias, boolean left, List<Equal> on) {
        public TableRef {
            on = List.copyOf(on);
        }
    }

    record Equal(ColumnRef one, ColumnRef other) {}

    /** A condition on a row. */
    sealed interface Condition {}

    record And(List<Condition> parts) implements Condition {
        public And {
            parts = List.copyOf(parts);
        }
    }

    record Or(List<Condition> parts) implements Condition {
        public Or {
            parts = List.copyOf(parts);
        }
    }

    record Not(Condition part) implements Condition {}

    record Compare(ColumnRef column, Comparison comparison, Literal value) implements Condition {}

    record CompareColumns(ColumnRef column, Comparison comparison, ColumnRef other) implements Condition {}

    enum Comparison {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        LIKE
    }

    record IsNull(ColumnRef column) implements Condition {}

    /** {@code (a, b) IN ((1, 2), (3, 4))}, also with one column. */
    record In(List<ColumnRef> columns, List<List<Literal>> rows) implements Condition {
        public In {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    /**
     * @param value Long, BigDecimal, String, byte[], or null for NULL
     */
    record Literal(@Nullable Object value) {
        static final Literal NULL = new Literal(null);
    }
}
