package io.hopyard.store.remote;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The online rows of a data node, or of a pair, over sockets. Thread safe. */
record RemoteOnlineRows(Asker asker) implements OnlineRows {
    /** Of one request; an upsert of more is several, one after the other, so that each is done well within an attempt. */
    private static final int UPSERT_BYTES_MAX = 4 << 20;

    private static final int UPSERT_REQUEST_ROWS_MAX = 1_024;

    @Override
    public List<@Nullable OnlineRow> read(List<TableRead> reads, Deadline deadline) {
        return asker.ask(
                new Call.Request<>(
                        Verb.ONLINE_READ,
                        out -> OnlineCodec.putReads(out, reads),
                        in -> OnlineCodec.takeRows(in, reads)),
                deadline);
    }

    @Override
    public List<RowMerge.Result> upsert(List<RowWrite> rows, Deadline deadline) {
        if (rows.size() > UPSERT_ROWS_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "upsert of " + rows.size() + " rows (expected: at most " + UPSERT_ROWS_MAX + ")");
        }
        List<RowMerge.Result> results = new ArrayList<>(rows.size());
        int from = 0;
        while (from < rows.size()) {
            int end = end(rows, from);
            List<RowWrite> part = rows.subList(from, end);
            results.addAll(asker.ask(
                    new Call.Request<>(
                            Verb.ONLINE_UPSERT, out -> OnlineCodec.putWrites(out, part), OnlineCodec::takeResults),
                    deadline));
            from = end;
        }
        return results;
    }

    private static int end(List<RowWrite> rows, int from) {
        int bytes = 0;
        int end = from;
        while (end < rows.size() && end - from < UPSERT_REQUEST_ROWS_MAX && (end == from || bytes < UPSERT_BYTES_MAX)) {
            RowWrite row = rows.get(end);
            bytes += row.key().bytes().length + row.image().bytes().length;
            end++;
        }
        return end;
    }

    @Override
    public void clear(long table, RowCodec.LogPosition before, Deadline deadline) {
        asker.ask(
                new Call.Request<@Nullable Void>(
                        Verb.ONLINE_CLEAR,
                        out -> out.putLong(table).putInt(before.partition()).putLong(before.offset()),
                        in -> null),
                deadline);
    }

    @Override
    public void drop(long table, Deadline deadline) {
        asker.ask(new Call.Request<@Nullable Void>(Verb.ONLINE_DROP, out -> out.putLong(table), in -> null), deadline);
    }

    @Override
    public RowPage scan(OnlineSchema schema, Projection projection, byte[] cursor, int limit, Deadline deadline) {
        OnlineCodec.ScanRequest scan = new OnlineCodec.ScanRequest(schema, projection, cursor, limit);
        return asker.ask(
                new Call.Request<>(
                        Verb.ONLINE_SCAN,
                        out -> OnlineCodec.putScan(out, scan),
                        in -> OnlineCodec.takePage(in, schema, projection)),
                deadline);
    }
}
