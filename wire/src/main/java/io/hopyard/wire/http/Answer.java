package io.hopyard.wire.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param body encoded; empty = no content
 */
@SuppressWarnings("ArrayRecordComponent") // answers are never compared by value
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    private static final byte[] NOTHING = {};

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer ok(JsonNode json) {
        return json(200, json);
    }

    public static Answer json(int status, JsonNode json) {
        return new Answer(status, "application/json", Json.bytes(json), Map.of());
    }

    public static Answer empty(int status) {
        return new Answer(status, "application/json", NOTHING, Map.of());
    }

    public static Answer text(int status, String contentType, String text) {
        return new Answer(status, contentType, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    public static Answer bytes(String contentType, byte[] body) {
        return new Answer(200, contentType, body, Map.of());
    }
}
