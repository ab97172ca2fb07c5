package io.hopyard.wire.online;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.VectorEntry;
import io.hopyard.core.serving.VectorFault;
import io.hopyard.core.serving.VectorPlan;
import io.hopyard.wire.http.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@code feature_store} or {@code batch_feature_store} request, checked as far as that is possible without
 * knowing the view.
 */
record VectorRequest(
        String store, String view, int version, List<VectorEntry> entries, Metadata metadata, Options options) {

    /** What of the features' description is wanted. */
    record Metadata(boolean name, boolean type) {
        static final Metadata NONE = new Metadata(false, false);

        boolean any() {
            return name || type;
        }
    }

    record Options(VectorPlan.PassedCheck check, boolean detailedStatus) {
        static final Options DEFAULT = new Options(VectorPlan.PassedCheck.STRICT, false);
    }

    static VectorRequest single(byte[] body) {
        JsonNode json = object(body);
        JsonNode entry = required(json, "entries");
        if (!entry.isObject()) {
            throw invalid("entries", "an object of serving keys");
        }
        JsonNode passed = json.get("passedFeatures");
        return read(json, List.of(entry(entry, passed)));
    }

    static VectorRequest batch(byte[] body, int entriesMax) {
        JsonNode json = object(body);
        JsonNode entries = required(json, "entries");
        if (!entries.isArray()) {
            throw invalid("entries", "an array of objects of serving keys");
        }
        if (entries.isEmpty()) {
            throw Refused.request("No primary key is given.");
        }
        if (entries.size() > entriesMax) {
            throw Refused.request("entries: " + entries.size() + " (expected: at most " + entriesMax + ")");
        }
        JsonNode passed = json.get("passedFeatures");
        boolean anyPassed = passed != null && !passed.isNull() && !passed.isEmpty();
        if (passed != null && !passed.isNull() && !passed.isArray()) {
            throw invalid("passedFeatures", "an array of objects");
        }
        if (passed != null && anyPassed && passed.size() != entries.size()) {
            throw Refused.request(
                    "Length of passed feature does not equal to that of the entries provided in the request.");
        }
        List<VectorEntry> read = new ArrayList<>(entries.size());
        for (int index = 0; index < entries.size(); index++) {
            if (!entries.get(index).isObject()) {
                throw invalid("entries", "an array of objects of serving keys");
            }
            read.add(entry(entries.get(index), passed != null && anyPassed ? passed.get(index) : null));
        }
        return read(json, read);
    }

    private static VectorRequest read(JsonNode json, List<VectorEntry> entries) {
        JsonNode version = required(json, "featureViewVersion");
        if (!version.isIntegralNumber() || !version.canConvertToInt()) {
            throw invalid("featureViewVersion", "an integer");
        }
        return new VectorRequest(
                name(json, "featureStoreName"),
                name(json, "featureViewName"),
                version.intValue(),
                entries,
                metadata(json.get("metadataOptions")),
                options(json.get("options")));
    }

    private static JsonNode object(byte[] body) {
        JsonNode json;
        try {
            json = Json.parse(body);
        } catch (FeatureStoreException e) {
            throw Refused.request("Error:" + e.text());
        }
        if (!json.isObject()) {
            throw Refused.request("Error:body is no JSON object");
        }
        return json;
    }

    private static JsonNode required(JsonNode json, String member) {
        JsonNode value = json.get(member);
        if (value == null || value.isNull()) {
            throw Refused.request("Error:Field validation for 'Body' failed " + member);
        }
        return value;
    }

    private static Refused invalid(String member, String expected) {
        return Refused.request("Error:Field validation for 'Body' failed " + member + " (expected: " + expected + ")");
    }

    private static String name(JsonNode json, String member) {
        JsonNode value = required(json, member);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw invalid(member, "a non-empty string");
        }
        return value.textValue();
    }

    private static Metadata metadata(@Nullable JsonNode options) {
        if (options == null || options.isNull()) {
            return Metadata.NONE;
        }
        boolean name = false;
        boolean type = false;
        for (Map.Entry<String, JsonNode> option : members("metadataOptions", options)) {
            switch (option.getKey()) {
                case "featureName" -> name = flag(option, false);
                case "featureType" -> type = flag(option, false);
                default -> throw invalid("metadataOptions." + option.getKey(), "featureName or featureType");
            }
        }
        return new Metadata(name, type);
    }

    private static Options options(@Nullable JsonNode options) {
        if (options == null || options.isNull()) {
            return Options.DEFAULT;
        }
        boolean validate = true;
        boolean detailed = false;
        for (Map.Entry<String, JsonNode> option : members("options", options)) {
            switch (option.getKey()) {
                case "validatePassedFeatures" -> validate = flag(option, true);
                case "includeDetailedStatus" -> detailed = flag(option, false);
                default ->
                    throw invalid("options." + option.getKey(), "validatePassedFeatures or includeDetailedStatus");
            }
        }
        return new Options(validate ? VectorPlan.PassedCheck.STRICT : VectorPlan.PassedCheck.NONE, detailed);
    }

    private static Iterable<Map.Entry<String, JsonNode>> members(String member, JsonNode node) {
        if (!node.isObject()) {
            throw invalid(member, "an object");
        }
        return node.properties();
    }

    private static boolean flag(Map.Entry<String, JsonNode> option, boolean ifNull) {
        JsonNode value = option.getValue();
        if (value.isNull()) {
            return ifNull;
        }
        if (!value.isBoolean()) {
            throw invalid(option.getKey(), "true or false");
        }
        return value.booleanValue();
    }

    private static VectorEntry entry(JsonNode keys, @Nullable JsonNode passed) {
        Map<String, Object> values = LinkedHashMap.newLinkedHashMap(keys.size());
        for (Map.Entry<String, JsonNode> key : keys.properties()) {
            Object value = scalar(key.getValue());
            if (value == null) {
                throw notScalar(key);
            }
            values.put(key.getKey(), value);
        }
        return new VectorEntry(values, passed(passed));
    }

    private static Refused notScalar(Map.Entry<String, JsonNode> key) {
        boolean absent = key.getValue().isNull();
        return Refused.fault(new VectorFault(
                absent ? VectorFault.Kind.KEY_UNKNOWN : VectorFault.Kind.KEY_TYPE,
                "Primary key `" + key.getKey() + "`: " + (absent ? "null" : "an object or array")
                        + " (expected: a number, string or boolean)"));
    }

    /** A scalar in plain Java, or null when it is something else. */
    static @Nullable Object scalar(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.textValue();
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> number(value);
            default -> null;
        };
    }

    private static Object number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? value.longValue() : new BigDecimal(value.bigIntegerValue());
        }
        return value.decimalValue();
    }

    private static Map<String, VectorEntry.Passed> passed(@Nullable JsonNode passed) {
        if (passed == null || passed.isNull()) {
            return Map.of();
        }
        if (!passed.isObject()) {
            throw invalid("passedFeatures", "an object of features");
        }
        Map<String, VectorEntry.Passed> features = LinkedHashMap.newLinkedHashMap(passed.size());
        for (Map.Entry<String, JsonNode> feature : passed.properties()) {
            features.put(feature.getKey(), new VectorEntry.Passed(kind(feature.getValue()), feature.getValue()));
        }
        return features;
    }

    private static VectorEntry.Kind kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> VectorEntry.Kind.STRING;
            case BOOLEAN -> VectorEntry.Kind.BOOLEAN;
            case NUMBER -> VectorEntry.Kind.NUMBER;
            case NULL, MISSING -> VectorEntry.Kind.NULL;
            case ARRAY, OBJECT, BINARY, POJO -> VectorEntry.Kind.OTHER;
        };
    }
}
