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

/** The metadata rows of one data node over a socket. A commit whose answer is lost is Unknown. Thread safe. */
record RemoteDatabase(DataClient client) implements Database {
    @Override
    public List<@Nullable Row> read(List<RowKey> keys, Deadline deadline) {
        return client.ask(readRequest(keys), deadline);
    }

    static Call.Request<List<@Nullable Row>> readRequest(List<RowKey> keys) {
        return new Call.Request<>(Verb.READ, out -> DatabaseCodec.putKeys(out, keys), DatabaseCodec::takeRows);
    }

    @Override
    public Page scan(Scan scan, Deadline deadline) {
        return client.ask(
                new Call.Request<>(Verb.SCAN, out -> DatabaseCodec.putScan(out, scan), DatabaseCodec::takePage),
                deadline);
    }

    @Override
    public Outcome commit(Commit commit, Deadline deadline) {
        Call<Outcome> call = client.begin(
                new Call.Request<>(
                        Verb.COMMIT, out -> DatabaseCodec.putCommit(out, commit), DatabaseCodec::takeOutcome),
                deadline);
        return switch (client.await(call)) {
            case Reply.Answer<Outcome> answer -> answer.value();
            case Reply.Failure<Outcome> failure -> throw failure.cause();
            case Reply.Lost<Outcome> lost -> new Outcome.Unknown(lost.reason());
        };
    }

    @Override
    public Changes changes(long since, Deadline deadline) {
        return client.ask(
                new Call.Request<>(Verb.CHANGES, out -> out.putLong(since), DatabaseCodec::takeChanges), deadline);
    }
}
