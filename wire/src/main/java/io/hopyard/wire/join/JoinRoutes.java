package io.hopyard.wire.join;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * The routes of the join door. They ask for no API key: a joiner has its token, and who renews shows a node's
 * certificate.
 */
public final class JoinRoutes {
    static final String JOIN = "/join/v1";
    static final String RENEW = "/join/v1/renew";
    static final String CREDENTIALS = "/join/v1/project-certificate";
    static final String HEAD = "head";
    static final String ADDRESS = "address";

    private final JoinDesk desk;
    private final CredentialDesk credentials;

    public JoinRoutes(JoinDesk desk, CredentialDesk credentials) {
        this.desk = desk;
        this.credentials = credentials;
    }

    public List<Route> routes() {
        return List.of(
                route(JOIN, "Let a node with a one-time token into the cluster", this::join),
                route(RENEW, "Give a node a fresh certificate", this::renew),
                route(
                        CREDENTIALS,
                        "Give a node that serves the REST API a certificate for a member of a project",
                        this::issue));
    }

    private static Route route(String path, String summary, Route.Handler handler) {
        return new Route("POST", path, Access.PUBLIC, Scope.PROJECT, Set.of(), summary, handler);
    }

    private Answer join(Exchange exchange) {
        return switch (desk.join(JoinJson.readRequest(exchange.jsonObject()))) {
            case JoinDesk.Admitted admitted -> Answer.ok(JoinJson.write(admitted.answer()));
            case JoinDesk.Elsewhere elsewhere -> elsewhere(elsewhere);
        };
    }

    /** A refusal like any other, with two members for who can follow it. */
    private static Answer elsewhere(JoinDesk.Elsewhere other) {
        String address = other.address();
        Answer refusal = ErrorWriter.REST.write(
                ErrorCode.JOIN_REFUSED,
                "token: made on head " + other.head() + " (expected: to be shown there"
                        + (address == null ? ", this head does not know where that is" : ", at " + address) + ")",
                JOIN);
        ObjectNode body = (ObjectNode) Json.parse(refusal.body());
        body.put(HEAD, other.head());
        if (address != null) {
            body.put(ADDRESS, address);
        }
        return Answer.json(refusal.status(), body);
    }

    private Answer renew(Exchange exchange) {
        return Answer.ok(JoinJson.write(desk.renew(shown(exchange), JoinJson.readRenewal(exchange.jsonObject()))));
    }

    private Answer issue(Exchange exchange) {
        ObjectNode body = exchange.jsonObject();
        return Answer.ok(JoinJson.write(credentials.issue(
                shown(exchange), JoinJson.text(body, JoinJson.PROJECT), JoinJson.text(body, JoinJson.USER))));
    }

    private static X509Certificate shown(Exchange exchange) {
        X509Certificate shown = exchange.peerCertificate();
        if (shown == null) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED, "certificate: none was shown (expected: a node's)");
        }
        return shown;
    }
}
