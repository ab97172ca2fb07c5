package io.hopyard.core.view;

import io.hopyard.core.catalog.Feature;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.ColumnType;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.Comparison;
import io.hopyard.core.view.Query.FeatureName;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.JoinType;
import io.hopyard.core.view.QueryTree.Column;
import io.hopyard.core.view.QueryTree.Node;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A query as one SQL text, in the form that the MySQL door reads. */
public final class QuerySql {
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?)?(Z|\\+00:00)?");
    /** What SQL tool kits of clients take for a parameter. */
    private static final Pattern PARAMETER = Pattern.compile("(?<![:\\w\\\\]):\\w+(?!:)");

    private final QueryTree tree;
    private final LongFunction<String> databases;

    private QuerySql(QueryTree tree, LongFunction<String> databases) {
        this.tree = tree;
        this.databases = databases;
    }

    /**
     * @param databases the database of a project
     * @throws FeatureStoreException {@code INVALID_QUERY} for a filter whose value does not fit its feature
     */
    public static String text(QueryTree tree, LongFunction<String> databases) {
        return new QuerySql(tree, databases).text();
    }

    private String text() {
        if (tree.columns().isEmpty()) {
            throw wrong("features: none is selected (expected: at least one)");
        }
        StringBuilder sql = new StringBuilder("SELECT ");
        sql.append(tree.columns().stream().map(this::selected).collect(Collectors.joining(", ")));
        sql.append(" FROM ").append(table(tree.root()));
        for (Node node : tree.nodes()) {
            if (node.parent() >= 0) {
                sql.append(' ').append(joined(node));
            }
        }
        List<String> conditions = new ArrayList<>();
        for (Node node : tree.nodes()) {
            Filter filter = node.query().filter();
            if (filter != null) {
                conditions.add(condition(filter));
            }
        }
        if (!conditions.isEmpty()) {
            sql.append(" WHERE ").append(String.join(" AND ", conditions));
        }
        Long limit = tree.query().limit();
        if (limit != null) {
            sql.append(" LIMIT ").append(limit);
        }
        return sql.toString();
    }

    private String selected(Column column) {
        return column(column.node(), column.feature()) + " " + Statements.quoted(column.name());
    }

    private String table(Node node) {
        return Statements.quoted(databases.apply(node.group().projectId())) + "."
                + Statements.quoted(node.group().table()) + " `fg" + node.index() + "`";
    }

    private String joined(Node node) {
        JoinType type = node.join() == null ? JoinType.INNER : node.join().type();
        String words = switch (type) {
            case INNER, COMMA -> "INNER JOIN ";
            case LEFT -> "LEFT JOIN ";
            case RIGHT -> "RIGHT JOIN ";
            case FULL -> "FULL JOIN ";
            case CROSS -> "CROSS JOIN ";
            case LEFT_SEMI_JOIN -> "LEFT SEMI JOIN ";
        };
        String on = node.on().stream()
                .map(pair -> "`fg" + node.parent() + "`." + Statements.quoted(pair.left()) + " = `fg" + node.index()
                        + "`." + Statements.quoted(pair.right()))
                .collect(Collectors.joining(" AND "));
        return words + table(node) + (on.isEmpty() ? "" : " ON " + on);
    }

    private static String column(int node, Feature feature) {
        return "`fg" + node + "`." + Statements.quoted(feature.name());
    }

    private String condition(Filter filter) {
        return switch (filter) {
            case Combined combined -> combined(combined);
            case Compared compared -> compared(compared);
        };
    }

    private String combined(Combined combined) {
        List<String> parts = new ArrayList<>();
        for (Filter part : java.util.Arrays.asList(combined.left(), combined.right())) {
            if (part != null) {
                parts.add(condition(part));
            }
        }
        if (parts.isEmpty()) {
            throw wrong("filter without a condition (expected: at least one)");
        }
        String word = combined.logic() == Query.Logic.OR ? " OR " : " AND ";
        return parts.size() == 1 ? parts.getFirst() : "(" + String.join(word, parts) + ")";
    }

    private String compared(Compared compared) {
        QueryTree.Located located = tree.locate(new FeatureName(compared.featureGroupId(), compared.feature()));
        String left = column(located.node(), located.feature());
        FeatureName other = compared.other();
        if (other != null) {
            QueryTree.Located right = tree.locate(other);
            return left + " " + compared.comparison().sql() + " " + column(right.node(), right.feature());
        }
        if (compared.comparison() == Comparison.IN) {
            if (compared.values().isEmpty()) {
                throw wrong("filter on '" + compared.feature() + "': IN with no value (expected: at least one)");
            }
            return left + " IN "
                    + compared.values().stream()
                            .map(value -> literal(located.feature(), value))
                            .collect(Collectors.joining(", ", "(", ")"));
        }
        if (compared.comparison() == Comparison.LIKE) {
            return left + " LIKE " + text(located.feature(), value(compared));
        }
        return left + " " + compared.comparison().sql() + " " + literal(located.feature(), value(compared));
    }

    private static String value(Compared compared) {
        String value = compared.value();
        if (value == null) {
            throw wrong("filter on '" + compared.feature() + "': null (expected: a value)");
        }
        return value;
    }

    private static String literal(Feature feature, String value) {
        return switch (ColumnType.of(feature.type())) {
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> number(feature, value);
            case BOOLEAN -> flag(feature, value);
            case STRING -> text(feature, value);
            case DATE, TIMESTAMP -> time(feature, value);
            case BINARY, COMPLEX ->
                throw wrong("filter on '" + feature.name() + "' of type "
                        + feature.type().text() + " (expected: a number, text, flag or time)");
        };
    }

    private static String number(Feature feature, String value) {
        try {
            BigDecimal number = new BigDecimal(value.strip());
            if (Math.abs((long) number.scale()) <= 400 && value.length() <= 400) {
                return number.toPlainString();
            }
        } catch (NumberFormatException e) {
            throw wrong(feature, value, "a number", e);
        }
        throw wrong(feature, value, "a number", null);
    }

    private static String flag(Feature feature, String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> "1";
            case "false", "0" -> "0";
            default -> throw wrong(feature, value, "True or False", null);
        };
    }

    private static String time(Feature feature, String value) {
        if (!TIME.matcher(value).matches()) {
            throw wrong(feature, value, "a time like 2026-01-31 12:00:00", null);
        }
        String plain = value.replace('T', ' ').replace("Z", "").replace("+00:00", "");
        return "'" + plain + "'";
    }

    private static String text(Feature feature, String value) {
        if (PARAMETER.matcher(value).find()) {
            throw wrong(feature, value, "a text without ':' before a word, which clients take for a parameter", null);
        }
        StringBuilder quoted = new StringBuilder("'");
        for (int index = 0; index < value.length(); index++) {
            char c = value.charAt(index);
            switch (c) {
                case '\\' -> quoted.append("\\\\");
                case '\'' -> quoted.append("\\'");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\0' -> quoted.append("\\0");
                default -> quoted.append(c);
            }
        }
        return quoted.append('\'').toString();
    }

    private static FeatureStoreException wrong(
            Feature feature, String value, String expected, @Nullable Throwable cause) {
        return new FeatureStoreException(
                ErrorCode.INVALID_QUERY,
                "filter on '" + feature.name() + "' of type " + feature.type().text() + ": '" + Names.shorten(value)
                        + "' (expected: " + expected + ")",
                cause);
    }

    private static FeatureStoreException wrong(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_QUERY, message);
    }
}
