package io.hopyard.wire.health;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Liveness, readiness and metrics, for a listener of their own that needs no key: bind it where only operators come. The
 * node is ready when every part is; while it stops, its parts must say that they are not.
 */
public final class HealthRoutes {
    private final Supplier<List<PartHealth>> parts;
    private final Metrics metrics;

    /** @param parts asked anew for every request, must answer at once */
    public HealthRoutes(Supplier<List<PartHealth>> parts, Metrics metrics) {
        this.parts = parts;
        this.metrics = metrics;
    }

    public List<Route> routes() {
        return List.of(
                route("/live", "Answers as long as the process does.", this::live),
                route("/ready", "Answers 200 when the node can serve, else 503.", this::ready),
                route("/metrics", "Returns the metrics in the Prometheus text format.", this::metrics));
    }

    private static Route route(String path, String summary, Route.Handler handler) {
        return new Route("GET", path, Access.PUBLIC, Scope.ADMIN, Set.of(), summary, handler);
    }

    private Answer live(Exchange exchange) {
        return Answer.ok(Json.object().put("live", true));
    }

    private Answer ready(Exchange exchange) {
        List<PartHealth> now = parts.get();
        boolean ready = now.stream().allMatch(PartHealth::ready);
        ObjectNode answer = Json.object().put("ready", ready);
        ArrayNode array = answer.putArray("parts");
        now.forEach(part -> array.addObject()
                .put("part", part.part())
                .put("ready", part.ready())
                .put("detail", part.detail()));
        return Answer.json(ready ? 200 : 503, answer);
    }

    private Answer metrics(Exchange exchange) {
        return Answer.text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.prometheus());
    }
}
