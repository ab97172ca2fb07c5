package io.hopyard.core.catalog;

import java.util.List;
import java.util.Set;

/**
 * Which statistics the user wants of an entity.
 *
 * @param columns empty = all
 */
public record StatisticsConfig(Set<Option> options, List<String> columns) {
    /** Statistics are on, with the plain figures only. */
    public static final StatisticsConfig DEFAULT = new StatisticsConfig(Set.of(Option.ENABLED), List.of());

    /** What can be switched on. */
    public enum Option {
        ENABLED,
        HISTOGRAMS,
        CORRELATIONS,
        EXACT_UNIQUENESS
    }

    public StatisticsConfig {
        options = Set.copyOf(options);
        columns = List.copyOf(columns);
    }

    public boolean has(Option option) {
        return options.contains(option);
    }
}
