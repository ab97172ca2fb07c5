package io.hopyard.store.remote;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowPage;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a request calls. Thread safe. */
final class Requests {
    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Database database;
    private final OnlineRows rows;
    private final SlotRequests slots;

    /** Calls the database and returns how its answer is written. */
    interface Work {
        Consumer<Bytes> run(Deadline deadline);
    }

    Requests(Database database, OnlineRows rows, SlotRequests slots) {
        this.slots = slots;
        this.database = database;
        this.rows = rows;
    }

    /** Takes all that it needs from the reader. */
    Work decode(Verb verb, FrameReader in) throws MalformedFrameException {
        try {
            Work work = take(verb, in);
            in.finish();
            return work;
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(verb.label() + ": " + e.getMessage(), e);
        }
    }

    private Work take(Verb verb, FrameReader in) throws MalformedFrameException {
        return switch (verb) {
            case READ -> read(DatabaseCodec.takeKeys(in));
            case SCAN -> scan(DatabaseCodec.takeScan(in));
            case COMMIT -> commit(DatabaseCodec.takeCommit(in));
            case CHANGES -> changes(in.takeLong());
            case ONLINE_READ -> onlineRead(OnlineCodec.takeReads(in));
            case ONLINE_UPSERT -> upsert(OnlineCodec.takeWrites(in));
            case ONLINE_CLEAR -> clear(in.takeLong(), new RowCodec.LogPosition(in.takeInt(), in.takeLong()));
            case ONLINE_DROP -> drop(in.takeLong());
            case ONLINE_SCAN -> onlineScan(OnlineCodec.takeScan(in));
            case SLOT_SCAN -> slots.scan(in);
            case SLOT_GATE -> slots.gate();
            case SLOT_REPLACE -> slots.replace(in);
            case SLOT_DRAIN -> slots.drain(in);
            case SLOT_ROWS -> slots.rows(in);
            case SLOT_FILL -> slots.fill(in);
            case SLOT_EMPTY -> slots.empty(in);
            case SLOT_DIGEST -> slots.digest(in);
            case SLOT_MARKS -> slots.marks(in);
            case SLOT_MARK -> slots.mark(in);
            case SLOT_SIZE -> slots.size();
        };
    }

    private Work read(List<RowKey> keys) {
        return deadline -> {
            List<@Nullable Row> found = database.read(keys, deadline);
            return out -> DatabaseCodec.putRows(out, found);
        };
    }

    private Work scan(Scan scan) {
        return deadline -> {
            Page page = database.scan(scan, deadline);
            return out -> DatabaseCodec.putPage(out, page);
        };
    }

    private Work commit(Commit commit) {
        return deadline -> {
            Outcome outcome = outcome(commit, deadline);
            return out -> DatabaseCodec.putOutcome(out, outcome);
        };
    }

    /** A defect on the way may have come before or after the commit was applied. */
    private Outcome outcome(Commit commit, Deadline deadline) {
        try {
            return database.commit(commit, deadline);
        } catch (FeatureStoreException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("A commit failed");
            return new Outcome.Unknown("the data node failed");
        }
    }

    private Work changes(long since) {
        return deadline -> {
            Changes changes = database.changes(since, deadline);
            return out -> DatabaseCodec.putChanges(out, changes);
        };
    }

    private Work onlineRead(List<TableRead> reads) {
        return deadline -> {
            List<@Nullable OnlineRow> found = rows.read(reads, deadline);
            return out -> OnlineCodec.putRows(out, reads, found);
        };
    }

    private Work upsert(List<RowWrite> writes) {
        return deadline -> {
            List<RowMerge.Result> results = rows.upsert(writes, deadline);
            return out -> OnlineCodec.putResults(out, results);
        };
    }

    private Work clear(long table, RowCodec.LogPosition before) {
        return deadline -> {
            rows.clear(table, before, deadline);
            return out -> {};
        };
    }

    private Work drop(long table) {
        return deadline -> {
            rows.drop(table, deadline);
            return out -> {};
        };
    }

    private Work onlineScan(OnlineCodec.ScanRequest scan) {
        return deadline -> {
            RowPage page = rows.scan(scan.schema(), scan.projection(), scan.cursor(), scan.limit(), deadline);
            return out -> OnlineCodec.putPage(out, scan.projection(), page);
        };
    }
}
