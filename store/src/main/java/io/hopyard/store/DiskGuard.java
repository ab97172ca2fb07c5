package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the disk of a data node from running full, since the engine stops altogether when it cannot write: what would
 * write is refused with UNAVAILABLE as long as the disk has less free space than the {@link DiskReserve}. Reads go on.
 * The disk is asked before each write; that costs a few microseconds. Thread safe.
 */
public final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);

    private final Path directory;
    private final DiskReserve reserve;
    private final LongSupplier freeBytes;
    private final AtomicReference<DiskReserve.Writes> writes = new AtomicReference<>(DiskReserve.Writes.TAKEN);
    private final Metrics.Counter refused;

    /** Watches the disk of the directory. */
    public static DiskGuard of(Path directory, DiskReserve reserve, Metrics metrics) {
        return new DiskGuard(directory, reserve, () -> free(directory), metrics);
    }

    DiskGuard(Path directory, DiskReserve reserve, LongSupplier freeBytes, Metrics metrics) {
        this.directory = directory;
        this.reserve = reserve;
        this.freeBytes = freeBytes;
        this.refused =
                metrics.counter("store_disk_refused_writes_total", "Writes refused because the disk is nearly full");
        metrics.gauge("store_disk_free_bytes", "Free space on the disk of the database", freeBytes::getAsLong);
        metrics.gauge(
                "store_disk_reserve_bytes",
                "Free space below which the database refuses writes",
                reserve::refuseBelowBytes);
    }

    /** The system says 0 for a directory that is not there, too: the node, which makes it, has not started yet. */
    private static long free(Path directory) {
        long free = directory.toFile().getUsableSpace();
        return free == 0 && !directory.toFile().exists() ? Long.MAX_VALUE : free;
    }

    /** The same rows, whose writes are refused while the disk is nearly full. */
    public Database around(Database database) {
        return new GuardedDatabase(database, this);
    }

    /** The same rows, whose writes are refused while the disk is nearly full. */
    public OnlineRows around(OnlineRows rows) {
        return new GuardedOnlineRows(rows, this);
    }

    /**
     * Returns when the disk has room for one more write.
     *
     * @throws FeatureStoreException UNAVAILABLE when it has not
     */
    public void check(String what) {
        long free = freeBytes.getAsLong();
        DiskReserve.Writes before = writes.get();
        DiskReserve.Writes now = reserve.decide(before, free);
        if (now != before && writes.compareAndSet(before, now)) {
            tell(now, free);
        }
        if (now == DiskReserve.Writes.REFUSED) {
            refused.increment();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    what + ": the disk of " + directory + " has " + free + " bytes free (expected: at least "
                            + reserve.resumeFromBytes() + ")");
        }
    }

    private void tell(DiskReserve.Writes now, long free) {
        switch (now) {
            case REFUSED ->
                LOG.atWarn()
                        .addKeyValue("directory", directory)
                        .addKeyValue("freeBytes", free)
                        .addKeyValue("reserveBytes", reserve.refuseBelowBytes())
                        .log("The disk is nearly full: the database refuses writes");
            case TAKEN ->
                LOG.atInfo()
                        .addKeyValue("directory", directory)
                        .addKeyValue("freeBytes", free)
                        .log("The disk has room again: the database takes writes");
        }
    }
}
