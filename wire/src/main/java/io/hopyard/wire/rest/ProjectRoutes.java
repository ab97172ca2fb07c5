package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Member;
import io.hopyard.core.access.Members;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.ProjectCredentials;
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
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Projects, and the key material of the caller in them. */
public final class ProjectRoutes {
    private static final String PROJECTS = "/hopsworks-api/api/project";
    private static final String PROJECT = PROJECTS + "/{projectId}";

    private final Projects projects;
    private final Members members;
    private final Users users;
    private final Gate gate;
    private final CertificateIssuer certificates;

    public ProjectRoutes(Projects projects, Members members, Users users, Gate gate, CertificateIssuer certificates) {
        this.projects = projects;
        this.members = members;
        this.users = users;
        this.gate = gate;
        this.certificates = certificates;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", PROJECTS, Access.USER, Set.of(), "Lists the caller's projects.", this::list),
                route(
                        "POST",
                        PROJECTS,
                        Access.USER,
                        Set.of("projectName"),
                        "Creates a project owned by the caller.",
                        this::create),
                route(
                        "GET",
                        PROJECTS + "/getProjectInfo/{projectName}",
                        Access.BY_HANDLER,
                        Set.of(),
                        "Returns a project by its name.",
                        this::byName),
                route("GET", PROJECT, Access.PROJECT_READ, Set.of(), "Returns a project by its id.", this::byId),
                route("DELETE", PROJECT, Access.PROJECT_OWN, Set.of(), "Removes an empty project.", this::remove),
                route(
                        "GET",
                        PROJECT + "/credentials",
                        Access.PROJECT_READ,
                        Set.of(),
                        "Issues certificates of the caller for the project.",
                        this::credentials),
                new Route(
                        "GET",
                        "/hopsworks-api/api/admin/projects",
                        Access.ADMIN,
                        Scope.ADMIN,
                        Set.of(),
                        "Lists all projects.",
                        this::all));
    }

    private static Route route(
            String method, String path, Access access, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, access, Scope.PROJECT, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        User user = users.load(exchange.caller().userId(), exchange.deadline());
        List<Member> memberships = members.ofUser(user.id(), exchange.deadline());
        Map<Long, Project> byId = new HashMap<>();
        projects.findAll(memberships.stream().map(Member::projectId).toList(), exchange.deadline())
                .forEach(project -> byId.put(project.id(), project));
        ArrayNode array = Json.array();
        for (Member member : memberships) {
            Project project = byId.get(member.projectId());
            if (project != null) {
                array.add(AccessJson.member(project, member, user));
            }
        }
        return Answer.ok(array);
    }

    private Answer all(Exchange exchange) {
        ArrayNode array = Json.array();
        projects.list(exchange.deadline()).forEach(project -> array.add(AccessJson.project(project)));
        return Answer.ok(AccessJson.list(array));
    }

    private Answer create(Exchange exchange) {
        ObjectNode body = exchange.body().length == 0 ? Json.object() : exchange.jsonObject();
        String inQuery = exchange.query("projectName");
        String inBody = AccessJson.findText(body, "projectName");
        if (inQuery != null && inBody != null && !inQuery.equals(inBody)) {
            throw AccessJson.refused("projectName", Texts.shown(inQuery), Texts.shown(inBody) + ", as in the body");
        }
        String name = inQuery == null ? inBody : inQuery;
        if (name == null) {
            throw AccessJson.refused("projectName", "missing", "the name of the new project");
        }
        String description = AccessJson.findText(body, "description");
        Project project =
                projects.create(name, description == null ? "" : description, exchange.caller(), exchange.deadline());
        return Answer.json(201, AccessJson.project(project));
    }

    /** Also a project that exists and is none of the caller's business is not found. */
    private Answer byName(Exchange exchange) {
        String name = exchange.path("projectName");
        Project project = projects.findByName(name, exchange.deadline());
        if (project == null || !mayRead(project, exchange)) {
            throw new FeatureStoreException(
                    ErrorCode.PROJECT_NOT_FOUND,
                    "projectName: " + Texts.shown(name) + " (expected: a project of which you are a member)");
        }
        return Answer.ok(AccessJson.project(project));
    }

    private boolean mayRead(Project project, Exchange exchange) {
        return gate.allows(exchange.caller(), project.id(), Permission.READ, exchange.deadline());
    }

    private Answer byId(Exchange exchange) {
        return Answer.ok(AccessJson.project(projects.load(exchange.pathNumber("projectId"), exchange.deadline())));
    }

    private Answer remove(Exchange exchange) {
        projects.remove(exchange.pathNumber("projectId"), exchange.deadline());
        return Answer.empty(204);
    }

    private Answer credentials(Exchange exchange) {
        Project project = projects.load(exchange.pathNumber("projectId"), exchange.deadline());
        ProjectCredentials issued =
                certificates.issue(project.name(), exchange.caller().username());
        return Answer.ok(Json.object()
                .put("fileExtension", "jks")
                .put("kStore", issued.keyStore())
                .put("tStore", issued.trustStore())
                .put("password", issued.password())
                .put("caChain", issued.caChain())
                .put("clientCert", issued.clientCertificate())
                .put("clientKey", issued.clientKey()));
    }
}
