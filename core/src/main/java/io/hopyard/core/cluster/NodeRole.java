package io.hopyard.core.cluster;

/** The groups of nodes; a node may belong to several, on a laptop to all. */
public enum NodeRole {
    /** Metadata services, REST API, coordination, the log. */
    HEAD,
    /** Ingestion from the log into the stores. */
    WORKER,
    /** The database. */
    DATA,
    /** The only entry to online features. */
    BROKER
}
