package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.ApiKeys;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.Users;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** API keys: everybody's own, and those of others for administrators. */
public final class KeyRoutes {
    private static final String OWN = "/hopsworks-api/api/users/apiKey";
    private static final String OF_USER = "/hopsworks-api/api/admin/users/{userId}/apiKey";

    private final ApiKeys keys;
    private final Users users;

    public KeyRoutes(ApiKeys keys, Users users) {
        this.keys = keys;
        this.users = users;
    }

    public List<Route> routes() {
        return List.of(
                own("GET", OWN, "Lists the caller's API keys.", exchange -> list(exchange, callerId(exchange))),
                own("POST", OWN, "Creates an API key; its secret is shown once.", this::createOwn),
                own(
                        "DELETE",
                        OWN + "/{name}",
                        "Revokes an API key of the caller.",
                        exchange -> revoke(exchange, callerId(exchange))),
                admin("GET", OF_USER, "Lists the API keys of a user.", exchange -> list(exchange, userId(exchange))),
                admin(
                        "POST",
                        OF_USER,
                        "Creates an API key for a user; its secret is shown once.",
                        exchange -> create(exchange, userId(exchange), EnumSet.allOf(Scope.class))),
                admin(
                        "DELETE",
                        OF_USER + "/{name}",
                        "Revokes an API key of a user.",
                        exchange -> revoke(exchange, userId(exchange))));
    }

    private static Route own(String method, String path, String summary, Route.Handler handler) {
        return new Route(method, path, Access.USER, Scope.PROJECT, Set.of(), summary, handler);
    }

    private static Route admin(String method, String path, String summary, Route.Handler handler) {
        return new Route(method, path, Access.ADMIN, Scope.ADMIN, Set.of(), summary, handler);
    }

    private static long callerId(Exchange exchange) {
        return exchange.caller().userId();
    }

    private long userId(Exchange exchange) {
        return users.load(exchange.pathNumber("userId"), exchange.deadline()).id();
    }

    private Answer list(Exchange exchange, long userId) {
        ArrayNode array = Json.array();
        keys.list(userId, exchange.deadline()).forEach(key -> array.add(AccessJson.key(key)));
        return Answer.ok(AccessJson.list(array));
    }

    private Answer createOwn(Exchange exchange) {
        return create(exchange, callerId(exchange), exchange.caller().scopes());
    }

    /** A key cannot make one that is good for more than itself. */
    private Answer create(Exchange exchange, long userId, Set<Scope> scopesMax) {
        ObjectNode body = exchange.jsonObject();
        Set<Scope> scopes = AccessJson.scopes(body);
        if (AccessJson.find(body, "scopes") == null) {
            scopes.retainAll(scopesMax);
        }
        if (!scopesMax.containsAll(scopes)) {
            throw new FeatureStoreException(
                    ErrorCode.FORBIDDEN, "scopes: more than those of the key in use (expected: at most those)");
        }
        ApiKeys.Issued issued = keys.issue(
                userId, AccessJson.text(body, "name"), scopes, AccessJson.moment(body, "expires"), exchange.deadline());
        return Answer.json(
                201, AccessJson.key(issued.key()).put("key", issued.text().text()));
    }

    private Answer revoke(Exchange exchange, long userId) {
        keys.revoke(userId, exchange.path("name"), exchange.deadline());
        return Answer.empty(204);
    }
}
