package io.hopyard.core.ingest;

/**
 * How far a partition is applied, as read from the ledger.
 *
 * @param nextOffset everything before it is applied and counted
 * @param rejected rows set aside so far
 * @param version of the ledger's row, or {@link #NONE} when there is none yet
 */
public record PartitionState(IngestPartition partition, long nextOffset, long rejected, long version) {
    public static final long NONE = -1;
}
