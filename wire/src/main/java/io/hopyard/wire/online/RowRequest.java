package io.hopyard.wire.online;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A read of one row by primary key, checked as far as that is possible without knowing the table.
 *
 * @param filters values of the key columns: Long, BigDecimal, Double, String or Boolean
 * @param readColumns empty = all that are no keys
 */
record RowRequest(
        String database,
        String table,
        Map<String, Object> filters,
        Set<String> readColumns,
        @Nullable String operationId) {
    private static final int NAME_BYTES_MAX = 64;
    private static final int OPERATION_ID_BYTES_MAX = 256;
    private static final String SUFFIX = "pk-read";

    static JsonNode json(byte[] body) {
        JsonNode json;
        try {
            json = Json.parse(body);
        } catch (FeatureStoreException e) {
            throw Refused.request(e.text());
        }
        if (!json.isObject()) {
            throw Refused.request("body is no JSON object");
        }
        return json;
    }

    static List<RowRequest> batch(JsonNode json, int operationsMax) {
        JsonNode operations = json.get("operations");
        if (operations == null || !operations.isArray() || operations.isEmpty()) {
            throw Refused.request("No operations defined");
        }
        if (operations.size() > operationsMax) {
            throw Refused.request("operations: " + operations.size() + " (expected: at most " + operationsMax + ")");
        }
        List<RowRequest> requests = new ArrayList<>(operations.size());
        for (JsonNode operation : operations) {
            requests.add(operation(operation));
        }
        return requests;
    }

    private static RowRequest operation(JsonNode operation) {
        JsonNode method = operation.get("method");
        if (method != null && !"POST".equals(method.textValue())) {
            throw Refused.request("the Method section should be POST");
        }
        JsonNode url = operation.get("relative-url");
        if (url == null || !url.isTextual()) {
            throw Refused.request("the relativeUrl section is required");
        }
        String[] parts = url.textValue().split("/", -1);
        if (parts.length != 3 || !parts[2].equals(SUFFIX)) {
            throw Refused.request("Field validation for 'RelativeURL' failed");
        }
        JsonNode body = operation.get("body");
        if (body == null || !body.isObject()) {
            throw Refused.request("Field validation for 'Body' failed");
        }
        return read(parts[0], parts[1], body);
    }

    static RowRequest read(String database, String table, JsonNode body) {
        checkName(database, "DB", "database name contains invalid characters");
        checkName(table, "Table", "table name contains invalid characters");
        Map<String, Object> filters = filters(body.get("filters"));
        return new RowRequest(
                database,
                table,
                filters,
                readColumns(body.get("readColumns"), filters.keySet()),
                operationId(body.get("operationId")));
    }

    private static Map<String, Object> filters(@Nullable JsonNode filters) {
        if (filters == null || filters.isNull()) {
            throw Refused.request("the Field section is null");
        }
        if (!filters.isArray()) {
            throw Refused.request("Field validation for 'Filters' failed");
        }
        if (filters.isEmpty()) {
            throw Refused.request("the Field section is empty");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (JsonNode filter : filters) {
            String column = filterColumn(filter.get("column"));
            JsonNode value = filter.get("value");
            Object scalar = value == null ? null : VectorRequest.scalar(value);
            if (value == null || value.isNull()) {
                throw Refused.request("a Column in the Field section is null");
            }
            if (scalar == null) {
                throw Refused.request("Wrong data type. Expecting a number or a string. Column: " + column);
            }
            if (values.put(column, scalar) != null) {
                throw Refused.request("field validation for filter failed on the 'unique' tag: " + column);
            }
        }
        return values;
    }

    private static String filterColumn(@Nullable JsonNode column) {
        if (column == null || column.isNull()) {
            throw Refused.request("a Column name in the Field section is null");
        }
        if (!column.isTextual()) {
            throw Refused.request("filter column name is invalid");
        }
        if (column.textValue().isEmpty()) {
            throw Refused.request("a Column name in the Field section is empty");
        }
        return checkedColumn(column.textValue());
    }

    private static Set<String> readColumns(@Nullable JsonNode columns, Set<String> filters) {
        if (columns == null || columns.isNull()) {
            return Set.of();
        }
        if (!columns.isArray()) {
            throw Refused.request("field validation for read columns failed");
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode column : columns) {
            JsonNode name = column.get("column");
            if (name == null || !name.isTextual()) {
                throw Refused.request("a column to read is missing a name");
            }
            JsonNode type = column.get("dataReturnType");
            if (type != null && !type.isNull() && !"default".equals(type.textValue())) {
                throw Refused.request("default dataReturnType is the only supported");
            }
            String checked = checkedColumn(name.textValue());
            if (filters.contains(checked)) {
                throw Refused.request(
                        "field validation for read columns failed. '" + checked + "' already included in filter");
            }
            if (!names.add(checked)) {
                throw Refused.request("field validation for 'ReadColumns' failed on the 'unique' tag: " + checked);
            }
        }
        return names;
    }

    private static @Nullable String operationId(@Nullable JsonNode operationId) {
        if (operationId == null || operationId.isNull()) {
            return null;
        }
        if (!operationId.isTextual()
                || operationId.textValue().getBytes(StandardCharsets.UTF_8).length > OPERATION_ID_BYTES_MAX) {
            throw Refused.request("operationId is invalid; error: max allowed length is " + OPERATION_ID_BYTES_MAX);
        }
        return operationId.textValue();
    }

    private static void checkName(String name, String field, String invalid) {
        if (name.isEmpty()) {
            throw Refused.request("Field validation for '" + field + "' failed on the 'min' tag: 1 byte at least");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw Refused.request(
                    "Field validation for '" + field + "' failed on the 'max' tag: " + NAME_BYTES_MAX + " bytes");
        }
        if (!clean(name)) {
            throw Refused.request(invalid);
        }
    }

    private static String checkedColumn(String name) {
        if (name.isEmpty()) {
            throw Refused.request("identifier is empty: ");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw Refused.request("identifier is too large: " + name);
        }
        if (!clean(name)) {
            throw Refused.request("column name: contains invalid characters");
        }
        return name;
    }

    /** Code points U+0001 to U+FFFF. */
    private static boolean clean(String name) {
        return name.chars().noneMatch(unit -> unit == 0 || Character.isSurrogate((char) unit));
    }
}
