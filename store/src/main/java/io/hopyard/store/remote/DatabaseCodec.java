package io.hopyard.store.remote;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The verbs of metadata as bytes. Values that break a rule of core are answered by {@link IllegalArgumentException}. */
final class DatabaseCodec {
    private static final int KEY_BYTES_MIN = 3 * Integer.BYTES;

    private static final int ABSENT = 1;
    private static final int PRESENT = 2;
    private static final int VERSION_EQUALS = 3;

    private static final int PUT = 1;
    private static final int REMOVE = 2;

    private static final int APPLIED = 1;
    private static final int REFUSED = 2;
    private static final int UNKNOWN = 3;

    private static final int KEYS = 1;
    private static final int TOO_OLD = 2;

    private DatabaseCodec() {}

    static void putKeys(Bytes out, List<RowKey> keys) {
        out.putInt(keys.size());
        keys.forEach(key -> putKey(out, key));
    }

    static List<RowKey> takeKeys(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(KEY_BYTES_MIN);
        List<RowKey> keys = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            keys.add(takeKey(in));
        }
        return keys;
    }

    private static void putKey(Bytes out, RowKey key) {
        out.putText(key.table()).putText(key.group()).putText(key.rest());
    }

    private static RowKey takeKey(FrameReader in) throws MalformedFrameException {
        return new RowKey(in.takeText(), in.takeText(), in.takeText());
    }

    static void putRows(Bytes out, List<@Nullable Row> rows) {
        out.putInt(rows.size());
        rows.forEach(row -> putRow(out, row));
    }

    static List<@Nullable Row> takeRows(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(1);
        List<@Nullable Row> rows = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            rows.add(takeRow(in));
        }
        return rows;
    }

    private static void putRow(Bytes out, @Nullable Row row) {
        if (row == null) {
            out.putByte(0);
            return;
        }
        out.putByte(1);
        putKey(out, row.key());
        out.putLong(row.version()).putArray(row.value());
    }

    private static @Nullable Row takeRow(FrameReader in) throws MalformedFrameException {
        if (in.takeByte() == 0) {
            return null;
        }
        RowKey key = takeKey(in);
        long version = in.takeLong();
        return new Row(key, in.takeArray(), version);
    }

    static void putScan(Bytes out, Scan scan) {
        out.putText(scan.table()).putText(scan.group()).putText(scan.prefix()).putText(scan.from());
        out.putInt(scan.limit());
    }

    static Scan takeScan(FrameReader in) throws MalformedFrameException {
        return new Scan(in.takeText(), in.takeText(), in.takeText(), in.takeText(), in.takeInt());
    }

    /** A page that is too long for a frame ends early; the next one begins where it ended. */
    static void putPage(Bytes out, Page page) {
        int countAt = out.size();
        out.putInt(0);
        int count = 0;
        String next = page.next();
        for (Row row : page.rows()) {
            if (count > 0 && out.size() + row.value().length > Protocol.PAGE_BYTES) {
                next = row.key().rest();
                break;
            }
            putRow(out, row);
            count++;
        }
        out.setInt(countAt, count);
        out.putByte(next == null ? 0 : 1);
        if (next != null) {
            out.putText(next);
        }
    }

    static Page takePage(FrameReader in) throws MalformedFrameException {
        int count = in.takeCount(1);
        List<Row> rows = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            Row row = takeRow(in);
            if (row == null) {
                throw new MalformedFrameException("no row in a page (expected: rows only)");
            }
            rows.add(row);
        }
        return new Page(rows, in.takeByte() == 0 ? null : in.takeText());
    }

    static void putCommit(Bytes out, Commit commit) {
        UUID id = commit.requestId().value();
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putInt(commit.conditions().size());
        commit.conditions().forEach(condition -> putCondition(out, condition));
        out.putInt(commit.writes().size());
        for (Write write : commit.writes()) {
            switch (write) {
                case Write.Put put -> {
                    out.putByte(PUT);
                    putKey(out, put.key());
                    out.putArray(put.value());
                }
                case Write.Remove remove -> {
                    out.putByte(REMOVE);
                    putKey(out, remove.key());
                }
            }
        }
    }

    static Commit takeCommit(FrameReader in) throws MalformedFrameException {
        RequestId id = new RequestId(new UUID(in.takeLong(), in.takeLong()));
        int conditionCount = in.takeCount(1 + KEY_BYTES_MIN);
        List<Condition> conditions = new ArrayList<>(conditionCount);
        for (int index = 0; index < conditionCount; index++) {
            conditions.add(takeCondition(in));
        }
        int writeCount = in.takeCount(1 + KEY_BYTES_MIN);
        List<Write> writes = new ArrayList<>(writeCount);
        for (int index = 0; index < writeCount; index++) {
            int kind = in.takeByte();
            RowKey key = takeKey(in);
            writes.add(
                    switch (kind) {
                        case PUT -> new Write.Put(key, in.takeArray());
                        case REMOVE -> new Write.Remove(key);
                        default -> throw new MalformedFrameException("write: " + kind + " (expected: 1 or 2)");
                    });
        }
        return new Commit(id, conditions, writes);
    }

    private static void putCondition(Bytes out, Condition condition) {
        switch (condition) {
            case Condition.Absent absent -> {
                out.putByte(ABSENT);
                putKey(out, absent.key());
            }
            case Condition.Present present -> {
                out.putByte(PRESENT);
                putKey(out, present.key());
            }
            case Condition.VersionEquals equals -> {
                out.putByte(VERSION_EQUALS);
                putKey(out, equals.key());
                out.putLong(equals.version());
            }
        }
    }

    private static Condition takeCondition(FrameReader in) throws MalformedFrameException {
        int kind = in.takeByte();
        RowKey key = takeKey(in);
        return switch (kind) {
            case ABSENT -> new Condition.Absent(key);
            case PRESENT -> new Condition.Present(key);
            case VERSION_EQUALS -> new Condition.VersionEquals(key, in.takeLong());
            default -> throw new MalformedFrameException("condition: " + kind + " (expected: 1 to 3)");
        };
    }

    static void putOutcome(Bytes out, Outcome outcome) {
        switch (outcome) {
            case Outcome.Applied applied -> out.putByte(APPLIED).putLong(applied.version());
            case Outcome.Refused refused -> {
                out.putByte(REFUSED);
                putCondition(out, refused.condition());
                putRow(out, refused.found());
            }
            case Outcome.Unknown unknown -> out.putByte(UNKNOWN).putText(unknown.reason());
        }
    }

    static Outcome takeOutcome(FrameReader in) throws MalformedFrameException {
        int kind = in.takeByte();
        return switch (kind) {
            case APPLIED -> new Outcome.Applied(in.takeLong());
            case REFUSED -> new Outcome.Refused(takeCondition(in), takeRow(in));
            case UNKNOWN -> new Outcome.Unknown(in.takeText());
            default -> throw new MalformedFrameException("outcome: " + kind + " (expected: 1 to 3)");
        };
    }

    /** More changes than a page may have are as good as too many. */
    static void putChanges(Bytes out, Changes changes) {
        int start = out.size();
        switch (changes) {
            case Changes.Keys keys -> {
                out.putByte(KEYS).putLong(keys.upTo()).putInt(keys.keys().size());
                for (RowKey key : keys.keys()) {
                    putKey(out, key);
                    if (out.size() > Protocol.PAGE_BYTES) {
                        out.cutTo(start);
                        putTooOld(out, keys.upTo());
                        return;
                    }
                }
            }
            case Changes.TooOld old -> putTooOld(out, old.upTo());
        }
    }

    private static void putTooOld(Bytes out, long upTo) {
        out.putByte(TOO_OLD).putLong(upTo);
    }

    static Changes takeChanges(FrameReader in) throws MalformedFrameException {
        int kind = in.takeByte();
        long upTo = in.takeLong();
        return switch (kind) {
            case KEYS -> new Changes.Keys(takeKeys(in), upTo);
            case TOO_OLD -> new Changes.TooOld(upTo);
            default -> throw new MalformedFrameException("changes: " + kind + " (expected: 1 or 2)");
        };
    }
}
