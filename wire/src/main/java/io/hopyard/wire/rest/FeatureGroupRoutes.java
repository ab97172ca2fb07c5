package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureGroups.OnViews;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Feature groups over REST: create, get, change, clear, delete. */
public final class FeatureGroupRoutes {
    private final StoreAccess access;
    private final FeatureGroups groups;
    private final Attachments attachments;
    private final GroupUse use;
    private final JobJson jobs;
    private final Clock clock;

    FeatureGroupRoutes(
            StoreAccess access,
            FeatureGroups groups,
            Attachments attachments,
            GroupUse use,
            JobJson jobs,
            Clock clock) {
        this.access = access;
        this.groups = groups;
        this.attachments = attachments;
        this.use = use;
        this.jobs = jobs;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                route("POST", Paths.GROUPS, Set.of("expand"), "Creates a feature group.", this::create),
                route("GET", Paths.GROUPS, Set.of("expand"), "Lists the feature groups.", this::list),
                route(
                        "GET",
                        Paths.GROUP,
                        Set.of("expand", "version"),
                        "Returns a feature group by its id, or the versions of a name.",
                        this::get),
                route(
                        "PUT",
                        Paths.GROUP,
                        Set.of("updateMetadata", "updateStatsConfig", "deprecate", "expand"),
                        "Changes a feature group. A changed TTL holds for rows that arrive afterwards.",
                        this::update),
                route(
                        "DELETE",
                        Paths.GROUP,
                        Set.of("force", "deleteFeatureViews"),
                        "Deletes a feature group with its rows.",
                        this::delete),
                route("POST", Paths.GROUP + "/clear", Set.of(), "Removes all rows of a feature group.", this::clear),
                route(
                        "POST",
                        Paths.GROUP + "/updatetableschema",
                        Set.of(),
                        "Returns the job that carries an extended schema on.",
                        this::updateTableSchema),
                route(
                        "GET",
                        Paths.GROUP + "/expectationsuite",
                        Set.of(),
                        "Says that there is no expectation suite.",
                        this::noSuite),
                route(
                        "GET",
                        Paths.GROUP + "/commits",
                        Set.of("sort_by", "offset", "limit", "filter_by", "fields"),
                        "Says that there are no offline commits.",
                        this::noCommits));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer create(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        ObjectNode body = exchange.jsonObject();
        Definition definition = FeatureGroupJson.definition(body);
        for (FeatureGroup.GroupReference parent : definition.parents()) {
            access.toRead(exchange, parent.projectId());
            groups.load(parent.projectId(), parent.featureGroupId(), exchange.deadline());
        }
        SortedMap<String, String> tags = tags(body);
        Caller caller = exchange.caller();
        FeatureGroup group = groups.create(
                store,
                definition,
                new Creation(caller.userId(), caller.username(), caller.email(), clock.millis()),
                exchange.deadline());
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            attachments.putTag(
                    Attachments.Target.featureGroup(group), tag.getKey(), tag.getValue(), exchange.deadline());
        }
        return Answer.json(201, FeatureGroupJson.toJson(store, group));
    }

    /** Tags that are given with a new entity. */
    static SortedMap<String, String> tags(ObjectNode body) {
        SortedMap<String, String> tags = new TreeMap<>();
        ObjectNode list = Members.findObject(body, "tags");
        if (list != null) {
            for (ObjectNode tag : Members.objects(list, "items")) {
                tags.put(Members.text(tag, "name"), tagValue(tag));
            }
        }
        return tags;
    }

    /** A text is JSON text already, as the client sends it here. */
    private static String tagValue(ObjectNode tag) {
        var value = Members.find(tag, "value");
        if (value == null) {
            throw Members.missing("value", "the value of a tag");
        }
        return value.isTextual() ? value.textValue() : Json.text(value);
    }

    private Answer list(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        ArrayNode items = Json.array();
        groups.list(store.id(), exchange.deadline()).forEach(group -> items.add(FeatureGroupJson.toJson(store, group)));
        return Answer.ok(Members.list(items));
    }

    private Answer get(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        String wanted = exchange.path("groupId");
        if (wanted.chars().allMatch(c -> c >= '0' && c <= '9')) {
            FeatureGroup group = groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
            return Answer.ok(FeatureGroupJson.toJson(store, group));
        }
        List<FeatureGroup> found = new ArrayList<>();
        String version = exchange.query("version");
        if (version == null) {
            found.addAll(groups.versions(store.id(), wanted, exchange.deadline()));
        } else {
            FeatureGroup group = groups.find(store.id(), wanted, version(version), exchange.deadline());
            if (group != null) {
                found.add(group);
            }
        }
        if (found.isEmpty()) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_GROUP_NOT_FOUND,
                    "feature group: '" + Names.shorten(wanted) + "'"
                            + (version == null ? "" : " version " + Names.shorten(version))
                            + " (expected: one of feature store '" + store.name() + "')");
        }
        ArrayNode array = Json.array();
        found.forEach(group -> array.add(FeatureGroupJson.toJson(store, group)));
        return Answer.ok(array);
    }

    /** A version in a query string. */
    static int version(String text) {
        try {
            int version = Integer.parseInt(text);
            Names.checkVersion(ErrorCode.INVALID_REQUEST, version);
            return version;
        } catch (NumberFormatException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "version: '" + Names.shorten(text) + "' (expected: a number >= 1)", e);
        }
    }

    private Answer update(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        long id = exchange.pathNumber("groupId");
        ObjectNode body = exchange.jsonObject();
        String deprecate = exchange.query("deprecate");
        FeatureGroup updated;
        if (deprecate != null) {
            boolean deprecated = exchange.queryFlag("deprecate", false);
            updated = groups.update(store, id, old -> old.withDeprecated(deprecated), exchange.deadline());
        } else if (exchange.queryFlag("updateStatsConfig", false)) {
            updated = groups.update(
                    store,
                    id,
                    old -> old.withStatistics(FeatureGroupJson.statistics(body, old.statistics())),
                    exchange.deadline());
        } else {
            updated = groups.update(store, id, old -> FeatureGroupJson.change(body, old), exchange.deadline());
        }
        return Answer.ok(FeatureGroupJson.toJson(store, updated));
    }

    private Answer delete(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        long id = exchange.pathNumber("groupId");
        if (exchange.queryFlag("deleteFeatureViews", false)) {
            use.deleteViews(exchange, groups.load(store.id(), id, exchange.deadline()));
        }
        OnViews onViews = exchange.queryFlag("force", false) ? OnViews.LEAVE : OnViews.REFUSE;
        groups.delete(store.id(), id, onViews, exchange.deadline());
        return Answer.empty(200);
    }

    private Answer clear(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        groups.clear(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
        return Answer.empty(200);
    }

    private Answer updateTableSchema(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        FeatureGroup group = groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
        return Answer.ok(jobs.toJson(exchange, group));
    }

    private Answer noSuite(Exchange exchange) {
        load(exchange);
        return Answer.ok(Json.object().put("count", 0));
    }

    /** The client wants the items here, too. */
    private Answer noCommits(Exchange exchange) {
        load(exchange);
        return Answer.ok(Members.list(Json.array()));
    }

    private FeatureGroup load(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        return groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
    }
}
