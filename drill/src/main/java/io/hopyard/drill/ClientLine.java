package io.hopyard.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the process of the official client says, a line at a time ({@code clients/drill/load.py}). */
sealed interface ClientLine {
    /** It is logged in, and a feature view is there that brokers can be asked for. */
    record Ready(View view) implements ClientLine {}

    /**
     * A feature view with one feature, {@code 0.5 * id}.
     *
     * @param path of the online API
     * @param body of a request, without the entries
     * @param rows with ids from 0
     */
    record View(String path, JsonNode body, int rows) {}

    /**
     * An attempt at a call has ended.
     *
     * @param error null = success
     * @param failed it was the last attempt of a call that failed
     */
    record Attempt(
            String kind,
            long beginNanos,
            long endNanos,
            @Nullable String error,
            boolean failed) implements ClientLine {}

    record Stopped() implements ClientLine {}

    record Checked(List<String> problems, List<String> notes) implements ClientLine {}

    /** @throws IllegalArgumentException when it is none of them */
    static ClientLine parse(String line) {
        JsonNode json;
        try {
            json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
        } catch (FeatureStoreException e) {
            throw new IllegalArgumentException("line of the client: '" + line + "' (expected: JSON)", e);
        }
        return switch (json.path("event").asText()) {
            case "ready" ->
                new Ready(new View(
                        json.path("path").asText(),
                        json.path("body"),
                        json.path("rows").asInt()));
            case "call" ->
                new Attempt(
                        json.path("kind").asText(),
                        json.path("begin").asLong(),
                        json.path("end").asLong(),
                        json.path("error").isNull() ? null : json.path("error").asText(),
                        json.path("failed").asBoolean());
            case "stopped" -> new Stopped();
            case "checked" -> new Checked(texts(json.path("problems")), texts(json.path("notes")));
            default ->
                throw new IllegalArgumentException(
                        "line of the client: '" + line + "' (expected: an event that is known)");
        };
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }
}
