package io.hopyard.core.pair;

/**
 * One life of a data node's process. A process that starts again is another incarnation, so nothing that was said of the
 * former one counts for it. Written {@code node/life}.
 *
 * @param node the node's name, 1 to 64 of small letters, digits, dash
 * @param life chosen at random at each start of the process, 8 to 32 hexadecimal digits
 */
public record Incarnation(String node, String life) implements Comparable<Incarnation> {
    /** No process has it: a record that names it means the node, and that none of its lives is a member yet. */
    static final String NO_LIFE = "00000000";

    private static final char SEPARATOR = '/';

    public Incarnation {
        if (!node.matches("[a-z0-9-]{1,64}") || !life.matches("[0-9a-f]{8,32}")) {
            throw new IllegalArgumentException("incarnation: node '" + node + "', life '" + life
                    + "' (expected: 1 to 64 small letters, digits or '-', and 8 to 32 hexadecimal digits)");
        }
    }

    /** @throws IllegalArgumentException when the text is none */
    public static Incarnation parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            throw new IllegalArgumentException("incarnation: '" + text + "' (expected: node/life)");
        }
        return new Incarnation(text.substring(0, separator), text.substring(separator + 1));
    }

    @Override
    public int compareTo(Incarnation other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : life.compareTo(other.life);
    }

    @Override
    public String toString() {
        return node + SEPARATOR + life;
    }
}
