package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Progress of online ingestions, and the rows that could not be applied. */
public final class IngestionRoutes {
    private static final String BY_ID = "ID:";

    private final StoreAccess access;
    private final FeatureGroups groups;
    private final IngestLedger ledger;

    IngestionRoutes(StoreAccess access, FeatureGroups groups, IngestLedger ledger) {
        this.access = access;
        this.groups = groups;
        this.ledger = ledger;
    }

    public List<Route> routes() {
        String path = Paths.GROUP + "/online_ingestion";
        return List.of(
                new Route(
                        "POST",
                        path,
                        Access.PROJECT_WRITE,
                        Scope.FEATURESTORE,
                        Set.of(),
                        "Opens an online ingestion.",
                        this::open),
                new Route(
                        "GET",
                        path,
                        Access.PROJECT_READ,
                        Scope.FEATURESTORE,
                        Set.of("filter_by"),
                        "Says how far an online ingestion is.",
                        this::progress),
                new Route(
                        "GET",
                        path + "/rejected",
                        Access.PROJECT_READ,
                        Scope.FEATURESTORE,
                        Set.of("offset", "limit"),
                        "Lists the rows that could not be applied, newest first.",
                        this::rejected));
    }

    private FeatureGroup load(Exchange exchange, FeatureStore store) {
        FeatureGroup group = groups.load(store.id(), exchange.pathNumber("groupId"), exchange.deadline());
        if (!group.online()) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "feature group '" + group.name() + "' version " + group.version()
                            + " is not online (expected: an online feature group)");
        }
        return group;
    }

    private Answer open(Exchange exchange) {
        FeatureStore store = access.toWrite(exchange);
        Long announced = Members.findNumber(exchange.jsonObject(), "numEntries");
        long entries = announced == null ? 0 : announced;
        FeatureGroup group = load(exchange, store);
        long id = ledger.open(store.id(), group.id(), entries, exchange.deadline());
        return Answer.json(201, Json.object().put("id", id).put("numEntries", entries));
    }

    private Answer progress(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        FeatureGroup group = load(exchange, store);
        Ingestion ingestion = find(exchange, store, group);
        if (ingestion == null) {
            return Answer.ok(Json.object().put("count", 0));
        }
        ArrayNode results = Json.array();
        ingestion
                .rows()
                .forEach((status, rows) -> results.add(Json.object()
                        .put("onlineIngestionId", ingestion.id())
                        .put("status", status.name())
                        .put("rows", rows)));
        ObjectNode json = Json.object().put("id", ingestion.id()).put("numEntries", ingestion.numEntries());
        json.set("results", results);
        return Answer.ok(Members.list(Json.array().add(json)));
    }

    private @Nullable Ingestion find(Exchange exchange, FeatureStore store, FeatureGroup group) {
        String filter = exchange.query("filter_by");
        if (filter == null || filter.equalsIgnoreCase("LATEST")) {
            return ledger.latest(store.id(), group.id(), exchange.deadline());
        }
        try {
            if (filter.startsWith(BY_ID)) {
                long id = Long.parseLong(filter.substring(BY_ID.length()));
                return id < 1 ? null : ledger.find(store.id(), group.id(), id, exchange.deadline());
            }
        } catch (NumberFormatException e) {
            throw wrongFilter(filter, e);
        }
        throw wrongFilter(filter, null);
    }

    private static FeatureStoreException wrongFilter(String filter, @Nullable Throwable cause) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "filter_by: '" + Names.shorten(filter) + "' (expected: LATEST or ID:<number>)",
                cause);
    }

    private Answer rejected(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        FeatureGroup group = load(exchange, store);
        ArrayNode items = Json.array();
        ledger.rejected(store.id(), group.id(), exchange.deadline()).reversed().stream()
                .skip(PageQuery.offset(exchange))
                .limit(PageQuery.limit(exchange, 1_000))
                .forEach(row -> items.add(toJson(group, row)));
        return Answer.ok(Members.list(items));
    }

    private static ObjectNode toJson(FeatureGroup group, RejectedRow row) {
        ObjectNode json = Json.object()
                .put("failureType", row.reason().name())
                .put("failureReason", row.detail())
                .put("topic", group.topic())
                .put("partition", row.partition())
                .put("offset", row.offset())
                .put("featureGroupId", group.id())
                .put("rejectedAt", row.at().toString())
                .put("payload", Base64.getEncoder().encodeToString(row.payload()));
        Members.put(json, "onlineIngestionId", row.ingestionId());
        return json;
    }
}
