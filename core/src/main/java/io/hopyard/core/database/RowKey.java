package io.hopyard.core.database;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names one metadata row. Rows of one (table, group) lie together and are ordered by {@code rest}, compared as unsigned
 * UTF-8 bytes; so numbers inside {@code rest} are written with leading zeros.
 *
 * @param table one of a small fixed set of table names, 1 to 64 characters
 * @param group what decides the placement, for example a project; 1 to 256 characters
 * @param rest the name inside the group, 0 to 1024 characters
 */
public record RowKey(String table, String group, String rest) implements Comparable<RowKey> {
    public RowKey {
        check("table", table, 1, 64);
        check("group", group, 1, 256);
        check("rest", rest, 0, 1024);
    }

    private static void check(String part, String value, int min, int max) {
        if (value.length() < min || value.length() > max) {
            throw new IllegalArgumentException(
                    part + " of a row key: " + value.length() + " characters (expected: " + min + " to " + max + ")");
        }
    }

    @Override
    public int compareTo(RowKey other) {
        int byTable = compareUtf8(table, other.table);
        if (byTable != 0) {
            return byTable;
        }
        int byGroup = compareUtf8(group, other.group);
        return byGroup != 0 ? byGroup : compareUtf8(rest, other.rest);
    }

    private static int compareUtf8(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
