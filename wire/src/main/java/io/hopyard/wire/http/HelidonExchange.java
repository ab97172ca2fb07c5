package io.hopyard.wire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.hopyard.core.access.Caller;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request as it arrived over Helidon. */
final class HelidonExchange implements Exchange {
    private final ServerRequest request;
    private final RequestBody requestBody;
    private final Map<String, String> parts;
    private final Map<String, List<String>> parameters;
    private final Deadline deadline;
    private final String scheme;
    private @Nullable Caller caller;

    HelidonExchange(
            ServerRequest request,
            RequestBody requestBody,
            Map<String, String> parts,
            Map<String, List<String>> parameters,
            Deadline deadline,
            String scheme) {
        this.request = request;
        this.requestBody = requestBody;
        this.parts = parts;
        this.parameters = parameters;
        this.deadline = deadline;
        this.scheme = scheme;
    }

    void admit(Caller who) {
        caller = who;
    }

    @Override
    public Caller caller() {
        Caller who = caller;
        if (who == null) {
            throw new IllegalStateException("a public route has no caller");
        }
        return who;
    }

    @Override
    public String path(String name) {
        String value = parts.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no part " + name);
        }
        return value;
    }

    @Override
    public long pathNumber(String name) {
        String value = path(name);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, name + ": " + Texts.shown(value) + " (expected: a whole number)", e);
        }
    }

    @Override
    public @Nullable String query(String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : values.getFirst();
    }

    @Override
    public List<String> queries(String name) {
        return List.copyOf(parameters.getOrDefault(name, List.of()));
    }

    @Override
    public boolean queryFlag(String name, boolean ifAbsent) {
        String value = query(name);
        if (value == null) {
            return ifAbsent;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST, name + ": " + Texts.shown(value) + " (expected: true or false)");
        };
    }

    @Override
    public @Nullable String header(String name) {
        return header(request, name);
    }

    static @Nullable String header(ServerRequest request, String name) {
        HeaderName headerName = HeaderNames.create(name);
        return request.headers().contains(headerName)
                ? request.headers().get(headerName).get()
                : null;
    }

    @Override
    public JsonNode json() {
        return Json.parse(body());
    }

    @Override
    public ObjectNode jsonObject() {
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw new FeatureStoreException(ErrorCode.INVALID_JSON, "body: no JSON object (expected: a JSON object)");
    }

    @Override
    public byte[] body() {
        return requestBody.bytes();
    }

    @Override
    public Deadline deadline() {
        return deadline;
    }

    @Override
    public @Nullable X509Certificate peerCertificate() {
        Certificate[] chain = request.remotePeer().tlsCertificates().orElse(null);
        return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate own ? own : null;
    }

    @Override
    public String baseUrl() {
        String host = header("Host");
        if (host == null) {
            var local = request.localPeer();
            return scheme + "://" + local.host() + ":" + local.port();
        }
        return scheme + "://" + host;
    }
}
