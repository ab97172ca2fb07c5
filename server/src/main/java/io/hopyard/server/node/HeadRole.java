package io.hopyard.server.node;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.http.OpenApi;
import io.hopyard.wire.http.Route;
import io.hopyard.wire.rest.AbsentRoutes;
import io.hopyard.wire.rest.CatalogRoutes;
import io.hopyard.wire.rest.KeyRoutes;
import io.hopyard.wire.rest.MemberRoutes;
import io.hopyard.wire.rest.ProfileRoutes;
import io.hopyard.wire.rest.ProjectRoutes;
import io.hopyard.wire.rest.UserAdminRoutes;
import io.hopyard.wire.rest.VariableRoutes;
import java.util.ArrayList;
import java.util.List;

/**
 * The public REST API of a head, or of a node with role {@code api}: it reads as soon as the database is there, and changes
 * things when the log is, too.
 */
final class HeadRole {
    private static final String OPENAPI_PATH = "/hopsworks-api/api/openapi.json";
    private static final String API_VERSION = "5.2";

    private HeadRole() {}

    /**
     * What the API reads and changes.
     *
     * @param cached lets callers in; it may be some seconds old
     */
    record Data(Metadata fresh, Metadata cached, FeatureGroups.Outside outside) {}

    /** @param more routes, of the cluster and not of the feature store */
    static HttpDoor door(
            Surroundings around,
            NodeIdentity identity,
            Data data,
            CertificateIssuer issuer,
            PublicDoors doors,
            List<Route> more) {
        HttpSettings settings = HttpSettings.at(
                        "rest", around.address(AllSettings.REST_ADDRESS), around.get(AllSettings.REST_PORT))
                .withTls(identity.node().sslContext())
                .withBodies(around.get(AllSettings.REST_BODY_MAX), around.get(AllSettings.HTTP_DRAIN_MAX))
                .withConcurrency(
                        around.get(AllSettings.REST_REQUESTS_MAX), around.get(AllSettings.REST_CONNECTIONS_MAX))
                .withTimeouts(
                        around.get(AllSettings.REST_IDLE_TIMEOUT),
                        around.get(AllSettings.REST_REQUEST_TIMEOUT),
                        around.get(AllSettings.STOP_GRACE));
        return new HttpDoor(
                settings,
                routes(around, data, issuer, doors, more),
                new HttpDoor.Parts(
                        data.cached().gate,
                        KeySource.AUTHORIZATION,
                        ErrorWriter.REST,
                        around.metrics(),
                        around.ticker()));
    }

    /** Callers are let in by cached rows; what they read and change is never a cached state. */
    private static List<Route> routes(
            Surroundings around, Data data, CertificateIssuer issuer, PublicDoors doors, List<Route> more) {
        Metadata fresh = data.fresh();
        List<Route> routes = new ArrayList<>(more);
        routes.addAll(new VariableRoutes(doors::variables).routes());
        routes.addAll(new ProjectRoutes(fresh.projects, fresh.members, fresh.users, fresh.gate, issuer).routes());
        routes.addAll(new MemberRoutes(fresh.projects, fresh.members, fresh.users, fresh.gate).routes());
        routes.addAll(new KeyRoutes(fresh.keys, fresh.users).routes());
        routes.addAll(new UserAdminRoutes(fresh.users).routes());
        routes.addAll(new ProfileRoutes(fresh.users).routes());
        routes.addAll(CatalogRoutes.of(new CatalogRoutes.Parts(
                fresh.records,
                fresh.stores,
                data.cached().gate,
                fresh.credentials,
                data.outside(),
                doors::connectors,
                around.clock(),
                around.random())));
        routes.addAll(new AbsentRoutes().routes());
        return OpenApi.withDocument(routes, OPENAPI_PATH, OpenApi.About.rest(API_VERSION));
    }
}
