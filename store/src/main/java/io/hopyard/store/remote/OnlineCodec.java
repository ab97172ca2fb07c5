package io.hopyard.store.remote;

import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows.RowPage;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowImage;
import io.hopyard.core.serving.RowMerge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of online rows as bytes. The door knows no schema: it answers with images, cut down to the columns asked for;
 * only the reader makes values of them. Values that break a rule of core are answered by
 * {@link IllegalArgumentException}.
 */
final class OnlineCodec {
    private static final int ALL_COLUMNS = -1;
    private static final int KEY_BYTES_MIN = Integer.BYTES;
    private static final int ROW_BYTES_MIN = Integer.BYTES;
    private static final int TABLE_BYTES_MIN = Long.BYTES + 2 * Integer.BYTES;

    private OnlineCodec() {}

    /** Stands for the schema where rows are only passed on. */
    private static OnlineSchema unknownSchema(long table) {
        return new OnlineSchema(table, List.of(), List.of(0), null, null);
    }

    static void putReads(Bytes out, List<TableRead> reads) {
        out.putInt(reads.size());
        for (TableRead read : reads) {
            out.putLong(read.schema().table());
            putProjection(out, read.projection());
            out.putInt(read.keys().size());
            for (OnlineKey key : read.keys()) {
                out.putArray(key.bytes());
            }
        }
    }

    static List<TableRead> takeReads(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(TABLE_BYTES_MIN);
        List<TableRead> reads = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            long table = in.takeLong();
            Projection projection = takeProjection(in);
            int keyCount = in.takeCount(KEY_BYTES_MIN);
            List<OnlineKey> keys = new ArrayList<>(keyCount);
            for (int key = 0; key < keyCount; key++) {
                keys.add(new OnlineKey(table, in.takeArray()));
            }
            reads.add(new TableRead(unknownSchema(table), keys, projection));
        }
        return reads;
    }

    private static void putProjection(Bytes out, Projection projection) {
        List<Integer> ordinals = projection.ordinals();
        out.putInt(ordinals == null ? ALL_COLUMNS : ordinals.size());
        if (ordinals != null) {
            ordinals.forEach(out::putShort);
        }
    }

    private static Projection takeProjection(FrameReader in) throws MalformedFrameException {
        int count = in.takeInt();
        if (count == ALL_COLUMNS) {
            return Projection.ALL;
        }
        if (count < 0 || count > 0xFFFF) {
            throw new MalformedFrameException("columns: " + count + " (expected: -1 to 65535)");
        }
        List<Integer> ordinals = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            ordinals.add(in.takeShort());
        }
        return Projection.of(ordinals);
    }

    /** Of each row only what its read asked for. */
    static void putRows(Bytes out, List<TableRead> reads, List<@Nullable OnlineRow> rows) {
        out.putInt(rows.size());
        int index = 0;
        for (TableRead read : reads) {
            for (int key = 0; key < read.keys().size(); key++) {
                putRow(out, read.projection(), rows.get(index));
                index++;
            }
        }
    }

    private static void putRow(Bytes out, Projection projection, @Nullable OnlineRow row) {
        if (row == null) {
            out.putInt(0);
        } else {
            out.putArray(projection.narrow(row.image()).bytes());
        }
    }

    static List<@Nullable OnlineRow> takeRows(FrameReader in, List<TableRead> reads) throws MalformedFrameException {
        int count = in.takeCount(ROW_BYTES_MIN);
        List<@Nullable OnlineRow> rows = new ArrayList<>(count);
        for (TableRead read : reads) {
            for (int key = 0; key < read.keys().size(); key++) {
                rows.add(takeRow(in, read.schema(), read.projection()));
            }
        }
        if (rows.size() != count) {
            throw new MalformedFrameException(count + " rows (expected: " + rows.size() + ")");
        }
        return rows;
    }

    private static @Nullable OnlineRow takeRow(FrameReader in, OnlineSchema schema, Projection projection)
            throws MalformedFrameException {
        byte[] image = in.takeArray();
        return image.length == 0 ? null : new OnlineRow(RowImage.of(image), schema, projection);
    }

    static void putWrites(Bytes out, List<RowWrite> writes) {
        out.putInt(writes.size());
        for (RowWrite write : writes) {
            out.putLong(write.key().table())
                    .putArray(write.key().bytes())
                    .putArray(write.image().bytes());
        }
    }

    static List<RowWrite> takeWrites(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(Long.BYTES + KEY_BYTES_MIN + ROW_BYTES_MIN);
        List<RowWrite> writes = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            OnlineKey key = new OnlineKey(in.takeLong(), in.takeArray());
            writes.add(new RowWrite(key, RowImage.of(in.takeArray())));
        }
        return writes;
    }

    static void putResults(Bytes out, List<RowMerge.Result> results) {
        out.putInt(results.size());
        results.forEach(result -> out.putByte(
                switch (result) {
                    case STORED -> 1;
                    case OLDER -> 2;
                    case EXPIRED -> 3;
                }));
    }

    static List<RowMerge.Result> takeResults(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(1);
        List<RowMerge.Result> results = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int result = in.takeByte();
            results.add(
                    switch (result) {
                        case 1 -> RowMerge.Result.STORED;
                        case 2 -> RowMerge.Result.OLDER;
                        case 3 -> RowMerge.Result.EXPIRED;
                        default -> throw new MalformedFrameException("result: " + result + " (expected: 1 to 3)");
                    });
        }
        return results;
    }

    /** What a scan asks for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared by value
    record ScanRequest(OnlineSchema schema, Projection projection, byte[] cursor, int limit) {}

    static void putScan(Bytes out, ScanRequest scan) {
        out.putLong(scan.schema().table());
        putProjection(out, scan.projection());
        out.putArray(scan.cursor()).putInt(scan.limit());
    }

    static ScanRequest takeScan(FrameReader in) throws MalformedFrameException {
        return new ScanRequest(unknownSchema(in.takeLong()), takeProjection(in), in.takeArray(), in.takeInt());
    }

    static void putPage(Bytes out, Projection projection, RowPage page) {
        out.putInt(page.rows().size());
        page.rows().forEach(row -> putRow(out, projection, row));
        out.putArray(page.next());
    }

    static RowPage takePage(FrameReader in, OnlineSchema schema, Projection projection) throws MalformedFrameException {
        int count = in.takeCount(ROW_BYTES_MIN);
        List<OnlineRow> rows = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            OnlineRow row = takeRow(in, schema, projection);
            if (row == null) {
                throw new MalformedFrameException("no row in a page (expected: rows only)");
            }
            rows.add(row);
        }
        return new RowPage(rows, in.takeArray());
    }
}
