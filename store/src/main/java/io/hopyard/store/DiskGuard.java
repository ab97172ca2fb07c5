package io.hopyard.store;

import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    private final Supplier<Set<String>> others;
    private final AtomicReference<DiskReserve.Writes> writes = new AtomicReference<>(DiskReserve.Writes.TAKEN);
    private final Metrics.Counter refused;

    /** Watches the disk of the directory. */
    public static DiskGuard of(Path directory, DiskReserve reserve, Metrics metrics) {
        return of(directory, reserve, Set::of, metrics);
    }

    /**
     * Watches the disk of the directory.
     *
     * @param others other nodes on whose disk a write would be made, too, and whose disk is nearly full; answers at once
     */
    public static DiskGuard of(Path directory, DiskReserve reserve, Supplier<Set<String>> others, Metrics metrics) {
        return new DiskGuard(directory, reserve, () -> free(directory), others, metrics);
    }

    DiskGuard(
            Path directory,
            DiskReserve reserve,
            LongSupplier freeBytes,
            Supplier<Set<String>> others,
            Metrics metrics) {
        this.others = others;
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
        if (look(free) == DiskReserve.Writes.REFUSED) {
            refused.increment();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    what + ": the disk of " + directory + " has " + free + " bytes free (expected: at least "
                            + reserve.resumeFromBytes() + ")");
        }
        Set<String> full = others.get();
        if (!full.isEmpty()) {
            refused.increment();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    what + ": the disk of " + String.join(", ", full)
                            + ", which keeps the other copy, is nearly full (expected: room on both)");
        }
    }

    /** True while the disk of this node itself is nearly full. */
    public boolean refuses() {
        return look(freeBytes.getAsLong()) == DiskReserve.Writes.REFUSED;
    }

    private DiskReserve.Writes look(long free) {
        DiskReserve.Writes before = writes.get();
        DiskReserve.Writes now = reserve.decide(before, free);
        if (now != before && writes.compareAndSet(before, now)) {
            tell(now, free);
        }
        return now;
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
