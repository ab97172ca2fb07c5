package io.hopyard.wire.mysql;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs one query and sends its rows as they come: a page is read, sent, and only when the client has taken it the next
 * one is read. Used by one thread.
 */
final class QueryRunner {
    private final Query query;
    private final OnlineRows rows;
    private final PacketWriter out;
    private final int pageRows;
    private final Deadline deadline;
    private final Ticker ticker;
    private final List<Query.Test> early;
    private final List<Query.Test> late;
    private long left;

    QueryRunner(Query query, OnlineRows rows, PacketWriter out, int pageRows, Deadline deadline, Ticker ticker) {
        this.query = query;
        this.rows = rows;
        this.out = out;
        this.pageRows = pageRows;
        this.deadline = deadline;
        this.ticker = ticker;
        this.early = query.tests().stream().filter(test -> test.sources() <= 1).toList();
        this.late = query.tests().stream().filter(test -> test.sources() > 1).toList();
        this.left = query.limit() < 0 ? Long.MAX_VALUE : query.limit();
    }

    /** The first page is read before anything is sent, so that most failures come before the first row. */
    void run() throws IOException {
        List<OnlineKey> keys = query.keys();
        if (keys == null) {
            scan();
        } else {
            lookUp(keys);
        }
        out.eof();
    }

    private void lookUp(List<OnlineKey> keys) throws IOException {
        Query.Source source = query.sources().getFirst();
        boolean headed = false;
        for (int from = 0; from < keys.size() && left > 0; from += pageRows) {
            List<OnlineKey> chunk = keys.subList(from, Math.min(keys.size(), from + pageRows));
            List<@Nullable OnlineRow> found =
                    read(new OnlineRows.TableRead(source.schema(), chunk, source.projection()));
            if (!headed) {
                head();
                headed = true;
            }
            send(found);
        }
        if (!headed) {
            head();
        }
    }

    private void scan() throws IOException {
        Query.Source source = query.sources().getFirst();
        byte[] cursor = {};
        boolean headed = false;
        do {
            boolean exact = query.tests().isEmpty() && query.sources().size() == 1;
            int limit = exact ? (int) Math.max(1, Math.min(left, pageRows)) : pageRows;
            OnlineRows.RowPage page = rows.scan(source.schema(), source.projection(), cursor, limit, checked());
            if (!headed) {
                head();
                headed = true;
            }
            send(page.rows());
            cursor = page.next();
        } while (cursor.length > 0 && left > 0);
    }

    private Deadline checked() {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(ErrorCode.DEADLINE_EXCEEDED, "the statement's time is over");
        }
        return deadline;
    }

    private List<@Nullable OnlineRow> read(OnlineRows.TableRead read) {
        return rows.read(List.of(read), checked());
    }

    private void head() throws IOException {
        out.columnCount(query.outputs().size());
        for (Query.Output output : query.outputs()) {
            out.column(output.name(), output.column().column().type());
        }
        out.eof();
    }

    private void send(List<? extends @Nullable OnlineRow> page) throws IOException {
        List<@Nullable OnlineRow[]> joined = new ArrayList<>(page.size());
        for (OnlineRow row : page) {
            if (row != null) {
                @Nullable OnlineRow[] wide = new OnlineRow[query.sources().size()];
                wide[0] = row;
                if (passes(early, wide)) {
                    joined.add(wide);
                }
            }
        }
        for (int source = 1; source < query.sources().size() && !joined.isEmpty(); source++) {
            join(joined, source);
        }
        for (@Nullable OnlineRow[] wide : joined) {
            if (left > 0 && passes(late, wide)) {
                send(wide);
                left--;
            }
        }
    }

    private static boolean passes(List<Query.Test> tests, @Nullable OnlineRow[] wide) {
        for (Query.Test test : tests) {
            if (!Boolean.TRUE.equals(test.truth().of(wide))) {
                return false;
            }
        }
        return true;
    }

    private void join(List<@Nullable OnlineRow[]> joined, int index) {
        Query.Source source = query.sources().get(index);
        Map<OnlineKey, Integer> positions = new LinkedHashMap<>();
        List<@Nullable OnlineKey> keys = new ArrayList<>(joined.size());
        for (@Nullable OnlineRow[] wide : joined) {
            OnlineKey key = key(source, wide);
            keys.add(key);
            if (key != null) {
                positions.putIfAbsent(key, positions.size());
            }
        }
        List<@Nullable OnlineRow> found = positions.isEmpty()
                ? List.of()
                : read(new OnlineRows.TableRead(source.schema(), List.copyOf(positions.keySet()), source.projection()));
        for (int row = 0; row < keys.size(); row++) {
            OnlineKey key = keys.get(row);
            Integer position = key == null ? null : positions.get(key);
            joined.get(row)[index] = position == null ? null : found.get(position);
        }
        if (!source.left()) {
            joined.removeIf(wide -> wide[index] == null);
        }
    }

    private static @Nullable OnlineKey key(Query.Source source, @Nullable OnlineRow[] wide) {
        @Nullable Object[] values = new Object[source.keyFrom().size()];
        for (int position = 0; position < values.length; position++) {
            Query.Column from = source.keyFrom().get(position);
            Object value = from.value(wide);
            OnlineColumn wanted =
                    source.schema().columns().get(source.schema().keyOrdinals().get(position));
            values[position] = value == null ? null : converted(from.column(), wanted, value);
            if (values[position] == null) {
                return null;
            }
        }
        try {
            return KeyCodec.encode(source.schema(), values);
        } catch (IllegalArgumentException e) {
            return null; // too long to be a key of that table
        }
    }

    private static @Nullable Object converted(OnlineColumn from, OnlineColumn wanted, Object value) {
        if (from.type() == wanted.type() && value instanceof Long) {
            return value;
        }
        Object literal = switch (value) {
            case Boolean flag -> flag ? 1L : 0L;
            case Float number -> number.toString();
            case Double number -> number.toString();
            default -> value;
        };
        try {
            return Literals.equalTo(wanted, literal);
        } catch (MysqlError e) {
            return null; // a value that the other column cannot have joins nothing
        }
    }

    private void send(@Nullable OnlineRow[] wide) throws IOException {
        out.begin();
        for (Query.Output output : query.outputs()) {
            Query.Column column = output.column();
            OnlineRow row = wide[column.source()];
            if (row == null) {
                out.nothing();
            } else {
                row.send(column.index(), out);
            }
        }
        out.end();
    }
}
