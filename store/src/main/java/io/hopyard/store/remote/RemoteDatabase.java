package io.hopyard.store.remote;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The metadata rows of a data node, or of a pair, over sockets. A commit whose answer is lost is Unknown. Thread safe. */
record RemoteDatabase(Asker asker) implements Database {
    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return asker.ask(
                new Call.Request<>(Verb.READ, out -> DatabaseCodec.putKeys(out, keys), DatabaseCodec::takeRows),
                deadline);
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return asker.ask(
                new Call.Request<>(Verb.SCAN, out -> DatabaseCodec.putScan(out, scan), DatabaseCodec::takePage),
                deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        return asker.commit(
                new Call.Request<>(
                        Verb.COMMIT, out -> DatabaseCodec.putCommit(out, commit), DatabaseCodec::takeOutcome),
                deadline);
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return asker.ask(
                new Call.Request<>(Verb.CHANGES, out -> out.putLong(since), DatabaseCodec::takeChanges), deadline);
    }
}
