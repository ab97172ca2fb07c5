package io.hopyard.core.supervision;

/**
 * How one part of a node feels.
 *
 * @param detail a short sentence for people, without secrets
 */
public record PartReport(String name, boolean ready, String detail) {
    /** Longer sentences are cut, so that a report stays small. */
    public static final int DETAIL_MAX = 300;

    public PartReport {
        if (name.isBlank()) {
            throw new IllegalArgumentException("part: '" + name + "' (expected: a name)");
        }
        detail = detail.length() > DETAIL_MAX ? detail.substring(0, DETAIL_MAX) : detail;
    }
}
