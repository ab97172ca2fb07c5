package io.hopyard.core.access;

/** What an API key may be used for; a key has at least one. */
public enum Scope {
    /** Projects, members, credentials. */
    PROJECT,
    /** Feature groups, feature views, training datasets, online reads. */
    FEATURESTORE,
    /** Jobs and their executions. */
    JOB,
    /** The dataset API. */
    DATASET,
    /** The log's topics and subjects. */
    KAFKA,
    /** Users, keys of others, the cluster. */
    ADMIN
}
