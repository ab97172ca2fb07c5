package io.hopyard.wire.online;

import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.ErrorKind;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.serving.VectorFault;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.OpenApi;
import io.hopyard.wire.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The routes of the online API, under {@code /0.1.0} and, with its own error shape, under {@code /0.2.0}, and the document
 * that describes them. The door that
 * serves them finds keys by {@code KeySource.X_API_KEY}, writes errors by {@link OnlineErrors} and bounds bodies.
 * Thread safe.
 */
public final class OnlineRoutes {
    private final VectorReads vectors;
    private final RowReads rows;
    private final BooleanSupplier healthy;

    /**
     * @param healthy true while online rows can be read
     */
    public OnlineRoutes(
            ServingCatalog catalog, Gate gate, OnlineRows rows, OnlineSettings settings, BooleanSupplier healthy) {
        Rights rights = new Rights(gate);
        this.vectors = new VectorReads(catalog, rows, rights, settings);
        this.rows = new RowReads(catalog, rows, rights, settings);
        this.healthy = healthy;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (String version : List.of(OnlineErrors.V1, OnlineErrors.V2)) {
            routes.add(open(version, "/ping", "Tells that the door is open", exchange -> Answer.empty(200)));
            routes.add(open(version, "/health", "Tells whether online rows can be read: 1 or 0", this::health));
            routes.add(read(version, "/{db}/{table}/pk-read", "Reads one row by its primary key", rows::single));
            routes.add(read(version, "/batch", "Reads rows of any tables by their primary keys", rows::batch));
            routes.add(read(version, "/feature_store", "Reads one feature vector", numbered(version, vectors::single)));
            routes.add(read(
                    version,
                    "/batch_feature_store",
                    "Reads many feature vectors of one view",
                    numbered(version, vectors::batch)));
        }
        return OpenApi.withDocument(
                routes,
                "/openapi.json",
                new OpenApi.About("Hopyard online API", "0.2.0", "X-API-KEY", "The key itself.", OpenApi.Errors.MIXED));
    }

    private static Route open(String version, String path, String summary, Route.Handler handler) {
        return route("GET", version, path, Access.PUBLIC, summary, handler);
    }

    private static Route read(String version, String path, String summary, Route.Handler handler) {
        return route("POST", version, path, Access.BY_HANDLER, summary, handler);
    }

    private static Route route(
            String method, String version, String path, Access access, String summary, Route.Handler handler) {
        return new Route(
                method, version + path, access, Scope.FEATURESTORE, Set.of(), summary, guarded(version, handler));
    }

    /** Turns refusals of this package into answers of the version's shape. */
    private static Route.Handler guarded(String version, Route.Handler handler) {
        return exchange -> {
            try {
                return handler.handle(exchange);
            } catch (Refused e) {
                return OnlineErrors.answer(e, version);
            }
        };
    }

    /** A read that failed has a number of its own on the vector routes; all else is told by the frame. */
    private static Route.Handler numbered(String version, Route.Handler handler) {
        return exchange -> {
            try {
                return handler.handle(exchange);
            } catch (FeatureStoreException e) {
                if (e.code().kind() != ErrorKind.UNAVAILABLE && e.code() != ErrorCode.CONCURRENT_CHANGE) {
                    throw e;
                }
                VectorFault fault = new VectorFault(VectorFault.Kind.READ_FAILED, e.text());
                return OnlineErrors.unavailable(fault, e.code(), version);
            }
        };
    }

    private Answer health(Exchange exchange) {
        if (exchange.body().length > 0) {
            throw Refused.request("Health Request should be empty");
        }
        boolean now = healthy.getAsBoolean();
        Answer text = Answer.text(now ? 200 : 503, "text/plain; charset=utf-8", now ? "1" : "0");
        return now ? text : new Answer(text.status(), text.contentType(), text.body(), Map.of("Retry-After", "1"));
    }
}
