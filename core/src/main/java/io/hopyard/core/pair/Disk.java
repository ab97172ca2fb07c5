package io.hopyard.core.pair;

/**
 * Whether the disk that a node has now is the one on which it served, or was about to. A disk that was replaced is empty, and
 * a record that names the node does not speak of it.
 */
public enum Disk {
    EMPTY,
    /** It carries the mark of {@link PairAction.MarkDisk}. */
    MARKED
}
