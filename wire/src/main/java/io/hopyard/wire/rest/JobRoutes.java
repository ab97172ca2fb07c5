package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Executions;
import io.hopyard.core.catalog.Executions.Execution;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The materialization jobs of feature groups, their executions, and the log files of those. */
public final class JobRoutes {
    private static final int LIMIT_DEFAULT = 100;

    private final StoreAccess access;
    private final FeatureGroups groups;
    private final Executions executions;
    private final LogFiles logs;
    private final JobJson json;
    private final Clock clock;

    JobRoutes(StoreAccess access, FeatureGroups groups, Executions executions, JobJson json, Clock clock) {
        this.access = access;
        this.groups = groups;
        this.executions = executions;
        this.logs = new LogFiles(executions);
        this.json = json;
        this.clock = clock;
    }

    public List<Route> routes() {
        String job = Paths.JOBS + "/{jobName}";
        String runs = job + "/executions";
        Set<String> expand = Set.of("expand");
        return List.of(
                route("GET", Paths.JOBS, Set.of("expand", "sort_by", "offset", "limit"), "Lists the jobs.", this::list),
                route("GET", job, expand, "Returns a job.", this::get),
                route("PUT", job, expand, "Refuses jobs of your own.", this::refuse),
                route("DELETE", job, Set.of(), "Refuses to delete the job of a feature group.", this::refuse),
                route("POST", runs, Set.of(), "Starts an execution.", this::start),
                route(
                        "GET",
                        runs,
                        Set.of("expand", "sort_by", "offset", "limit", "filter_by"),
                        "Lists the executions, newest first.",
                        this::executions),
                route("GET", runs + "/{executionId}", expand, "Returns an execution.", this::execution),
                file(
                        Paths.DATASET + "/{path}",
                        Set.of("action", "offset", "limit", "sort_by", "expand", "type"),
                        "Returns what is known about a file.",
                        this::attributes),
                file(
                        Paths.DATASET + "/download/with_auth/{path}",
                        Set.of("type"),
                        "Returns the bytes of a file.",
                        this::download));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.JOB, query, summary, handler);
    }

    private static Route file(String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route("GET", path, Access.PROJECT_READ, Scope.DATASET, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        FeatureStore store = access.ofProject(exchange);
        ArrayNode items = Json.array();
        groups.list(store.id(), exchange.deadline()).forEach(group -> items.add(json.toJson(exchange, group)));
        return Answer.ok(Members.list(items));
    }

    private Answer get(Exchange exchange) {
        return Answer.ok(json.toJson(exchange, load(exchange)));
    }

    private FeatureGroup load(Exchange exchange) {
        String name = exchange.path("jobName");
        FeatureGroup group = executions.findJob(exchange.pathNumber("projectId"), name, exchange.deadline());
        if (group == null) {
            throw new FeatureStoreException(
                    ErrorCode.JOB_NOT_FOUND,
                    "job: '" + Names.shorten(name) + "' (expected: the materialization job of a feature group)");
        }
        return group;
    }

    private Answer refuse(Exchange exchange) {
        throw Members.notAvailable("job '" + Names.shorten(exchange.path("jobName")) + "': jobs of your own");
    }

    private Answer start(Exchange exchange) {
        FeatureStore store = access.ofProject(exchange);
        FeatureGroup group = load(exchange);
        Execution execution = executions.start(
                group, exchange.caller().username(), arguments(exchange), clock.millis(), exchange.deadline());
        return Answer.json(201, json.toJson(exchange, store, group, execution));
    }

    /** The body is plain text, or JSON with a member {@code args}. */
    private static String arguments(Exchange exchange) {
        String contentType = exchange.header("Content-Type");
        if (contentType != null && contentType.startsWith("application/json") && exchange.body().length > 0) {
            return Members.text(exchange.jsonObject(), "args", "");
        }
        return new String(exchange.body(), StandardCharsets.UTF_8);
    }

    private Answer executions(Exchange exchange) {
        FeatureStore store = access.ofProject(exchange);
        FeatureGroup group = load(exchange);
        ArrayNode items = Json.array();
        executions.list(group, exchange.deadline()).stream()
                .skip(PageQuery.offset(exchange))
                .limit(PageQuery.limit(exchange, LIMIT_DEFAULT))
                .forEach(execution -> items.add(json.toJson(exchange, store, group, execution)));
        return Answer.ok(items.isEmpty() ? Json.object().put("count", 0) : Members.list(items));
    }

    private Answer execution(Exchange exchange) {
        FeatureStore store = access.ofProject(exchange);
        FeatureGroup group = load(exchange);
        Execution execution = executions.load(group, exchange.pathNumber("executionId"), exchange.deadline());
        return Answer.ok(json.toJson(exchange, store, group, execution));
    }

    private LogFiles.LogFile file(Exchange exchange) {
        FeatureStore store = access.ofProject(exchange);
        String path = exchange.path("path");
        LogFiles.LogFile file = logs.find(store, path, exchange.deadline());
        if (file == null) {
            throw new FeatureStoreException(
                    ErrorCode.DATASET_NOT_FOUND,
                    "path: '" + Names.shorten(path)
                            + "' (expected: the log of an execution; other files are not part of this version)");
        }
        return file;
    }

    private Answer attributes(Exchange exchange) {
        LogFiles.LogFile file = file(exchange);
        ObjectNode attributes = Json.object()
                .put("path", file.path())
                .put("name", file.name())
                .put("dir", false)
                .put("size", file.content().length)
                .put("permission", "r--r-----")
                .put("owner", file.owner())
                .put(
                        "modificationTime",
                        Instant.ofEpochMilli(file.modifiedAtMillis()).toString());
        ObjectNode answer = Json.object();
        answer.set("attributes", attributes);
        answer.put("zipState", "NONE").put("datasetType", "DATASET");
        return Answer.ok(answer);
    }

    private Answer download(Exchange exchange) {
        return Answer.bytes("application/octet-stream", file(exchange).content());
    }
}
