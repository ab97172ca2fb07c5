package io.hopyard.core.database;

/**
 * Names one metadata row. Rows of one (table, group) lie together and are ordered by {@code rest}, compared as unsigned
 * UTF-8 bytes; so numbers inside {@code rest} are written with leading zeros. No part may hold U+0000 or half of a
 * surrogate pair.
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
        for (int index = 0; index < value.length(); index++) {
            char unit = value.charAt(index);
            if (unit == 0) {
                throw new IllegalArgumentException(
                        part + " of a row key: U+0000 at character " + (index + 1) + " (expected: none)");
            }
            if (Character.isSurrogate(unit)) {
                if (!Character.isHighSurrogate(unit)
                        || index + 1 == value.length()
                        || !Character.isLowSurrogate(value.charAt(index + 1))) {
                    throw new IllegalArgumentException(part + " of a row key: half a surrogate pair at character "
                            + (index + 1) + " (expected: valid Unicode)");
                }
                index++;
            }
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

    /** The order of UTF-8 bytes is that of code points; it differs from that of UTF-16 units for surrogates only. */
    private static int compareUtf8(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int index = 0; index < length; index++) {
            char one = left.charAt(index);
            char other = right.charAt(index);
            if (one != other) {
                boolean oneHigh = Character.isSurrogate(one);
                return oneHigh == Character.isSurrogate(other) ? Character.compare(one, other) : oneHigh ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
