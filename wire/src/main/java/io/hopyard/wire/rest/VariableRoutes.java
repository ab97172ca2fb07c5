package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What a client asks first: with which version it talks, and where the other doors are. */
public final class VariableRoutes {
    /** The line of the public client whose contract is served; another major or minor number makes it warn. */
    public static final String CLIENT_VERSION = "5.2.1";

    private static final String VARIABLES = "/hopsworks-api/api/variables";

    private final Supplier<Map<String, String>> variables;

    /** @param variables asked at each request, by name; one that is absent is answered as not found, on which clients rely */
    public VariableRoutes(Supplier<Map<String, String>> variables) {
        this.variables = variables;
    }

    public List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        VARIABLES + "/versions",
                        Access.USER,
                        Scope.PROJECT,
                        Set.of(),
                        "Lists the versions of what is served.",
                        this::versions),
                new Route(
                        "GET",
                        VARIABLES + "/{name}",
                        Access.USER,
                        Scope.PROJECT,
                        Set.of(),
                        "Returns a variable of the cluster.",
                        this::variable));
    }

    private Answer versions(Exchange exchange) {
        ArrayNode versions = Json.array();
        versions.addObject().put("software", "hopsworks").put("version", CLIENT_VERSION);
        return Answer.ok(versions);
    }

    private Answer variable(Exchange exchange) {
        String name = exchange.path("name");
        String value = variables.get().get(name);
        if (value == null) {
            throw new FeatureStoreException(
                    ErrorCode.VARIABLE_NOT_FOUND, "variable: " + Texts.shown(name) + " (expected: one that is set)");
        }
        return Answer.ok(Json.object().put("successMessage", value));
    }
}
