package io.hopyard.store;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.store.pair.Fence;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Metadata rows in the engine, read from the {@link MetadataMirror}, written by the {@link Committer}. Thread safe. */
final class EngineDatabase implements Database {
    /** Bytes of keys and values of one commit; a segment of the engine's log must hold them. */
    static final int COMMIT_BYTES_MAX = 4 << 20;

    private final MetadataMirror mirror;
    private final Committer committer;
    private final Fence fence;
    private final Ticker ticker;

    EngineDatabase(MetadataMirror mirror, Committer committer, Fence fence, Ticker ticker) {
        this.mirror = mirror;
        this.committer = committer;
        this.fence = fence;
        this.ticker = ticker;
    }

    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return reading("read of metadata", deadline, () -> mirror.read(keys));
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return reading("scan of metadata", deadline, () -> mirror.scan(scan));
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        check("commit of metadata", deadline);
        long bytes = bytes(commit);
        if (bytes > COMMIT_BYTES_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "commit of " + bytes + " bytes (expected: at most " + COMMIT_BYTES_MAX + ")");
        }
        return committer.commit(commit, deadline);
    }

    /** Roughly what the engine's log takes; keys come twice, in the row and in the journal. */
    static long bytes(Commit commit) {
        long bytes = 0;
        for (Write write : commit.writes()) {
            RowKey key = write.key();
            bytes += 64
                    + 6L
                            * (key.table().length()
                                    + key.group().length()
                                    + key.rest().length());
            if (write instanceof Write.Put put) {
                bytes += put.value().length;
            }
        }
        return bytes;
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return reading("changes of metadata", deadline, () -> mirror.changes(since));
    }

    private <T> T reading(String what, Deadline deadline, Supplier<T> read) {
        check(what, deadline);
        fence.checkRead(what);
        T rows = read.get();
        fence.checkRead(what);
        return rows;
    }

    private void check(String what, Deadline deadline) {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.DEADLINE_EXCEEDED, what + ": the deadline passed before it was begun");
        }
    }
}
