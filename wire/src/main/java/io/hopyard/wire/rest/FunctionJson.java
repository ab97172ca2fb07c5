package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Transformation functions as JSON; what describes the function itself is kept as it came, without nulls. */
final class FunctionJson {
    private FunctionJson() {}

    static TransformationFunction parse(ObjectNode json) {
        JsonNode udf = Members.withoutNulls(Members.object(json, "hopsworksUdf"));
        Integer version = Members.findSmallNumber(json, "version");
        return new TransformationFunction(
                0,
                Members.text(udf, "name"),
                version == null ? 1 : version,
                Members.text(json, "transformationType", "undefined"),
                Json.text(udf));
    }

    static List<TransformationFunction> parseAll(ObjectNode json, String member) {
        return Members.objects(json, member).stream().map(FunctionJson::parse).toList();
    }

    static ObjectNode toJson(long storeId, TransformationFunction function) {
        ObjectNode json = Json.object()
                .put("id", function.id())
                .put("version", function.version())
                .put("featurestoreId", storeId)
                .put("transformationType", function.kind());
        json.set("hopsworksUdf", Json.parse(function.udf().getBytes(StandardCharsets.UTF_8)));
        return json;
    }

    static ArrayNode toJson(long storeId, List<TransformationFunction> functions) {
        ArrayNode array = Json.array();
        functions.forEach(function -> array.add(toJson(storeId, function)));
        return array;
    }
}
