package io.hopyard.core.cluster;

/** A group of nodes that a node belongs to; one node may belong to several. Names are stored: never renamed. */
public enum NodeRole {
    /** Metadata services, REST API, coordination, the log. */
    HEAD,
    /** Jobs and offline tables. */
    WORKER,
    /** The database. */
    DATA,
    /** The entry to online features. */
    BROKER
}
