package io.hopyard.core.ingest;

/** One partition of a feature group's topic. */
public record IngestPartition(long projectId, long featureGroupId, int partition) {}
