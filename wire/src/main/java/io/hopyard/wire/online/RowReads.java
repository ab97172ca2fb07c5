package io.hopyard.wire.online;

import io.hopyard.core.access.Caller;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.serving.ColumnValue;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.time.Deadline;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers {@code pk-read} and {@code batch}. Thread safe. */
final class RowReads {
    private static final byte[] OPERATION_ID = VectorJson.ascii("\"operationId\":");
    private static final byte[] DATA = VectorJson.ascii("\"data\":");
    private static final byte[] RESULT = VectorJson.ascii("{\"result\":[");
    private static final byte[] CODE = VectorJson.ascii("{\"code\":");
    private static final byte[] BODY = VectorJson.ascii(",\"body\":");

    private final ServingCatalog catalog;
    private final OnlineRows rows;
    private final Rights rights;
    private final OnlineSettings settings;

    /** One read, checked and ready to run. */
    private record Planned(
            OnlineSchema schema,
            OnlineKey key,
            List<Integer> ordinals,
            @Nullable String operationId) {
        OnlineRows.TableRead read() {
            return new OnlineRows.TableRead(schema, List.of(key), Projection.of(ordinals));
        }
    }

    RowReads(ServingCatalog catalog, OnlineRows rows, Rights rights, OnlineSettings settings) {
        this.catalog = catalog;
        this.rows = rows;
        this.rights = rights;
        this.settings = settings;
    }

    Answer single(Exchange exchange) {
        RowRequest request =
                RowRequest.read(exchange.path("db"), exchange.path("table"), RowRequest.json(exchange.body()));
        Planned planned = plan(exchange.caller(), request, exchange.deadline());
        OnlineRow row = rows.read(List.of(planned.read()), exchange.deadline()).getFirst();
        VectorJson json = new VectorJson(512);
        body(json, planned, row);
        return new Answer(row == null ? 404 : 200, "application/json", json.toBytes(), Map.of());
    }

    Answer batch(Exchange exchange) {
        List<Planned> planned = new ArrayList<>();
        for (RowRequest request : RowRequest.batch(RowRequest.json(exchange.body()), settings.batchMax())) {
            planned.add(plan(exchange.caller(), request, exchange.deadline()));
        }
        List<@Nullable OnlineRow> found =
                rows.read(planned.stream().map(Planned::read).toList(), exchange.deadline());
        VectorJson json = new VectorJson(64 + 256 * Math.min(planned.size(), 1_000));
        json.raw(RESULT);
        for (int index = 0; index < planned.size(); index++) {
            if (index > 0) {
                json.raw(',');
            }
            OnlineRow row = found.get(index);
            json.raw(CODE);
            json.integer(row == null ? 404 : 200);
            json.raw(BODY);
            body(json, planned.get(index), row);
            json.raw('}');
        }
        json.raw(VectorJson.ascii("]}"));
        return Answer.bytes("application/json", json.toBytes());
    }

    private static void body(VectorJson json, Planned planned, @Nullable OnlineRow row) {
        json.raw('{');
        String operationId = planned.operationId();
        if (operationId != null) {
            json.raw(OPERATION_ID);
            json.string(operationId);
            json.raw(',');
        }
        json.raw(DATA);
        json.raw('{');
        if (row != null) {
            try {
                columns(json, row);
            } catch (IllegalArgumentException e) {
                throw Refused.text(
                        500, ErrorCode.COMPLEX_FEATURE_UNREADABLE, "Avro failed to unmarshal data. " + e.getMessage());
            }
        }
        json.raw(VectorJson.ascii("}}"));
    }

    private static void columns(VectorJson json, OnlineRow row) {
        for (int column = 0; column < row.size(); column++) {
            if (column > 0) {
                json.raw(',');
            }
            json.string(row.column(column).name());
            json.raw(':');
            row.send(column, json);
        }
    }

    private Planned plan(Caller caller, RowRequest request, Deadline deadline) {
        Long projectId = catalog.projectId(request.database(), deadline);
        if (projectId == null) {
            throw Rights.denied(request.database()); // as for a project of others, so that names cannot be probed
        }
        rights.check(caller, projectId, request.database(), deadline);
        ServingCatalog.OnlineTable table = catalog.table(request.database(), request.table(), deadline);
        if (table == null) {
            throw Refused.text(
                    400,
                    ErrorCode.ONLINE_TABLE_NOT_FOUND,
                    "Database/Table does not exist. Database: " + request.database() + " Table: " + request.table());
        }
        if (table.projectId() != projectId) {
            rights.check(caller, table.projectId(), request.database(), deadline);
        }
        OnlineSchema schema = table.schema();
        Map<String, Integer> ordinals = schema.ordinals();
        OnlineKey key = key(schema, ordinals, request.filters());
        return new Planned(schema, key, columns(schema, ordinals, request), request.operationId());
    }

    private static OnlineKey key(OnlineSchema schema, Map<String, Integer> ordinals, Map<String, Object> filters) {
        if (filters.size() != schema.keyOrdinals().size()) {
            throw Refused.text(
                    400,
                    ErrorCode.PRIMARY_KEY_REFUSED,
                    "Wrong number of primary-key columns. Expecting: "
                            + schema.keyOrdinals().size() + " Got: " + filters.size());
        }
        @Nullable Object[] values = new Object[filters.size()];
        for (Map.Entry<String, Object> filter : filters.entrySet()) {
            Integer ordinal = ordinals.get(filter.getKey());
            int position = ordinal == null ? -1 : schema.keyOrdinals().indexOf(ordinal);
            if (ordinal == null || position < 0) {
                throw Refused.text(
                        400, ErrorCode.PRIMARY_KEY_REFUSED, "Wrong primary-key column. Column: " + filter.getKey());
            }
            OnlineColumn column = schema.columns().get(ordinal);
            values[position] = ColumnValue.parse(column, filter.getValue());
            if (values[position] == null) {
                throw wrongType(column);
            }
        }
        try {
            return KeyCodec.encode(schema, values);
        } catch (IllegalArgumentException e) {
            throw Refused.text(
                    400, ErrorCode.PRIMARY_KEY_REFUSED, "Wrong data type. " + String.valueOf(e.getMessage()));
        }
    }

    private static Refused wrongType(OnlineColumn column) {
        String text = switch (column.type()) {
            case DATE, TIMESTAMP -> "Invalid Date/Time. ";
            default -> "Wrong data type. ";
        };
        return Refused.text(
                400, ErrorCode.PRIMARY_KEY_REFUSED, text + "Expecting " + column.type() + ". Column: " + column.name());
    }

    /** The columns asked for; all that are no keys when none were named. */
    private static List<Integer> columns(OnlineSchema schema, Map<String, Integer> ordinals, RowRequest request) {
        List<Integer> wanted = new ArrayList<>();
        for (String name : request.readColumns()) {
            Integer ordinal = ordinals.get(name);
            if (ordinal == null) {
                throw Refused.text(400, ErrorCode.ONLINE_COLUMN_NOT_FOUND, "Column does not exist. Column: " + name);
            }
            wanted.add(ordinal);
        }
        if (wanted.isEmpty()) {
            TreeSet<Integer> all = new TreeSet<>(ordinals.values());
            schema.keyOrdinals().forEach(all::remove);
            wanted.addAll(all);
        }
        return wanted;
    }
}
