package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairOverride;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.placement.DataNode;
import io.hopyard.core.placement.DataPlaces;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.List;
import java.util.Set;

/** The places of data nodes, for administrators. */
public final class DataRoutes {
    private static final String DATA = "/hopsworks-api/api/hopyard/data";
    private static final String NODE = DATA + "/{node}";
    private static final String OVERRIDE = NODE + "/override";
    private static final String EPOCH = "epoch";

    private final DataPlaces places;

    public DataRoutes(DataPlaces places) {
        this.places = places;
    }

    public List<Route> routes() {
        return List.of(
                route("GET", DATA, Set.of(), "Lists the pairs of data nodes and who may serve them.", this::list),
                route("DELETE", NODE, Set.of(), "Removes a dead data node for good.", this::remove),
                route(
                        "GET",
                        OVERRIDE,
                        Set.of(EPOCH),
                        "Says what would be lost if the rows of this node alone counted.",
                        this::propose),
                route(
                        "POST",
                        OVERRIDE,
                        Set.of(EPOCH),
                        "Lets the rows of this node alone count, once confirmed.",
                        this::override));
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route(method, path, Access.ADMIN, Scope.ADMIN, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        ArrayNode pairs = Json.array();
        for (DataPlaces.Standing standing : places.list(exchange.deadline())) {
            ObjectNode pair = pairs.addObject().put("pair", standing.pair().number());
            PairRecord record = standing.record();
            if (record != null) {
                pair.set("record", json(record));
            }
            ArrayNode nodes = pair.putArray("nodes");
            for (DataNode node : standing.pair().members()) {
                nodes.addObject()
                        .put("name", node.name())
                        .put("zone", node.zone())
                        .put("address", node.door())
                        .put("alive", standing.alive().contains(node.name()))
                        .put(
                                "member",
                                record != null && record.member(node.name()).isPresent());
            }
        }
        return Answer.ok(Json.object().<ObjectNode>set("items", pairs));
    }

    private static ObjectNode json(PairRecord record) {
        ObjectNode json = Json.object().put("epoch", record.epoch());
        ArrayNode members = json.putArray("members");
        record.members().stream().map(Incarnation::toString).forEach(members::add);
        ArrayNode removed = json.putArray("removed");
        record.removed().forEach(removed::add);
        return json.put("by", record.by().toString()).put("why", record.why());
    }

    private Answer remove(Exchange exchange) {
        places.remove(exchange.path("node"), exchange.deadline());
        return Answer.empty(204);
    }

    private Answer propose(Exchange exchange) {
        PairOverride proposed = places.proposal(exchange.path("node"), epoch(exchange), exchange.deadline());
        return Answer.ok(Json.object()
                .put("epoch", proposed.record().epoch())
                .put("loss", proposed.loss())
                .put("confirmation", proposed.confirmation()));
    }

    private Answer override(Exchange exchange) {
        JsonNode confirmation = Json.parse(exchange.body()).path("confirmation");
        if (!confirmation.isTextual()) {
            throw AccessJson.refused("confirmation", "missing", "the text that GET of this path answers");
        }
        return Answer.ok(json(
                places.override(exchange.path("node"), epoch(exchange), confirmation.asText(), exchange.deadline())));
    }

    private static long epoch(Exchange exchange) {
        String text = exchange.query(EPOCH);
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw AccessJson.refused(EPOCH, Texts.shown(text), "a number");
        }
        return Long.parseLong(text);
    }
}
