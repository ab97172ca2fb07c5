package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.slot.SlotAdmin;
import io.hopyard.core.slot.SlotMove;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.http.Texts;
import java.util.List;
import java.util.Set;

/** How online rows are shared out over the pairs of data nodes, for administrators. */
public final class SlotRoutes {
    private static final String SLOTS = "/hopsworks-api/api/hopyard/slots";

    private final SlotAdmin slots;

    public SlotRoutes(SlotAdmin slots) {
        this.slots = slots;
    }

    public List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        SLOTS,
                        Access.ADMIN,
                        Scope.ADMIN,
                        Set.of(),
                        "Tells how many slots each pair of data nodes has.",
                        this::get),
                new Route(
                        "POST",
                        SLOTS + "/balance",
                        Access.ADMIN,
                        Scope.ADMIN,
                        Set.of("leaving"),
                        "Moves some slots so that pairs have as many; to be asked again until it says done.",
                        this::balance));
    }

    private Answer get(Exchange exchange) {
        return Answer.ok(report(exchange));
    }

    private Answer balance(Exchange exchange) {
        String leaving = exchange.query("leaving");
        boolean more = slots.advance(leaving == null ? Set.of() : Set.of(pair(leaving)), exchange.deadline());
        return Answer.ok(report(exchange).put("done", !more));
    }

    private static int pair(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw AccessJson.refused("leaving", Texts.shown(text), "the number of a pair");
        }
    }

    private ObjectNode report(Exchange exchange) {
        SlotAdmin.Report report = slots.report(exchange.deadline());
        ObjectNode json = Json.object();
        ArrayNode pairs = json.putArray("pairs");
        for (SlotAdmin.Share share : report.shares()) {
            ObjectNode pair = pairs.addObject().put("pair", share.pair()).put("slots", share.slots());
            Long rows = share.rows();
            if (rows != null) {
                pair.put("rows", rows);
            }
        }
        SlotMove move = report.move();
        if (move != null) {
            json.putObject("move")
                    .put("number", move.epoch())
                    .put("from", move.from())
                    .put("to", move.to())
                    .put("slots", move.slots().size())
                    .put("phase", move.phase().name());
        }
        return json;
    }
}
