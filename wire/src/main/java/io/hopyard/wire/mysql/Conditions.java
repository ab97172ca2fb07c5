package io.hopyard.wire.mysql;

import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.serving.OnlineRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns conditions into tests of rows, with SQL's three-valued logic. */
final class Conditions {
    private static final int PATTERN_MAX = 1_000;

    private final Function<Sql.ColumnRef, Query.Column> resolver;
    private int sources;

    private Conditions(Function<Sql.ColumnRef, Query.Column> resolver) {
        this.resolver = resolver;
    }

    static Query.Test test(Sql.Condition condition, Function<Sql.ColumnRef, Query.Column> resolver) {
        Conditions conditions = new Conditions(resolver);
        Query.Truth truth = conditions.truth(condition);
        return new Query.Test(conditions.sources, truth);
    }

    private Query.Truth truth(Sql.Condition condition) {
        return switch (condition) {
            case Sql.And and -> and(and.parts().stream().map(this::truth).toList());
            case Sql.Or or -> or(or.parts().stream().map(this::truth).toList());
            case Sql.Not not -> not(truth(not.part()));
            case Sql.IsNull isNull -> {
                Query.Column column = column(isNull.column());
                yield rows -> column.value(rows) == null;
            }
            case Sql.Compare compare -> compare(compare);
            case Sql.CompareColumns compare -> compare(compare);
            case Sql.In in -> in(in);
        };
    }

    private Query.Column column(Sql.ColumnRef ref) {
        Query.Column column = resolver.apply(ref);
        sources = Math.max(sources, column.source() + 1);
        return column;
    }

    private static Query.Truth and(List<Query.Truth> parts) {
        return rows -> {
            Boolean result = Boolean.TRUE;
            for (Query.Truth part : parts) {
                Boolean truth = part.of(rows);
                if (Boolean.FALSE.equals(truth)) {
                    return truth;
                }
                result = truth == null ? null : result;
            }
            return result;
        };
    }

    private static Query.Truth or(List<Query.Truth> parts) {
        return rows -> {
            Boolean result = Boolean.FALSE;
            for (Query.Truth part : parts) {
                Boolean truth = part.of(rows);
                if (Boolean.TRUE.equals(truth)) {
                    return truth;
                }
                result = truth == null ? null : result;
            }
            return result;
        };
    }

    private static Query.Truth not(Query.Truth part) {
        return rows -> {
            Boolean truth = part.of(rows);
            return truth == null ? null : Boolean.valueOf(!truth);
        };
    }

    private Query.Truth compare(Sql.Compare compare) {
        Query.Column column = column(compare.column());
        Object literal = compare.value().value();
        if (literal == null) {
            return rows -> null;
        }
        if (compare.comparison() == Sql.Comparison.LIKE) {
            return like(column, literal);
        }
        ColumnType type = column.column().type();
        Object ordered = Literals.ordered(column.column(), literal);
        Sql.Comparison comparison = compare.comparison();
        return rows -> {
            Object value = column.value(rows);
            return value == null ? null : Boolean.valueOf(holds(comparison, Literals.compare(type, value, ordered)));
        };
    }

    private Query.Truth compare(Sql.CompareColumns compare) {
        Query.Column one = column(compare.column());
        Query.Column other = column(compare.other());
        Sql.Comparison comparison = compare.comparison();
        return rows -> {
            Object left = one.value(rows);
            Object right = other.value(rows);
            if (left == null || right == null) {
                return null;
            }
            return holds(comparison, Literals.compare(one.column(), left, other.column(), right));
        };
    }

    private static boolean holds(Sql.Comparison comparison, int order) {
        return switch (comparison) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LIKE -> throw new IllegalStateException("LIKE is no order");
        };
    }

    private static Query.Truth like(Query.Column column, Object literal) {
        if (column.column().type() != ColumnType.STRING || !(literal instanceof String pattern)) {
            throw MysqlError.unsupported("LIKE on anything but text");
        }
        if (pattern.length() > PATTERN_MAX) {
            throw MysqlError.unsupported("patterns of more than " + PATTERN_MAX + " characters");
        }
        return rows -> {
            Object value = column.value(rows);
            return value == null ? null : Boolean.valueOf(LikePattern.matches(pattern, (String) value));
        };
    }

    private Query.Truth in(Sql.In in) {
        List<Query.Column> columns = in.columns().stream().map(this::column).toList();
        List<@Nullable Object[]> wanted = new ArrayList<>();
        boolean nulls = false;
        for (List<Sql.Literal> row : in.rows()) {
            @Nullable Object[] values = typed(columns, row);
            if (values != null) {
                wanted.add(values);
            }
            nulls |= row.stream().anyMatch(literal -> literal.value() == null);
        }
        Boolean otherwise = nulls ? null : Boolean.FALSE;
        return rows -> {
            for (Query.Column column : columns) {
                if (column.value(rows) == null) {
                    return null;
                }
            }
            for (@Nullable Object[] values : wanted) {
                if (equal(columns, values, rows)) {
                    return Boolean.TRUE;
                }
            }
            return otherwise;
        };
    }

    private static boolean equal(List<Query.Column> columns, @Nullable Object[] values, @Nullable OnlineRow[] rows) {
        for (int index = 0; index < values.length; index++) {
            Object value = columns.get(index).value(rows);
            Object wanted = values[index];
            if (value == null || wanted == null || !Literals.equal(value, wanted)) {
                return false;
            }
        }
        return true;
    }

    /** Null when no row can be equal. */
    private static @Nullable Object @Nullable [] typed(List<Query.Column> columns, List<Sql.Literal> row) {
        @Nullable Object[] values = new Object[columns.size()];
        for (int index = 0; index < values.length; index++) {
            Object literal = row.get(index).value();
            values[index] =
                    literal == null ? null : Literals.equalTo(columns.get(index).column(), literal);
            if (values[index] == null) {
                return null;
            }
        }
        return values;
    }
}
