package io.hopyard.wire.join;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinAnswer;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.RenewRequest;
import io.hopyard.wire.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Requests and answers of the join door as JSON; members that are not known are passed over. */
final class JoinJson {
    static final String PROJECT = "project";
    static final String USER = "user";
    private static final String HOSTS = "hosts";
    private static final String REQUEST = "certificateRequest";
    private static final String KEY = "authorityKey";

    private JoinJson() {}

    static ObjectNode write(JoinRequest request) {
        ObjectNode json = Json.object()
                .put("token", request.token().text())
                .put("name", request.name())
                .put("zone", request.zone())
                .put("region", request.region())
                .put(REQUEST, request.certificateRequest());
        ArrayNode roles = json.putArray("roles");
        request.roles().stream().sorted().map(NodeRole::word).forEach(roles::add);
        request.hosts().forEach(json.putArray(HOSTS)::add);
        return json;
    }

    static JoinRequest readRequest(JsonNode json) {
        return new JoinRequest(
                JoinToken.parse(text(json, "token")),
                text(json, "name"),
                texts(json, "roles").stream().map(NodeRole::parse).collect(Collectors.toSet()),
                text(json, "zone"),
                text(json, "region"),
                texts(json, HOSTS),
                text(json, REQUEST));
    }

    static ObjectNode write(RenewRequest request) {
        ObjectNode json = Json.object().put(REQUEST, request.certificateRequest());
        request.hosts().forEach(json.putArray(HOSTS)::add);
        return json;
    }

    static RenewRequest readRenewal(JsonNode json) {
        return new RenewRequest(texts(json, HOSTS), text(json, REQUEST));
    }

    static ObjectNode write(JoinAnswer answer) {
        ObjectNode json = Json.object().put("chain", answer.chain());
        ObjectNode settings = json.putObject("settings");
        new TreeMap<>(answer.settings()).forEach(settings::put);
        String key = answer.authorityKey();
        return key == null ? json : json.put(KEY, key);
    }

    static JoinAnswer readAnswer(JsonNode json) {
        Map<String, String> settings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : json.path("settings").properties()) {
            settings.put(entry.getKey(), string(entry.getKey(), entry.getValue()));
        }
        @Nullable String key = json.has(KEY) ? text(json, KEY) : null;
        return new JoinAnswer(text(json, "chain"), settings, key);
    }

    static ObjectNode write(ProjectCredentials credentials) {
        return Json.object()
                .put("keyStore", credentials.keyStore())
                .put("trustStore", credentials.trustStore())
                .put("password", credentials.password())
                .put("caChain", credentials.caChain())
                .put("clientCertificate", credentials.clientCertificate())
                .put("clientKey", credentials.clientKey());
    }

    static ProjectCredentials readCredentials(JsonNode json) {
        return new ProjectCredentials(
                text(json, "keyStore"),
                text(json, "trustStore"),
                text(json, "password"),
                text(json, "caChain"),
                text(json, "clientCertificate"),
                text(json, "clientKey"));
    }

    static String text(JsonNode json, String member) {
        return string(member, json.path(member));
    }

    private static List<String> texts(JsonNode json, String member) {
        JsonNode array = json.path(member);
        if (!array.isArray()) {
            throw refused(member + ": no list (expected: a list of texts)");
        }
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(string(member, element)));
        return texts;
    }

    private static String string(String member, JsonNode value) {
        if (!value.isTextual()) {
            throw refused(member + ": no text (expected: a text)");
        }
        return value.textValue();
    }

    private static FeatureStoreException refused(String message) {
        return new FeatureStoreException(ErrorCode.INVALID_REQUEST, message);
    }
}
