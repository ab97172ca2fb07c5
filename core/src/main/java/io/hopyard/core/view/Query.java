package io.hopyard.core.view;

import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user selects from a feature group, and what is joined to it. Names are checked against the groups by
 * {@link QueryTree}.
 *
 * @param features selected from the left group, in order
 * @param limit rows at most, or null
 */
public record Query(
        GroupReference left,
        List<String> features,
        List<Join> joins,
        @Nullable Filter filter,
        @Nullable Long limit) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_]*");

    public Query {
        features = List.copyOf(features);
        joins = List.copyOf(joins);
        if (limit != null && limit < 0) {
            throw new FeatureStoreException(ErrorCode.INVALID_QUERY, "limit: " + limit + " (expected: >= 0)");
        }
    }

    public Query withFilter(@Nullable Filter other) {
        return new Query(left, features, joins, other, limit);
    }

    /** How rows of two sides meet. */
    public enum JoinType {
        INNER,
        LEFT,
        RIGHT,
        FULL,
        CROSS,
        LEFT_SEMI_JOIN,
        COMMA
    }

    /**
     * @param prefix put before the names of the features of the joined side's left group; empty = none
     * @param on columns of the same name on both sides
     * @param leftOn columns of the left side; each meets the one at the same place of {@code rightOn}
     */
    public record Join(
            Query query, JoinType type, String prefix, List<String> on, List<String> leftOn, List<String> rightOn) {
        public Join {
            on = List.copyOf(on);
            leftOn = List.copyOf(leftOn);
            rightOn = List.copyOf(rightOn);
            if (prefix.length() > Limits.NAME_LENGTH_MAX
                    || !PREFIX.matcher(prefix).matches()) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_QUERY,
                        "prefix: '" + Names.shorten(prefix) + "' (expected: at most " + Limits.NAME_LENGTH_MAX
                                + " letters, digits and '_')");
            }
            if (leftOn.size() != rightOn.size()) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_QUERY,
                        "leftOn with " + leftOn.size() + " and rightOn with " + rightOn.size()
                                + " features (expected: as many on both sides)");
            }
            if (!on.isEmpty() && !leftOn.isEmpty()) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_QUERY, "on and leftOn at once (expected: one of them)");
            }
        }

        public Join withQuery(Query other) {
            return new Join(other, type, prefix, on, leftOn, rightOn);
        }
    }

    /** Which rows are wanted. */
    public sealed interface Filter {}

    /** How two filters go together. */
    public enum Logic {
        AND,
        OR,
        /** Only the left one is there. */
        SINGLE
    }

    /** A node of the filter tree. */
    public record Combined(
            Logic logic, @Nullable Filter left, @Nullable Filter right) implements Filter {}

    /** How a feature is compared. */
    public enum Comparison {
        GREATER_THAN_OR_EQUAL(">="),
        GREATER_THAN(">"),
        NOT_EQUALS("<>"),
        EQUALS("="),
        LESS_THAN_OR_EQUAL("<="),
        LESS_THAN("<"),
        IN("IN"),
        LIKE("LIKE");

        private final String sql;

        Comparison(String sql) {
            this.sql = sql;
        }

        public String sql() {
            return sql;
        }
    }

    /**
     * A leaf of the filter tree.
     *
     * @param featureGroupId the group of the feature, or null when the user named only the feature
     * @param value as the client sent it, or null
     * @param values the elements, for IN
     * @param other the feature to compare with, or null when it is compared with a value
     */
    public record Compared(
            @Nullable Long featureGroupId,
            String feature,
            Comparison comparison,
            @Nullable String value,
            List<String> values,
            @Nullable FeatureName other)
            implements Filter {
        public Compared {
            values = List.copyOf(values);
        }
    }

    /** A feature, of a group or of whichever group of the query has it. */
    public record FeatureName(@Nullable Long featureGroupId, String feature) {}
}
