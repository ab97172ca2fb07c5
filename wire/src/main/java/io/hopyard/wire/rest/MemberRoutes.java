package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Member;
import io.hopyard.core.access.Members;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Role;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.User;
import io.hopyard.core.access.Users;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.project.Project;
import io.hopyard.core.project.Projects;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Forms;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a project and their roles. */
public final class MemberRoutes {
    private static final String MEMBERS = "/hopsworks-api/api/project/{projectId}/projectMembers";
    private static final String MEMBER = MEMBERS + "/{email}";
    private static final int ADDED_MAX = 100;

    private final Projects projects;
    private final Members members;
    private final Users users;
    private final Gate gate;

    public MemberRoutes(Projects projects, Members members, Users users, Gate gate) {
        this.projects = projects;
        this.members = members;
        this.users = users;
        this.gate = gate;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", MEMBERS, Access.PROJECT_READ, Set.of(), "Lists the members.", this::list),
                route("POST", MEMBERS, Access.PROJECT_OWN, Set.of(), "Adds members.", this::add),
                route("POST", MEMBER, Access.PROJECT_OWN, Set.of("role"), "Changes a role.", this::change),
                route(
                        "DELETE",
                        MEMBER,
                        Access.PROJECT_READ,
                        Set.of("deleteHomeDir", "newFileOwner"),
                        "Removes a member; who is no data owner may only remove himself.",
                        this::remove));
    }

    private static Route route(
            String method, String path, Access access, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, access, Scope.PROJECT, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        Project project = projects.load(exchange.pathNumber("projectId"), exchange.deadline());
        ArrayNode array = Json.array();
        for (Member member : members.list(project.id(), exchange.deadline())) {
            User user = users.find(member.userId(), exchange.deadline());
            if (user != null) {
                array.add(AccessJson.member(project, member, user));
            }
        }
        return Answer.ok(array);
    }

    private Answer add(Exchange exchange) {
        JsonNode team = AccessJson.find(exchange.jsonObject(), "projectTeam");
        if (team == null || !team.isArray() || team.isEmpty() || team.size() > ADDED_MAX) {
            throw AccessJson.refused(
                    "projectTeam",
                    team == null ? "missing" : team.size() + " entries",
                    "an array of 1 to " + ADDED_MAX + " members");
        }
        Map<Long, Role> roles = new LinkedHashMap<>();
        for (JsonNode entry : team) {
            JsonNode key = AccessJson.find(entry, "projectTeamPK");
            String email = AccessJson.text(key == null ? entry : key, "teamMember");
            User user = users.loadByEmail(email, exchange.deadline());
            if (roles.put(user.id(), AccessJson.role(AccessJson.text(entry, "teamRole"))) != null) {
                throw AccessJson.refused("teamMember", Texts.shown(email), "every member once");
            }
        }
        members.put(exchange.pathNumber("projectId"), roles, exchange.deadline());
        return Answer.ok(Json.object().put("successMessage", "members added: " + roles.size()));
    }

    /** The client sends a form, others a JSON object or the query. */
    private Answer change(Exchange exchange) {
        long projectId = exchange.pathNumber("projectId");
        User user = users.loadByEmail(exchange.path("email"), exchange.deadline());
        Role role = AccessJson.role(wantedRole(exchange));
        if (members.find(projectId, user.id(), exchange.deadline()) == null) {
            throw new FeatureStoreException(
                    ErrorCode.MEMBER_NOT_FOUND,
                    "email: " + Texts.shown(user.email()) + " (expected: a member of the project)");
        }
        members.put(projectId, Map.of(user.id(), role), exchange.deadline());
        return Answer.ok(Json.object().put("successMessage", "role changed"));
    }

    private static String wantedRole(Exchange exchange) {
        String role = exchange.query("role");
        if (role == null) {
            String type = exchange.header("Content-Type");
            role = type != null && type.startsWith("application/x-www-form-urlencoded")
                    ? Forms.find(exchange.body(), "role")
                    : AccessJson.findText(exchange.jsonObject(), "role");
        }
        if (role == null) {
            throw AccessJson.refused("role", "missing", "the new role");
        }
        return role;
    }

    private Answer remove(Exchange exchange) {
        long projectId = exchange.pathNumber("projectId");
        Caller caller = exchange.caller();
        @Nullable User user = users.findByEmail(exchange.path("email"), exchange.deadline());
        boolean self = user != null && user.id() == caller.userId();
        if (!self && !gate.allows(caller, projectId, Permission.OWN, exchange.deadline())) {
            throw new FeatureStoreException(ErrorCode.FORBIDDEN, "only data owners may remove other members");
        }
        if (user == null) {
            throw new FeatureStoreException(
                    ErrorCode.MEMBER_NOT_FOUND,
                    "email: " + Texts.shown(exchange.path("email")) + " (expected: a member of the project)");
        }
        members.remove(projectId, user.id(), exchange.deadline());
        return Answer.empty(204);
    }
}
