package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.User;
import io.hopyard.core.access.Users;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** The users of the cluster, for administrators. */
public final class UserAdminRoutes {
    private static final String USERS = "/hopsworks-api/api/admin/users";
    private static final String USER = USERS + "/{userId}";

    private final Users users;

    public UserAdminRoutes(Users users) {
        this.users = users;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", USERS, Set.of(), "Lists the users.", this::list),
                route(
                        "POST",
                        USERS,
                        Set.of(
                                "accountType",
                                "email",
                                "givenName",
                                "surname",
                                "role",
                                "status",
                                "password",
                                "maxNumProjects"),
                        "Creates a user.",
                        this::create),
                route("GET", USER, Set.of(), "Returns a user.", this::get),
                route("DELETE", USER, Set.of(), "Removes a user with keys and memberships.", this::remove),
                route("PUT", USER + "/role", Set.of(), "Makes a user an administrator, or not.", this::changeRole),
                route("PUT", USER + "/accepted", Set.of(), "Lets a user in.", exchange -> activate(exchange, true)),
                route(
                        "PUT",
                        USER + "/rejected",
                        Set.of(),
                        "Shuts a user out, without removing anything.",
                        exchange -> activate(exchange, false)));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, Access.ADMIN, Scope.ADMIN, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        ArrayNode array = Json.array();
        users.list(exchange.deadline()).forEach(user -> array.add(AccessJson.user(user)));
        return Answer.ok(AccessJson.list(array));
    }

    private Answer create(Exchange exchange) {
        if (exchange.query("password") != null) {
            throw AccessJson.refused("password", "given", "none, since users come in with API keys");
        }
        if (exchange.query("maxNumProjects") != null) {
            throw AccessJson.refused("maxNumProjects", "given", "none, since projects are not limited");
        }
        String status = exchange.query("status");
        String role = exchange.query("role");
        User user = users.create(
                new Users.NewUser(
                        required(exchange, "email"),
                        optional(exchange, "givenName"),
                        optional(exchange, "surname"),
                        role != null && AccessJson.isAdmin(role),
                        status == null || isActive(status)),
                exchange.deadline());
        return Answer.json(201, AccessJson.user(user));
    }

    private static boolean isActive(String status) {
        return switch (status) {
            case "ACTIVATED_ACCOUNT" -> true;
            case "DEACTIVATED_ACCOUNT", "BLOCKED_ACCOUNT", "SPAM_ACCOUNT" -> false;
            default ->
                throw AccessJson.refused("status", Texts.shown(status), "ACTIVATED_ACCOUNT or DEACTIVATED_ACCOUNT");
        };
    }

    private static String required(Exchange exchange, String name) {
        String value = exchange.query(name);
        if (value == null) {
            throw AccessJson.refused(name, "missing", "a query parameter");
        }
        return value;
    }

    private static String optional(Exchange exchange, String name) {
        String value = exchange.query(name);
        return value == null ? "" : value;
    }

    private Answer get(Exchange exchange) {
        return Answer.ok(AccessJson.user(users.load(exchange.pathNumber("userId"), exchange.deadline())));
    }

    private Answer remove(Exchange exchange) {
        users.remove(another(exchange), exchange.deadline());
        return Answer.empty(204);
    }

    private Answer changeRole(Exchange exchange) {
        boolean admin = AccessJson.isAdmin(new String(exchange.body(), StandardCharsets.UTF_8));
        User changed = users.change(another(exchange), user -> user.withAdmin(admin), exchange.deadline());
        return Answer.ok(AccessJson.user(changed));
    }

    private Answer activate(Exchange exchange, boolean active) {
        User changed = users.change(another(exchange), user -> user.withActive(active), exchange.deadline());
        return Answer.ok(AccessJson.user(changed));
    }

    /** Nobody changes himself here, so that an administrator always remains. */
    private static long another(Exchange exchange) {
        long userId = exchange.pathNumber("userId");
        if (userId == exchange.caller().userId()) {
            throw AccessJson.refused("userId", Long.toString(userId), "another user than the caller");
        }
        return userId;
    }
}
