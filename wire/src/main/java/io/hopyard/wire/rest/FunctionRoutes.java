package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Functions;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.List;
import java.util.Set;

/** Stored transformation functions. */
public final class FunctionRoutes {
    private final StoreAccess access;
    private final Functions functions;

    FunctionRoutes(StoreAccess access, Functions functions) {
        this.access = access;
        this.functions = functions;
    }

    public List<Route> routes() {
        String path = Paths.STORE + "/transformationfunctions";
        return List.of(
                route("POST", path, Access.PROJECT_WRITE, Set.of(), "Stores a function.", this::create),
                route(
                        "GET",
                        path,
                        Access.PROJECT_READ,
                        Set.of("name", "version"),
                        "Lists the functions, or those of a name.",
                        this::list),
                route(
                        "DELETE",
                        path + "/{functionId}",
                        Access.PROJECT_WRITE,
                        Set.of(),
                        "Deletes a function.",
                        this::delete));
    }

    private static Route route(
            String method, String path, Access access, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer create(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        TransformationFunction function =
                functions.create(store.id(), FunctionJson.parse(exchange.jsonObject()), exchange.deadline());
        return Answer.json(201, FunctionJson.toJson(store.id(), function));
    }

    private Answer list(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        String version = exchange.query("version");
        ArrayNode items = Json.array();
        functions
                .list(
                        store.id(),
                        exchange.query("name"),
                        version == null ? null : FeatureGroupRoutes.version(version),
                        exchange.deadline())
                .forEach(function -> items.add(FunctionJson.toJson(store.id(), function)));
        return Answer.ok(Members.list(items));
    }

    private Answer delete(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        functions.delete(store.id(), exchange.pathNumber("functionId"), exchange.deadline());
        return Answer.empty(200);
    }
}
