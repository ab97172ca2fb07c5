package io.hopyard.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Calls the REST API with one key. Thread safe. */
public final class RestClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int UNAVAILABLE_STATUS = 503;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(40);

    private final HttpClient http;
    private final String base;
    private final String apiKey;

    /**
     * @param url {@code https://host:port}
     * @param trust trusts the cluster's certificate authority
     */
    public RestClient(String url, String apiKey, SSLContext trust) {
        this.base = url + "/hopsworks-api/api/";
        this.apiKey = apiKey;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(trust)
                .build();
    }

    /** A text as one segment or value of a path. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Sends one request.
     *
     * @param path below {@code /hopsworks-api/api/}, encoded
     * @return the answer, an empty object when it has no body
     * @throws FeatureStoreException with the server's message when it refuses, {@code UNAVAILABLE} when it cannot be
     *     reached
     */
    public JsonNode call(String method, String path, @Nullable JsonNode body) {
        URI uri;
        try {
            uri = URI.create(base + path);
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(ErrorCode.INVALID_REQUEST, "address " + base + ": " + e.getMessage(), e);
        }
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "ApiKey " + apiKey)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                .build();
        HttpResponse<byte[]> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (ConnectException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "nothing listens at " + uri.getAuthority() + " (expected: a running node)",
                    e);
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, uri.getAuthority() + " cannot be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "interrupted while waiting for an answer", e);
        }
        JsonNode answer = response.body().length == 0 ? Json.object() : Json.parse(response.body());
        if (response.statusCode() >= 300) {
            String text = answer.path("usrMsg").asText(answer.path("errorMsg").asText("no message"));
            throw new FeatureStoreException(
                    response.statusCode() == UNAVAILABLE_STATUS ? ErrorCode.UNAVAILABLE : ErrorCode.INVALID_REQUEST,
                    text + " (status " + response.statusCode() + ", code "
                            + answer.path("errorCode").asText("none") + ")");
        }
        return answer;
    }

    @Override
    public void close() {
        http.close();
    }
}
