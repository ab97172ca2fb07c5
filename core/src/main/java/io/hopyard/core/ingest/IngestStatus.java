package io.hopyard.core.ingest;

/**
 * What became of a row that was sent for ingestion. Every row of an ingestion is counted once under one of them, so that
 * their sum reaches the number of rows sent.
 */
public enum IngestStatus {
    /** Stored, and readable unless something newer came since. */
    UPSERTED,
    /** The delete of a key was applied. */
    DELETED,
    /** Not meant for the online store, older than what is stored, expired when it came, or cleared. */
    IGNORED,
    /** Could not be applied and was set aside. */
    FAILED
}
