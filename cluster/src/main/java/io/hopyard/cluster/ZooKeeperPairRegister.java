package io.hopyard.cluster;

import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import org.jspecify.annotations.Nullable;

/** The record of one pair, kept by the coordination servers as a {@link VersionedEntry}. Thread safe. */
public final class ZooKeeperPairRegister implements PairRegister {
    private final VersionedEntry entry;

    /** @param pair its name, 1 to 64 of small letters, digits, dash */
    public ZooKeeperPairRegister(Coordination coordination, String pair, Ticker ticker) {
        if (!pair.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("pair: '" + pair + "' (expected: 1 to 64 small letters, digits or '-')");
        }
        this.entry = new VersionedEntry(coordination, "record of pair " + pair, "/pairs/" + pair, ticker);
    }

    @Override
    public @Nullable Written read(Deadline deadline) {
        VersionedEntry.Read read = entry.read(deadline);
        return read == null ? null : new Written(PairRecord.decode(read.data()), read.version());
    }

    @Override
    public boolean create(PairRecord record, Deadline deadline) {
        return entry.create(record.encode(), deadline);
    }

    @Override
    public boolean replace(Written read, PairRecord record, Deadline deadline) {
        return entry.replace(Math.toIntExact(read.version()), record.encode(), deadline);
    }
}
