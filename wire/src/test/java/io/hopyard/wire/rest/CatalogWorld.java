package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.ProjectStores;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.SubjectTexts;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Ids;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureLog;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.project.Project;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.view.StoredServingCatalog;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.http.Route;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A head's REST door over a database in memory, with one project, its owner and an observer. */
final class CatalogWorld implements AutoCloseable {
    private static final String ROOT = "/hopsworks-api/api";

    final SecureRandom random = new SecureRandom();
    final MemoryDatabase database = new MemoryDatabase();
    final Topics topics = new Topics();
    /** Told of every change of a feature group. */
    volatile Runnable onGroupChange = () -> {};

    final MemoryOnlineRows onlineRows = new MemoryOnlineRows(Clock.systemUTC());
    final IngestLedger ledger = new IngestLedger(database, System::nanoTime, Clock.systemUTC(), random);
    final Commits commits = new Commits(database, random, System::nanoTime, Pause.NONE);
    final Records records = new Records(database, commits, new Ids(database, commits, System::nanoTime, 1));
    final StoredGate gate = new StoredGate(database, Clock.systemUTC());
    final Users users;
    final Projects projects;
    final Members members = new Members(database, commits, Clock.systemUTC());
    final Project project;
    final User owner;
    final String ownerKey;
    final String observerKey;
    final StoredServingCatalog serving;
    final List<Route> routes;
    final HttpDoor door;
    private final HttpClient http = HttpClient.newHttpClient();

    /** A log of topics with nothing in them; creation can be made to fail once. */
    static final class Topics implements FeatureLog {
        final Map<String, List<Long>> ends = new TreeMap<>();
        boolean failNextCreate;

        @Override
        public synchronized void createTopic(String topic, Deadline deadline) {
            if (failNextCreate) {
                failNextCreate = false;
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the log is away");
            }
            ends.putIfAbsent(topic, List.of(0L, 0L));
        }

        @Override
        public synchronized void deleteTopic(String topic, Deadline deadline) {
            ends.remove(topic);
        }

        @Override
        public synchronized List<Long> endOffsets(String topic, Deadline deadline) {
            List<Long> offsets = ends.get(topic);
            if (offsets == null) {
                throw new FeatureStoreException(ErrorCode.TOPIC_NOT_FOUND, "topic: " + topic);
            }
            return offsets;
        }
    }

    /** A status and a body. */
    record Reply(int status, JsonNode body) {
        Reply expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("status " + status + " instead of " + wanted + ": " + body);
            }
            return this;
        }

        void refused(ErrorCode code, String part) {
            expect(code.httpStatus());
            String text = body.path("usrMsg").asText();
            if (body.path("errorCode").asInt() != code.number() || !text.contains(part)) {
                throw new AssertionError("not " + code + " with '" + part + "': " + body);
            }
        }
    }

    CatalogWorld() {
        this("127.0.25.1", 0, null, Map.of());
    }

    CatalogWorld(String host, int port, @Nullable SSLContext tls, Map<String, String> variables) {
        Ids ids = new Ids(database, commits, System::nanoTime, 1);
        users = new Users(database, commits, ids, Clock.systemUTC());
        projects = new Projects(database, commits, ids, members, Clock.systemUTC());
        owner = users.create(new Users.NewUser("owner@example.com", "O", "W", false, true), deadline());
        User observer = users.create(new Users.NewUser("observer@example.com", "O", "B", false, true), deadline());
        Caller caller = new Caller(owner.id(), owner.username(), owner.email(), false, EnumSet.allOf(Scope.class));
        project = projects.create("Demo", "", caller, deadline());
        members.put(project.id(), Map.of(observer.id(), Role.OBSERVER), deadline());
        ApiKeys keys = new ApiKeys(database, commits, random, Clock.systemUTC());
        Set<Scope> scopes = EnumSet.complementOf(EnumSet.of(Scope.ADMIN));
        ownerKey = keys.issue(owner.id(), "k", scopes, null, deadline()).text().text();
        observerKey =
                keys.issue(observer.id(), "k", scopes, null, deadline()).text().text();
        ProjectStores stores = new ProjectStores(projects);
        serving = new StoredServingCatalog(stores, records, 100, new Metrics());
        OnlineCredentials credentials = new OnlineCredentials(database, commits, gate, projects::findId, random);
        List<Route> all = new ArrayList<>(CatalogRoutes.of(new CatalogRoutes.Parts(
                records,
                stores,
                gate,
                credentials,
                new FeatureGroups.Outside(topics, onlineRows, ledger, new SubjectTexts(), () -> onGroupChange.run()),
                new ConnectorSettings("127.0.25.1:9092", "127.0.25.2:9092", "127.0.25.1:3306"),
                Clock.systemUTC(),
                random)));
        routes = List.copyOf(all);
        all.addAll(new ProfileRoutes(users).routes());
        all.addAll(new ProjectRoutes(
                        projects,
                        members,
                        users,
                        gate,
                        (name, user) ->
                                new ProjectCredentials("AQ==", "AQ==", "password", "chain", "certificate", "key"))
                .routes());
        all.addAll(new VariableRoutes(variables).routes());
        HttpSettings plain = HttpSettings.at("rest", host, port);
        HttpSettings settings = new HttpSettings(
                plain.door(),
                plain.host(),
                plain.port(),
                tls,
                plain.bodyMaxBytes(),
                plain.drainMaxBytes(),
                plain.requestsMax(),
                plain.connectionsMax(),
                plain.idleTimeout(),
                plain.requestTimeout(),
                plain.stopTimeout(),
                plain.compressFromBytes());
        door = new HttpDoor(
                settings,
                all,
                new HttpDoor.Parts(gate, KeySource.AUTHORIZATION, ErrorWriter.REST, new Metrics(), System::nanoTime));
        door.start();
    }

    FeatureGroups featureGroups() {
        return new FeatureGroups(
                records,
                new io.hopyard.core.catalog.Subjects(records),
                new io.hopyard.core.catalog.Links(records),
                new io.hopyard.core.catalog.Attachments(records),
                new FeatureGroups.Outside(topics, onlineRows, ledger, new SubjectTexts(), () -> onGroupChange.run()));
    }

    static Deadline deadline() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(30));
    }

    String store() {
        return "/project/" + project.id() + "/featurestores/" + project.id();
    }

    Reply send(String key, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.25.1:" + door.port() + ROOT + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "ApiKey " + key)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            boolean json = response.body().length > 0
                    && response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Reply(response.statusCode(), json ? Json.parse(response.body()) : Json.object());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Reply get(String path) {
        return send(ownerKey, "GET", path, null);
    }

    Reply post(String path, String body) {
        return send(ownerKey, "POST", path, body);
    }

    Reply put(String path, String body) {
        return send(ownerKey, "PUT", path, body);
    }

    Reply delete(String path) {
        return send(ownerKey, "DELETE", path, null);
    }

    /** Creates a group and returns the answer. */
    ObjectNode create(GroupBody group) {
        return (ObjectNode)
                post(store() + "/featuregroups", group.json()).expect(201).body();
    }

    @Override
    public void close() {
        http.close();
        door.close();
    }
}
