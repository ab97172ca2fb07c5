package io.hopyard.core.pair;

/** Whether a node's engine ever ran on the disk that it has now. A disk that was replaced holds nothing. */
public enum Disk {
    EMPTY,
    HOLDS
}
