package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Executions;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.Subjects;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The handle of a feature store, the keywords in use and the Avro subjects. */
public final class FeatureStoreRoutes {
    private final StoreAccess access;
    private final FeatureGroups groups;
    private final Subjects subjects;
    private final Attachments attachments;

    FeatureStoreRoutes(StoreAccess access, FeatureGroups groups, Subjects subjects, Attachments attachments) {
        this.access = access;
        this.groups = groups;
        this.subjects = subjects;
        this.attachments = attachments;
    }

    public List<Route> routes() {
        return List.of(
                read(Paths.STORES, Set.of(), "Lists the feature stores of the project.", this::list),
                read(Paths.STORE, Set.of(), "Returns a feature store by its name or id.", this::handle),
                read(Paths.STORES + "/keywords", Set.of(), "Lists the keywords in use in the project.", this::keywords),
                read(
                        Paths.STORE + "/kafka/subjects/{subject}/versions/{subjectVersion}",
                        Set.of(),
                        "Returns the Avro schema of a feature group.",
                        this::subject));
    }

    private static Route read(String path, Set<String> query, String summary, Route.Handler handler) {
        return new Route("GET", path, Access.PROJECT_READ, Scope.FEATURESTORE, query, summary, handler);
    }

    private Answer list(Exchange exchange) {
        ArrayNode array = Json.array();
        array.add(toJson(access.ofProject(exchange)));
        return Answer.ok(array);
    }

    private Answer handle(Exchange exchange) {
        String wanted = exchange.path("storeId");
        FeatureStore own = access.ofProject(exchange);
        if (wanted.toLowerCase(Locale.ROOT).equals(own.name())) {
            return Answer.ok(toJson(own));
        }
        if (isNumber(wanted)) {
            return Answer.ok(toJson(access.toRead(exchange)));
        }
        FeatureStore other = byName(wanted.toLowerCase(Locale.ROOT), exchange);
        return Answer.ok(toJson(access.toRead(exchange, other.id())));
    }

    private FeatureStore byName(String name, Exchange exchange) {
        String suffix = "_featurestore";
        FeatureStore store = name.endsWith(suffix)
                ? access.stores()
                        .findByDatabase(name.substring(0, name.length() - suffix.length()), exchange.deadline())
                : null;
        if (store == null) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_STORE_NOT_FOUND,
                    "feature store: '" + Names.shorten(name)
                            + "' (expected: the name of a feature store that you may use)");
        }
        return store;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static ObjectNode toJson(FeatureStore store) {
        return Json.object()
                .put("featurestoreId", store.id())
                .put("featurestoreName", store.name())
                .put("created", Instant.ofEpochMilli(store.createdAtMillis()).toString())
                .put("projectName", store.projectName())
                .put("projectId", store.id())
                .put("offlineFeaturestoreName", store.name())
                .put("onlineFeaturestoreName", store.database())
                .put("onlineEnabled", true);
    }

    private Answer keywords(Exchange exchange) {
        ArrayNode names = Json.array();
        attachments
                .keywordsInUse(exchange.pathNumber("projectId"), exchange.deadline())
                .forEach(names::add);
        ObjectNode json = Json.object();
        json.set("keywords", names);
        return Answer.ok(json);
    }

    private Answer subject(Exchange exchange) {
        FeatureStore store = access.toRead(exchange);
        String name = exchange.path("subject");
        FeatureGroup group = Executions.findByTable(groups, store.id(), name, exchange.deadline());
        Subjects.Subject subject = group == null
                ? null
                : subjects.find(group, version(group, exchange.path("subjectVersion")), exchange.deadline());
        if (subject == null) {
            throw new FeatureStoreException(
                    ErrorCode.SUBJECT_NOT_FOUND,
                    "subject: '" + Names.shorten(name) + "' version "
                            + Names.shorten(exchange.path("subjectVersion"))
                            + " (expected: <feature group>_<version>, and latest or a version of the schema)");
        }
        return Answer.ok(Json.object()
                .put("id", subject.id())
                .put("subject", subject.subject())
                .put("version", subject.version())
                .put("schema", subject.schema()));
    }

    /** 0 when the text is no version; there is none of that number. */
    private static int version(FeatureGroup group, String text) {
        if (text.equals("latest")) {
            return group.subjectVersion();
        }
        return isNumber(text) && text.length() <= 9 ? Integer.parseInt(text) : 0;
    }
}
