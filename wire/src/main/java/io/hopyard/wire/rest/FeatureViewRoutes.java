package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Links;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.view.FeatureView;
import io.hopyard.core.view.FeatureViews;
import io.hopyard.core.view.Query;
import io.hopyard.core.view.QuerySql;
import io.hopyard.core.view.QueryTree;
import io.hopyard.core.view.Statements;
import io.hopyard.core.view.Statements.Form;
import io.hopyard.core.view.Statements.Selection;
import io.hopyard.core.view.Statements.Statement;
import io.hopyard.core.view.TrainingDatasets;
import io.hopyard.core.view.ViewTree;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Feature views, the query constructor, statements for look-ups, and where a view or group comes from. */
public final class FeatureViewRoutes {
    private final StoreAccess access;
    private final FeatureViews views;
    private final FeatureGroups groups;
    private final TrainingDatasets datasets;
    private final Links links;
    private final Attachments attachments;
    private final Clock clock;

    FeatureViewRoutes(
            StoreAccess access,
            FeatureViews views,
            FeatureGroups groups,
            TrainingDatasets datasets,
            Links links,
            Attachments attachments,
            Clock clock) {
        this.access = access;
        this.views = views;
        this.groups = groups;
        this.datasets = datasets;
        this.links = links;
        this.attachments = attachments;
        this.clock = clock;
    }

