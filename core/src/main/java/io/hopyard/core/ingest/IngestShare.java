package io.hopyard.core.ingest;

import java.util.List;

/**
 * The partitions of one worker among those that are alive. Every worker that knows the same names comes to the same owners;
 * when a worker comes or goes, only partitions move that it takes or that it had. Rendezvous hashing (Thaler and
 * Ravishankar, 1998). Immutable.
 *
 * <p>For a moment two workers may know different names and read the same partition, or none may. That costs work, never
 * rows: only the ledger decides whose progress counts.
 *
 * @param worker this one
 * @param alive names of all workers that are alive; one that does not find itself among them has no share
 */
public record IngestShare(String worker, List<String> alive) {
    /** Of a worker that is alone. */
    public static final IngestShare WHOLE = new IngestShare("alone", List.of("alone"));

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    public IngestShare {
        alive = alive.stream().distinct().sorted().toList();
    }

    /** True when this worker reads the partition. */
    public boolean holds(IngestPartition partition) {
        if (!alive.contains(worker)) {
            return false;
        }
        long own = weight(worker, partition);
        for (String other : alive) {
            int compared = Long.compareUnsigned(weight(other, partition), own);
            if (compared > 0 || (compared == 0 && other.compareTo(worker) < 0)) {
                return false;
            }
        }
        return true;
    }

    private static long weight(String worker, IngestPartition partition) {
        long hash = FNV_OFFSET;
        for (int index = 0; index < worker.length(); index++) {
            hash = (hash ^ worker.charAt(index)) * FNV_PRIME;
        }
        hash = mix(hash ^ mix(partition.projectId()));
        hash = mix(hash ^ mix(partition.featureGroupId() + 1));
        return mix(hash ^ mix(partition.partition() + 2L));
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): neighbouring numbers come out far apart. */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
