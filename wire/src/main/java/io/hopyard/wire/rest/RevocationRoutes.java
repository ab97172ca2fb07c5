package io.hopyard.wire.rest;

import io.hopyard.core.access.Scope;
import io.hopyard.core.time.Deadline;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Shuts nodes out of the cluster, for administrators. */
public final class RevocationRoutes {
    private static final String REVOKE = "/hopsworks-api/api/hopyard/nodes/{nodeName}/revoke";

    private final Revoker revoker;

    /** Makes the certificates of a node worthless. Thread safe. */
    @FunctionalInterface
    public interface Revoker {
        /**
         * May be repeated.
         *
         * @return certificates that were issued up to then count no more
         * @throws io.hopyard.core.error.FeatureStoreException {@code INVALID_REQUEST} for a head, or what is no node's name
         */
        Instant revoke(String node, Deadline deadline);
    }

    public RevocationRoutes(Revoker revoker) {
        this.revoker = revoker;
    }

    public List<Route> routes() {
        return List.of(new Route(
                "POST",
                REVOKE,
                Access.ADMIN,
                Scope.ADMIN,
                Set.of(),
                "Makes all certificates that a node has worthless and cuts its connections.",
                this::revoke));
    }

    private Answer revoke(Exchange exchange) {
        String node = exchange.path("nodeName");
        Instant upTo = revoker.revoke(node, exchange.deadline());
        return Answer.ok(Json.object().put("name", node).put("issuedUpTo", upTo.toString()));
    }
}