    public List<Route> routes() {
        Set<String> expand = Set.of("expand", "filter_by", "sort_by", "offset", "limit");
        Set<String> force = Set.of("force");
        Set<String> batch = Set.of(
                "start_time",
                "end_time",
                "with_label",
                "with_primary_keys",
                "with_event_time",
                "inference_helper_columns",
                "training_helper_columns",
                "is_hive_engine",
                "td_version");
        Set<String> levels = Set.of("expand", "upstreamLvls", "downstreamLvls");
        return List.of(
                route("POST", Paths.VIEWS, expand, "Creates a feature view.", this::create),
                route("GET", Paths.VIEWS, expand, "Lists the feature views.", this::list),
                route("GET", Paths.VIEW_VERSIONS, expand, "Lists the versions of a feature view.", this::versions),
                route("DELETE", Paths.VIEW_VERSIONS, force, "Deletes all versions of a view.", this::deleteVersions),
                route("GET", Paths.VIEW, expand, "Returns a feature view.", this::get),
                route("PUT", Paths.VIEW, expand, "Changes the description of a feature view.", this::update),
                route("DELETE", Paths.VIEW, force, "Deletes a feature view.", this::delete),
                route("GET", Paths.VIEW + "/query/batch", batch, "Returns the query of batch data.", this::batchQuery),
                new Route(
                        "POST",
                        Paths.VIEW + "/query/batch",
                        Access.PROJECT_READ,
                        Scope.FEATURESTORE,
                        batch,
                        "Returns the query of batch data with one more filter.",
                        this::filteredBatchQuery),
                route(
                        "GET",
                        Paths.VIEW + "/preparedstatement",
                        Set.of(
                                "batch",
                                "inference_helper_columns",
                                "logging_meta_data",
                                "feature_vector_with_inference_helpers"),
                        "Returns the look-ups by which vectors are read.",
                        this::statements),
                route(
                        "GET",
                        Paths.VIEW + "/provenance/links",
                        levels,
                        "Returns what a view is made from.",
                        this::viewLinks),
                route(
                        "GET",
                        Paths.GROUP + "/provenance/links",
                        levels,
                        "Returns what a group is made from and what is made from it.",
                        this::groupLinks),
                new Route(
                        "PUT",
                        Paths.STORES + "/query",
                        Access.PROJECT_READ,
                        Scope.FEATURESTORE,
                        Set.of("hqs"),
                        "Turns a query into SQL.",
                        this::query));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    // ---- views

    private Answer create(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        ObjectNode body = exchange.jsonObject();
        Caller caller = exchange.caller();
        FeatureView wanted = FeatureViewJson.parse(
                body, store, new Creation(caller.userId(), caller.username(), caller.email(), clock.millis()));
        checkRights(exchange, wanted.query());
        var tags = FeatureGroupRoutes.tags(body);
        ViewTree tree = views.create(wanted, exchange.deadline());
        tags.forEach((name, value) -> attachments.putTag(target(tree.view()), name, value, exchange.deadline()));
        return Answer.json(201, toJson(exchange, tree));
    }

    /** Whoever uses a query needs the right to read every store that it reads from. */
    private void checkRights(Exchange exchange, Query query) {
        QueryTree.groups(query).stream()
                .map(GroupReference::projectId)
                .distinct()
                .forEach(projectId -> access.toRead(exchange, projectId));
    }

    private ObjectNode toJson(Exchange exchange, ViewTree tree) {
        return FeatureViewJson.toJson(tree, id -> access.stores().load(id, exchange.deadline()));
    }

    private static Attachments.Target target(FeatureView view) {
        return Attachments.Target.featureView(view.projectId(), view.name(), view.version());
    }

    private Answer list(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        return Answer.ok(toJson(exchange, views.list(store.id(), exchange.deadline()), true));
    }

    /** Views whose groups are gone or may not be read are left out of a list when {@code lenient}. */
    private ObjectNode toJson(Exchange exchange, List<FeatureView> found, boolean lenient) {
        ArrayNode items = Json.array();
        for (FeatureView view : found) {
            try {
                checkRights(exchange, view.query());
                items.add(toJson(exchange, views.tree(view, exchange.deadline())));
            } catch (FeatureStoreException e) {
                boolean skip = e.code() == ErrorCode.FEATURE_GROUP_NOT_FOUND || e.code() == ErrorCode.FORBIDDEN;
                if (!lenient || !skip) {
                    throw e;
                }
            }
        }
        return Members.list(items);
    }

    private Answer versions(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        return Answer.ok(toJson(exchange, loadVersions(exchange, store), false));
    }

    private List<FeatureView> loadVersions(Exchange exchange, FeatureStore store) {
        String name = exchange.path("viewName");
        List<FeatureView> found = views.versions(store.id(), name, exchange.deadline());
        if (found.isEmpty()) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_VIEW_NOT_FOUND,
                    "feature view: '" + Names.shorten(name) + "' (expected: one of feature store '" + store.name()
                            + "')");
        }
        return found;
    }

    private FeatureView load(Exchange exchange, FeatureStore store) {
        return views.load(store.id(), exchange.path("viewName"), version(exchange), exchange.deadline());
    }

    static int version(Exchange exchange) {
        return FeatureGroupRoutes.version(exchange.path("viewVersion"));
    }

    private ViewTree loadTree(Exchange exchange) {
        FeatureView view = load(exchange, access.toRead(exchange));
        checkRights(exchange, view.query());
        return views.tree(view, exchange.deadline());
    }

    private Answer get(Exchange exchange) {
        return Answer.ok(toJson(exchange, loadTree(exchange)));
    }

    private Answer update(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        String description = Members.text(exchange.jsonObject(), "description", "");
        FeatureView view = views.describe(
                store.id(), exchange.path("viewName"), version(exchange), description, exchange.deadline());
        return Answer.ok(toJson(exchange, views.tree(view, exchange.deadline())));
    }

    private Answer delete(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        views.delete(load(exchange, store), exchange.deadline());
        return Answer.empty(200);
    }

    private Answer deleteVersions(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        loadVersions(exchange, store).forEach(view -> views.delete(view, exchange.deadline()));
        return Answer.empty(200);
    }

    // ---- queries

    private Answer query(Exchange exchange) {
        if (exchange.queryFlag("hqs", false)) {
            throw Members.notAvailable("hqs: a read of the offline store");
        }
        Query query = QueryJson.parse(exchange.jsonObject());
        checkRights(exchange, query);
        QueryTree tree = views.tree(query, exchange.deadline());
        ObjectNode json = Json.object();
        json.put("query", QuerySql.text(tree, id -> store(exchange, id).name()));
        if (tree.nodes().stream().allMatch(node -> node.group().online())) {
            json.put(
                    "queryOnline", QuerySql.text(tree, id -> store(exchange, id).database()));
        }
        json.set("onDemandFeatureGroups", Json.array());
        json.set("hudiCachedFeatureGroups", Json.array());
        return Answer.ok(json);
    }

    private FeatureStore store(Exchange exchange, long id) {
        return access.stores().load(id, exchange.deadline());
    }

    private Answer batchQuery(Exchange exchange) {
        return batchQuery(exchange, null);
    }

    private Answer filteredBatchQuery(Exchange exchange) {
        return batchQuery(exchange, QueryJson.filter(exchange.jsonObject()));
    }

    private Answer batchQuery(Exchange exchange, Query.@Nullable Filter extra) {
        ViewTree tree = loadTree(exchange);
        Query query = BatchQuery.of(tree, exchange);
        query = BatchQuery.and(query, extra);
        String datasetVersion = exchange.query("td_version");
        if (datasetVersion != null) {
            var dataset = datasets.load(tree.view(), FeatureGroupRoutes.version(datasetVersion), exchange.deadline());
            query = BatchQuery.and(query, dataset.extraFilter());
        }
        QueryTree selected = views.tree(query, exchange.deadline());
        return Answer.ok(new QueryJson.Writer(selected, id -> store(exchange, id)).toJson());
    }

    private Answer statements(Exchange exchange) {
        ViewTree tree = loadTree(exchange);
        Form form = exchange.queryFlag("batch", false) ? Form.BATCH : Form.SINGLE;
        ArrayNode items = Json.array();
        for (Statement statement : Statements.of(
                tree, form, selection(exchange), id -> store(exchange, id).database())) {
            ArrayNode parameters = Json.array();
            for (int index = 0; index < statement.parameters().size(); index++) {
                parameters.add(Json.object()
                        .put("name", statement.parameters().get(index))
                        .put("index", index + 1));
            }
            ObjectNode json = Json.object()
                    .put("featureGroupId", statement.featureGroupId())
                    .put("preparedStatementIndex", statement.index());
            json.set("preparedStatementParameters", parameters);
            json.put("queryOnline", statement.sql());
            Members.put(json, "prefix", statement.prefix().isEmpty() ? null : statement.prefix());
            items.add(json);
        }
        return Answer.ok(Members.list(items));
    }

    private static Selection selection(Exchange exchange) {
        if (exchange.queryFlag("logging_meta_data", false)) {
            return Selection.LOGGING;
        }
        if (exchange.queryFlag("feature_vector_with_inference_helpers", false)) {
            return Selection.FEATURES_AND_HELPERS;
        }
        return exchange.queryFlag("inference_helper_columns", false) ? Selection.HELPERS : Selection.FEATURES;
    }

    // ---- provenance

    private Answer viewLinks(Exchange exchange) {
        FeatureView view = load(exchange, access.toRead(exchange));
        ArrayNode upstream = Json.array();
        if (levels(exchange, "upstreamLvls") > 0) {
            for (GroupReference reference : QueryTree.groups(view.query())) {
                upstream.add(groupNode(exchange, reference));
            }
        }
        return links(upstream, Json.array());
    }

    private Answer groupLinks(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        FeatureGroup group = groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
        ArrayNode upstream = Json.array();
        if (levels(exchange, "upstreamLvls") > 0) {
            group.definition().parents().forEach(parent -> upstream.add(groupNode(exchange, parent)));
        }
        ArrayNode downstream = Json.array();
        if (levels(exchange, "downstreamLvls") > 0) {
            for (Links.ViewLink link : links.views(group.reference(), exchange.deadline())) {
                downstream.add(viewNode(exchange, link));
            }
            for (GroupReference child : links.children(group.reference(), exchange.deadline())) {
                downstream.add(groupNode(exchange, child));
            }
        }
        return links(upstream, downstream);
    }

    private static int levels(Exchange exchange, String name) {
        String text = exchange.query(name);
        return text == null || text.equals("0") ? 0 : 1;
    }

    private static Answer links(ArrayNode upstream, ArrayNode downstream) {
        ObjectNode json = Json.object();
        json.set("upstream", upstream);
        json.set("downstream", downstream);
        return Answer.ok(json);
    }

    private ObjectNode groupNode(Exchange exchange, GroupReference reference) {
        if (!readable(exchange, reference.projectId())) {
            return node(
                    "FEATURE_GROUP",
                    hidden(reference.projectId(), String.valueOf(reference.featureGroupId()), 1),
                    false,
                    false);
        }
        FeatureGroup group = groups.find(reference.projectId(), reference.featureGroupId(), exchange.deadline());
        if (group == null) {
            return node(
                    "FEATURE_GROUP",
                    hidden(reference.projectId(), String.valueOf(reference.featureGroupId()), 1),
                    true,
                    true);
        }
        return node("FEATURE_GROUP", FeatureGroupJson.toJson(store(exchange, group.projectId()), group), true, false);
    }

    private ObjectNode viewNode(Exchange exchange, Links.ViewLink link) {
        if (!readable(exchange, link.projectId())) {
            return node("FEATURE_VIEW", hidden(link.projectId(), link.name(), link.version()), false, false);
        }
        FeatureView view = views.find(link.projectId(), link.name(), link.version(), exchange.deadline());
        try {
            if (view != null) {
                checkRights(exchange, view.query());
                ViewTree tree = views.tree(view, exchange.deadline());
                return node("FEATURE_VIEW", toJson(exchange, tree), true, false);
            }
        } catch (FeatureStoreException e) {
            if (e.code() != ErrorCode.FEATURE_GROUP_NOT_FOUND && e.code() != ErrorCode.FORBIDDEN) {
                throw e;
            }
        }
        return node("FEATURE_VIEW", hidden(link.projectId(), link.name(), link.version()), true, view == null);
    }

    private boolean readable(Exchange exchange, long projectId) {
        try {
            access.toRead(exchange, projectId);
            return true;
        } catch (FeatureStoreException e) {
            if (e.code() == ErrorCode.FORBIDDEN || e.code() == ErrorCode.FEATURE_STORE_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private static ObjectNode hidden(long projectId, String name, int version) {
        return Json.object()
                .put("project", String.valueOf(projectId))
                .put("name", name)
                .put("version", version)
                .put("href", "");
    }

    @SuppressWarnings("InconsistentOverloads")
    private static ObjectNode node(String type, ObjectNode artifact, boolean accessible, boolean deleted) {
        ObjectNode node = Json.object()
                .put("artifact_type", type)
                .put("accessible", accessible)
                .put("deleted", deleted)
                .put("traversed", true);
        node.set("artifact", artifact);
        ObjectNode json = Json.object();
        json.set("node", node);
        json.set("upstream", Json.array());
        json.set("downstream", Json.array());
        return json;
    }
}
