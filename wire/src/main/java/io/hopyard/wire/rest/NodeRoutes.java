package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.supervision.Fleet;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.NodeView;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The nodes of the cluster, for administrators: what they are, what they do, and what they shall do. */
public final class NodeRoutes {
    private static final String NODES = "/hopsworks-api/api/hopyard/nodes";
    private static final String NODE = NODES + "/{nodeName}";

    private final Fleet fleet;

    public NodeRoutes(Fleet fleet) {
        this.fleet = fleet;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", NODES, "Lists the nodes of the cluster, those too that are down.", this::list),
                route("GET", NODE, "Returns a node of the cluster.", this::get),
                route(
                        "PUT",
                        NODE,
                        "Says what a node shall do: serving, draining, stopped or removed. It follows by itself.",
                        this::wish));
    }

    private static Route route(String method, String path, String summary, Route.Handler handler) {
        return new Route(method, path, Access.ADMIN, Scope.ADMIN, Set.of(), summary, handler);
    }

    private Answer list(Exchange exchange) {
        ArrayNode array = Json.array();
        fleet.nodes().forEach(node -> array.add(json(node)));
        return Answer.ok(AccessJson.list(array));
    }

    private Answer get(Exchange exchange) {
        return Answer.ok(json(fleet.node(exchange.path("nodeName"))));
    }

    private Answer wish(Exchange exchange) {
        ObjectNode body = exchange.jsonObject();
        JsonNode wished = body.path("wished");
        JsonNode force = body.path("force");
        if (!wished.isTextual()) {
            throw AccessJson.refused("wished", wished.toString(), "serving, draining, stopped or removed");
        }
        if (!force.isMissingNode() && !force.isBoolean()) {
            throw AccessJson.refused("force", force.toString(), "true or false");
        }
        WishedState wish = WishedState.parse(wished.textValue());
        NodeView before = fleet.wish(exchange.path("nodeName"), wish, force.asBoolean(), exchange.deadline());
        return Answer.ok(json(before).put("wished", wish.word()));
    }

    private static ObjectNode json(NodeView view) {
        Node node = view.registration().node();
        ObjectNode json = Json.object().put("name", node.name());
        ArrayNode roles = json.putArray("roles");
        new TreeSet<>(node.roles()).stream().map(NodeRole::word).forEach(roles::add);
        json.put("zone", node.zone()).put("region", node.region());
        ObjectNode addresses = json.putObject("addresses");
        node.addresses().forEach(addresses::put);
        json.put("wished", view.registration().wished().word());
        json.put("wishedSince", time(view.registration().sinceMillis()));
        json.put("state", view.stateWord());
        json.put("healthy", view.healthy());
        json.put("detail", view.trouble().orElse("Serves."));
        NodeReport report = view.report();
        if (report != null) {
            json.put("since", time(report.sinceMillis()));
            json.put("started", time(report.startedMillis()));
            json.put("version", report.version());
            json.put("restarts", report.restarts());
            json.put("flapping", report.flapping());
            json.put("leads", report.leads());
            ArrayNode parts = json.putArray("parts");
            report.parts()
                    .forEach(part -> parts.addObject()
                            .put("part", part.name())
                            .put("ready", part.ready())
                            .put("detail", part.detail()));
        }
        return json;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
