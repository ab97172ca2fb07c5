package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.OnlineCredentials;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** How clients reach the log and the MySQL door. */
public final class ConnectorRoutes {
    private static final long KAFKA_CONNECTOR_ID = 1;
    private static final long ONLINE_CONNECTOR_ID = 2;

    private final StoreAccess access;
    private final OnlineCredentials credentials;
    private final Supplier<ConnectorSettings> settings;

    ConnectorRoutes(StoreAccess access, OnlineCredentials credentials, Supplier<ConnectorSettings> settings) {
        this.access = access;
        this.credentials = credentials;
        this.settings = settings;
    }

    public List<Route> routes() {
        String connectors = Paths.STORE + "/storageconnectors";
        return List.of(
                read(
                        connectors + "/kafka_connector/byok",
                        Set.of("external"),
                        "Says how to reach the log.",
                        this::kafka),
                read(
                        connectors + "/onlinefeaturestore",
                        Set.of(),
                        "Says how to reach the MySQL door, with the caller's own password.",
                        this::online),
                read(
                        connectors + "/{connectorName}",
                        Set.of("expand", "temporaryCredentials", "durationSeconds"),
                        "Says that there is no such storage connector.",
                        this::none));
    }

    private static Route read(String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route("GET", path, Access.PROJECT_READ, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer kafka(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        boolean external = exchange.queryFlag("external", true);
        ObjectNode json = Json.object()
                .put("type", "featurestoreKafkaConnectorDTO")
                .put("storageConnectorType", "KAFKA")
                .put("id", KAFKA_CONNECTOR_ID)
                .put("name", "kafka_connector")
                .put("description", "")
                .put("featurestoreId", store.id())
                .put(
                        "bootstrapServers",
                        external
                                ? settings.get().kafkaExternal()
                                : settings.get().kafkaInternal())
                .put("securityProtocol", "SSL")
                .put("sslEndpointIdentificationAlgorithm", "")
                .put("externalKafka", false);
        json.set("options", Json.array());
        return Answer.ok(json);
    }

    private Answer online(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        Caller caller = exchange.caller();
        String account = OnlineCredentials.accountName(store.database(), caller.username());
        ArrayNode arguments = Json.array()
                .add(Json.object().put("name", "user").put("value", account))
                .add(Json.object()
                        .put("name", "password")
                        .put("value", credentials.password(caller, store.id(), exchange.deadline())));
        ObjectNode json = Json.object()
                .put("type", "featurestoreJdbcConnectorDTO")
                .put("storageConnectorType", "JDBC")
                .put("id", ONLINE_CONNECTOR_ID)
                .put("name", account + "_onlinefeaturestore")
                .put("description", "")
                .put("featurestoreId", store.id())
                .put("connectionString", "jdbc:mysql://" + settings.get().mysqlAddress() + "/" + store.database());
        json.set("arguments", arguments);
        return Answer.ok(json);
    }

    private Answer none(Exchange exchange) {
        access.toRead(exchange);
        throw new FeatureStoreException(
                ErrorCode.STORAGE_CONNECTOR_NOT_FOUND,
                "storage connector: '" + Names.shorten(exchange.path("connectorName"))
                        + "' (expected: onlinefeaturestore or kafka_connector/byok)");
    }
}
