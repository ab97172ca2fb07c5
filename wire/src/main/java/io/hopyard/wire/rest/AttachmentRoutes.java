package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Scope;
import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Attachments.Keyword;
import io.hopyard.core.catalog.Attachments.Target;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Access;
import io.hopyard.wire.http.Answer;
import io.hopyard.wire.http.Exchange;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Route;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tags and keywords of feature groups, feature views and training datasets. */
public final class AttachmentRoutes {
    private final StoreAccess access;
    private final Attachments attachments;
    private final EntityTargets targets;
    private final Clock clock;

    AttachmentRoutes(StoreAccess access, Attachments attachments, EntityTargets targets, Clock clock) {
        this.access = access;
        this.attachments = attachments;
        this.targets = targets;
        this.clock = clock;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (EntityTargets.Kind kind : targets.all()) {
            String of = " of a " + kind.name() + ".";
            String tags = kind.path() + "/tags";
            String tag = tags + "/{tagName}";
            String keywords = kind.path() + "/keywords";
            routes.add(route("GET", tags, Set.of("expand"), "Lists the tags" + of, e -> tags(e, kind)));
            routes.add(route("GET", tag, Set.of("expand"), "Returns a tag" + of, e -> tag(e, kind)));
            routes.add(route("PUT", tag, Set.of(), "Sets a tag" + of, e -> putTag(e, kind)));
            routes.add(route("DELETE", tag, Set.of(), "Removes a tag" + of, e -> removeTag(e, kind)));
            routes.add(route("GET", keywords, Set.of(), "Lists the keywords" + of, e -> keywords(e, kind)));
            routes.add(route("POST", keywords, Set.of(), "Replaces the keywords" + of, e -> setKeywords(e, kind)));
            routes.add(route(
                    "DELETE",
                    keywords,
                    Set.of("keyword"),
                    "Removes one keyword, or all," + of,
                    e -> removeKeywords(e, kind)));
        }
        return List.copyOf(routes);
    }

    private static Route route(String method, String path, Set<String> query, String summary, Route.Handler handler) {
        Access access = method.equals("GET") ? Access.PROJECT_READ : Access.PROJECT_WRITE;
        return new Route(method, path, access, Scope.FEATURESTORE, query, summary, handler);
    }

    private Target toRead(Exchange exchange, EntityTargets.Kind kind) {
        return kind.finder().find(exchange, access.toRead(exchange));
    }

    private Target toWrite(Exchange exchange, EntityTargets.Kind kind) {
        return kind.finder().find(exchange, access.toWrite(exchange));
    }

    private Answer tags(Exchange exchange, EntityTargets.Kind kind) {
        ArrayNode items = Json.array();
        attachments
                .tags(toRead(exchange, kind), exchange.deadline())
                .forEach((name, value) -> items.add(toJson(name, value)));
        return Answer.ok(items.isEmpty() ? Json.object().put("count", 0) : Members.list(items));
    }

    private static ObjectNode toJson(String name, String value) {
        return Json.object().put("name", name).put("value", value);
    }

    private Answer tag(Exchange exchange, EntityTargets.Kind kind) {
        String name = exchange.path("tagName");
        String value = attachments.findTag(toRead(exchange, kind), name, exchange.deadline());
        if (value == null) {
            throw noTag(kind, name);
        }
        return Answer.ok(Members.list(Json.array().add(toJson(name, value))));
    }

    private static FeatureStoreException noTag(EntityTargets.Kind kind, String name) {
        return new FeatureStoreException(
                ErrorCode.TAG_NOT_FOUND,
                "tag: '" + Names.shorten(name) + "' (expected: a tag of the " + kind.name() + ")");
    }

    private Answer putTag(Exchange exchange, EntityTargets.Kind kind) {
        Target target = toWrite(exchange, kind);
        String name = exchange.path("tagName");
        String value = Json.text(exchange.json());
        attachments.putTag(target, name, value, exchange.deadline());
        return Answer.json(201, Members.list(Json.array().add(toJson(name, value))));
    }

    private Answer removeTag(Exchange exchange, EntityTargets.Kind kind) {
        Target target = toWrite(exchange, kind);
        String name = exchange.path("tagName");
        if (attachments.findTag(target, name, exchange.deadline()) == null) {
            throw noTag(kind, name);
        }
        attachments.removeTag(target, name, exchange.deadline());
        return Answer.empty(200);
    }

    private Answer keywords(Exchange exchange, EntityTargets.Kind kind) {
        return answer(attachments.keywords(toRead(exchange, kind), exchange.deadline()));
    }

    private static Answer answer(List<Keyword> keywords) {
        ArrayNode names = Json.array();
        ArrayNode items = Json.array();
        for (Keyword keyword : keywords) {
            names.add(keyword.name());
            items.add(Json.object().put("name", keyword.name()).put("createdOn", keyword.createdAtMillis()));
        }
        ObjectNode json = Json.object();
        json.set("keywords", names);
        json.set("items", items);
        return Answer.ok(json);
    }

    private Answer setKeywords(Exchange exchange, EntityTargets.Kind kind) {
        Target target = toWrite(exchange, kind);
        List<String> names = Members.texts(exchange.jsonObject(), "keywords");
        return answer(attachments.setKeywords(target, names, clock.millis(), exchange.deadline()));
    }

    private Answer removeKeywords(Exchange exchange, EntityTargets.Kind kind) {
        Target target = toWrite(exchange, kind);
        List<String> removed = exchange.queries("keyword");
        List<String> left = removed.isEmpty()
                ? List.of()
                : attachments.keywords(target, exchange.deadline()).stream()
                        .map(Keyword::name)
                        .filter(name -> !removed.contains(name))
                        .toList();
        return answer(attachments.setKeywords(target, left, clock.millis(), exchange.deadline()));
    }
}
