package io.hopyard.testkit.http;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Sends single requests to one door. Thread safe. */
public final class DoorClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final String base;

    /** What came back; the body as text. */
    public record Reply(int status, Map<String, String> headers, String body) {}

    /**
     * @param client must trust the door
     * @param base for example {@code https://127.0.0.1:443}
     */
    public DoorClient(HttpClient client, String base) {
        this.client = client;
        this.base = base;
    }

    /**
     * @param target encoded path and query
     * @throws IOException also when no answer comes in 30 seconds
     */
    public Reply call(String method, String target, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + target))
                .timeout(TIMEOUT)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        Map<String, String> received = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().map().forEach((name, values) -> received.put(name, String.join(", ", values)));
        return new Reply(response.statusCode(), received, response.body());
    }

    /** One path segment or query value, with everything encoded that may be. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
