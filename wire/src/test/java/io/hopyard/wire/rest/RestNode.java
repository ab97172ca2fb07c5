package io.hopyard.wire.rest;

import io.hopyard.core.access.ApiKeys;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Members;
import io.hopyard.core.access.OnlineCredentials;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.access.Role;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.StoredGate;
import io.hopyard.core.access.User;
import io.hopyard.core.access.Users;
import io.hopyard.core.database.CachingDatabase;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Ids;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.project.Project;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.testkit.http.RouteShape;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.http.OpenApi;
import io.hopyard.wire.http.Route;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The REST API over a database in memory, on a real socket; its clock stands still. */
final class RestNode implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123Z");
    static final String API = "/hopsworks-api/api";
    private static final String HOST = "127.0.24.2";

    final MemoryDatabase database = new MemoryDatabase();
    final Metrics metrics = new Metrics();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    final Commits commits = new Commits(database, random, System::nanoTime, Pause.NONE);
    private final Ids ids = new Ids(database, commits, System::nanoTime, 1);
    final Users users = new Users(database, commits, ids, clock);
    final ApiKeys keys = new ApiKeys(database, commits, random, clock);
    final Members members = new Members(database, commits, clock);
    final Projects projects = new Projects(database, commits, ids, members, clock);
    final CachingDatabase cache =
            new CachingDatabase(database, new CachingDatabase.Limits(1_000, 1 << 20), System::nanoTime, metrics);
    final StoredGate gate = new StoredGate(cache, clock);
    final OnlineCredentials online = new OnlineCredentials(database, commits, gate, projects::findId, random);
    final List<Route> routes;
    final HttpDoor door;
    private final HttpClient http = HttpClient.newHttpClient();
    final DoorClient client;

    RestNode() {
        List<Route> all = new ArrayList<>();
        all.addAll(new VariableRoutes(Map.of("enable_flyingduck", "false")).routes());
        all.addAll(new ProjectRoutes(
                        projects,
                        members,
                        users,
                        gate,
                        (project, user) -> new ProjectCredentials(
                                "a2V5", "dHJ1c3Q=", "password of " + user, "ca", "cert of " + project, "key"))
                .routes());
        all.addAll(new MemberRoutes(projects, members, users, gate).routes());
        all.addAll(new KeyRoutes(keys, users).routes());
        all.addAll(new UserAdminRoutes(users).routes());
        all.addAll(new ProfileRoutes(users).routes());
        all.addAll(new AbsentRoutes().routes());
        routes = OpenApi.withDocument(all, API + "/openapi.json", OpenApi.About.rest("0.1.0"));
        door = new HttpDoor(
                HttpSettings.at("rest", HOST, 0),
                routes,
                new HttpDoor.Parts(gate, KeySource.AUTHORIZATION, ErrorWriter.REST, metrics, System::nanoTime));
        door.start();
        client = new DoorClient(http, "http://" + HOST + ":" + door.port());
    }

    static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    User user(String email) {
        return users.create(new Users.NewUser(email, "First", "Last", false, true), soon());
    }

    User admin(String email) {
        return users.create(new Users.NewUser(email, "Ad", "Min", true, true), soon());
    }

    static Caller caller(User user) {
        return new Caller(user.id(), user.username(), user.email(), user.admin(), EnumSet.allOf(Scope.class));
    }

    Project project(String name, User owner) {
        return projects.create(name, "", caller(owner), soon());
    }

    void member(Project project, User user, Role role) {
        members.put(project.id(), Map.of(user.id(), role), soon());
    }

    /** A key with all scopes. */
    String key(User user) {
        return key(user, EnumSet.allOf(Scope.class));
    }

    String key(User user, Set<Scope> scopes) {
        return keys.issue(user.id(), "test" + scopes.hashCode(), scopes, null, soon())
                .text()
                .text();
    }

    DoorClient.Reply call(String key, String method, String target, String body)
            throws IOException, InterruptedException {
        return client.call(
                method,
                API + target,
                Map.of("Authorization", "ApiKey " + key, "Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    DoorClient.Reply get(String key, String target) throws IOException, InterruptedException {
        return call(key, "GET", target, "");
    }

    List<RouteShape> shapes() {
        return routes.stream()
                .map(route -> new RouteShape(
                        route.method(), route.path(), route.access().name(), route.query()))
                .toList();
    }

    @Override
    public void close() {
        door.close();
        http.close();
    }
}
