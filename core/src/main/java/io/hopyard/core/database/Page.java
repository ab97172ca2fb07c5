package io.hopyard.core.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a scan.
 *
 * @param rows in key order
 * @param next where the next page starts (its {@code from}), or null when the scan is complete
 */
public record Page(List<Row> rows, @Nullable String next) {
    public Page {
        rows = List.copyOf(rows);
    }
}
