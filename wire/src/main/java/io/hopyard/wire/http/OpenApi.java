package io.hopyard.wire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Describes a list of routes as an OpenAPI 3.1 document. Immutable. */
public final class OpenApi {
    private final ObjectNode document;

    /**
     * What a document says of its door beside the routes.
     *
     * @param keyHeader the header that carries the API key
     * @param keyForm what stands in it, for people
     */
    public record About(String title, String version, String keyHeader, String keyForm, Errors errors) {
        /** The REST API of a head. */
        public static About rest(String version) {
            return new About(
                    "Hopyard", version, "Authorization", "The word ApiKey, a blank, and the key.", Errors.JSON);
        }
    }

    /** The bodies of refusals. */
    public enum Errors {
        /** Those of {@link ErrorWriter#REST}. */
        JSON,
        /** Plain text, or JSON of several shapes. */
        MIXED
    }

    private OpenApi(ObjectNode document) {
        this.document = document;
    }

    /**
     * The routes and one more, which serves the document that describes all of them.
     *
     * @param path where the document is served, to everybody
     */
    public static List<Route> withDocument(List<Route> routes, String path, About about) {
        List<Route> all = new ArrayList<>(routes);
        // The document describes its own route too, so the handler can only be tied to it afterwards.
        byte[][] served = new byte[1][];
        all.add(new Route(
                "GET",
                path,
                Access.PUBLIC,
                Scope.PROJECT,
                Set.of(),
                "Returns this document.",
                exchange -> new Answer(200, "application/json", served[0].clone(), Map.of())));
        served[0] = Json.bytes(of(all, about).document());
        return List.copyOf(all);
    }

    public static OpenApi of(List<Route> routes, About about) {
        ObjectNode document = Json.object().put("openapi", "3.1.0");
        document.putObject("info").put("title", about.title()).put("version", about.version());
        ObjectNode paths = document.putObject("paths");
        routes.stream()
                .sorted(Comparator.comparing(Route::path).thenComparing(Route::method))
                .forEach(route -> paths.withObjectProperty(route.path())
                        .set(route.method().toLowerCase(Locale.ROOT), operation(route, about.errors())));
        ObjectNode components = document.putObject("components");
        ObjectNode key = components.putObject("securitySchemes").putObject("ApiKey");
        key.put("type", "apiKey").put("in", "header").put("name", about.keyHeader());
        key.put("description", about.keyForm());
        if (about.errors() == Errors.JSON) {
            describeError(components);
        }
        return new OpenApi(document);
    }

    private static void describeError(ObjectNode components) {
        ObjectNode error = components.putObject("schemas").putObject("Error").put("type", "object");
        error.putArray("required").add("errorCode").add("errorMsg");
        ObjectNode members = error.putObject("properties");
        members.putObject("errorCode").put("type", "integer");
        members.putObject("errorMsg").put("type", "string");
        members.putObject("usrMsg").put("type", "string");
    }

    private static ObjectNode operation(Route route, Errors errors) {
        ObjectNode operation = Json.object().put("summary", route.summary());
        operation.put("x-access", route.access().name());
        ArrayNode parameters = Json.array();
        Map<String, Integer> seen = new HashMap<>();
        for (String segment : RouteTable.segments(route.path())) {
            String name = RouteTable.variable(segment);
            if (name != null && seen.merge(name, 1, Integer::sum) == 1) {
                parameter(parameters, name, "path").put("required", true);
            }
        }
        new TreeSet<>(route.query()).forEach(name -> parameter(parameters, name, "query"));
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        ObjectNode responses = operation.putObject("responses");
        responses.putObject("2XX").put("description", "Done.");
        ObjectNode failed = responses.putObject("default").put("description", "Refused or failed.");
        if (errors == Errors.JSON) {
            failed.putObject("content")
                    .putObject("application/json")
                    .putObject("schema")
                    .put("$ref", "#/components/schemas/Error");
        }
        ArrayNode security = operation.putArray("security");
        if (route.access() != Access.PUBLIC) {
            operation.put("x-scope", route.scope().name());
            security.addObject().putArray("ApiKey");
        }
        return operation;
    }

    private static ObjectNode parameter(ArrayNode parameters, String name, String where) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", where);
        parameter.putObject("schema").put("type", "string");
        return parameter;
    }

    /** A copy. */
    public ObjectNode document() {
        return document.deepCopy();
    }
}
