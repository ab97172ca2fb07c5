package io.hopyard.wire.rest;

import io.hopyard.core.access.Scope;
import io.hopyard.core.access.Users;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.List;
import java.util.Set;

/** The caller's own profile. Secrets and variables of users are not kept here yet: there are none. */
public final class ProfileRoutes {
    private static final String USERS = "/hopsworks-api/api/users";

    private final Users users;

    public ProfileRoutes(Users users) {
        this.users = users;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", USERS + "/profile", Set.of(), "Returns the caller's profile.", this::profile),
                route("GET", USERS + "/secrets", Set.of(), "Lists secrets: none.", this::none),
                route(
                        "GET",
                        USERS + "/secrets/{name}",
                        Set.of("name", "owner"),
                        "Finds no secret.",
                        exchange -> missing(exchange, ErrorCode.SECRET_NOT_FOUND)),
                route("POST", USERS + "/secrets", Set.of(), "Refuses to keep a secret.", this::refuse),
                route("GET", USERS + "/envvars", Set.of("includeValue"), "Lists variables: none.", this::none),
                route(
                        "GET",
                        USERS + "/envvars/{name}",
                        Set.of(),
                        "Finds no variable.",
                        exchange -> missing(exchange, ErrorCode.USER_VARIABLE_NOT_FOUND)),
                route("POST", USERS + "/envvars", Set.of(), "Refuses to keep a variable.", this::refuse));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, Access.USER, Scope.PROJECT, query, summary, handler);
    }

    private Answer profile(Exchange exchange) {
        return Answer.ok(AccessJson.profile(users.load(exchange.caller().userId(), exchange.deadline())));
    }

    private Answer none(Exchange exchange) {
        return Answer.ok(AccessJson.list(Json.array()));
    }

    private Answer missing(Exchange exchange, ErrorCode code) {
        throw new FeatureStoreException(
                code, "name: " + Texts.shown(exchange.path("name")) + " (expected: an existing one)");
    }

    private Answer refuse(Exchange exchange) {
        throw new FeatureStoreException(
                ErrorCode.NOT_AVAILABLE, "secrets and variables of users are not kept in this version");
    }
}
