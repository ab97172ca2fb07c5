package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads members of JSON objects that clients sent; null counts as absent, unknown members are ignored. */
final class Members {
    private Members() {}

    static @Nullable JsonNode find(JsonNode object, String member) {
        JsonNode node = object.get(member);
        return node == null || node.isNull() ? null : node;
    }

    static @Nullable String findText(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrong(member, node, "a text");
        }
        return node.textValue();
    }

    static String text(JsonNode object, String member) {
        String text = findText(object, member);
        if (text == null) {
            throw missing(member, "a text");
        }
        return text;
    }

    static String text(JsonNode object, String member, String ifAbsent) {
        String text = findText(object, member);
        return text == null ? ifAbsent : text;
    }

    static @Nullable Long findNumber(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw wrong(member, node, "a whole number");
        }
        return node.longValue();
    }

    static long number(JsonNode object, String member) {
        Long number = findNumber(object, member);
        if (number == null) {
            throw missing(member, "a whole number");
        }
        return number;
    }

    /** A whole number that fits into 31 bits. */
    static @Nullable Integer findSmallNumber(JsonNode object, String member) {
        Long number = findNumber(object, member);
        if (number == null) {
            return null;
        }
        if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
            throw wrong(member, object.get(member), "a whole number of at most 31 bits");
        }
        return number.intValue();
    }

    static @Nullable Double findDecimal(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return null;
        }
        if (!node.isNumber()) {
            throw wrong(member, node, "a number");
        }
        return node.doubleValue();
    }

    static boolean flag(JsonNode object, String member, boolean ifAbsent) {
        JsonNode node = find(object, member);
        if (node == null) {
            return ifAbsent;
        }
        if (!node.isBoolean()) {
            throw wrong(member, node, "true or false");
        }
        return node.booleanValue();
    }

    static @Nullable ObjectNode findObject(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return null;
        }
        if (node instanceof ObjectNode found) {
            return found;
        }
        throw wrong(member, node, "an object");
    }

    static ObjectNode object(JsonNode object, String member) {
        ObjectNode found = findObject(object, member);
        if (found == null) {
            throw missing(member, "an object");
        }
        return found;
    }

    /** Empty when absent. */
    static List<ObjectNode> objects(JsonNode object, String member) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode element : array(object, member)) {
            if (!(element instanceof ObjectNode found)) {
                throw wrong(member, element, "an array of objects");
            }
            objects.add(found);
        }
        return objects;
    }

    /** Empty when absent. */
    static List<String> texts(JsonNode object, String member) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(object, member)) {
            if (!element.isTextual()) {
                throw wrong(member, element, "an array of texts");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    private static Iterable<JsonNode> array(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray()) {
            throw wrong(member, node, "an array");
        }
        return node;
    }

    /** A copy without members that are null, at any depth. */
    static JsonNode withoutNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode copy = Json.object();
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                if (!member.getValue().isNull()) {
                    copy.set(member.getKey(), withoutNulls(member.getValue()));
                }
            }
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = Json.array();
            array.forEach(element -> copy.add(withoutNulls(element)));
            return copy;
        }
        return node;
    }

    static void put(ObjectNode object, String member, @Nullable String value) {
        if (value != null) {
            object.put(member, value);
        }
    }

    static void put(ObjectNode object, String member, @Nullable Long value) {
        if (value != null) {
            object.put(member, value.longValue());
        }
    }

    static ObjectNode list(ArrayNode items) {
        ObjectNode list = Json.object().put("count", items.size());
        list.set("items", items);
        return list;
    }

    static FeatureStoreException wrong(String member, JsonNode node, String expected) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                member + ": " + Names.shorten(node.toString()) + " (expected: " + expected + ")");
    }

    static FeatureStoreException missing(String member, String expected) {
        return new FeatureStoreException(ErrorCode.INVALID_REQUEST, member + ": missing (expected: " + expected + ")");
    }

    static FeatureStoreException notAvailable(String what) {
        return new FeatureStoreException(
                ErrorCode.NOT_AVAILABLE, what + " (expected: nothing of it; it is not available in this version)");
    }
}
