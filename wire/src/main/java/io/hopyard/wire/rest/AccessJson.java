package io.hopyard.wire.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.ApiKey;
import io.hopyard.core.access.Member;
import io.hopyard.core.access.Role;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.User;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.project.Project;
import io.hopyard.wire.http.Json;
import io.hopyard.wire.http.Texts;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Projects, users, members and keys as JSON. */
final class AccessJson {
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int STATUS_ACTIVE = 2;
    private static final int STATUS_INACTIVE = 3;
    private static final String ADMIN_GROUP = "HOPS_ADMIN";
    private static final String USER_GROUP = "HOPS_USER";

    private AccessJson() {}

    static String moment(long epochMillis) {
        return MOMENT.format(Instant.ofEpochMilli(epochMillis));
    }

    static ObjectNode project(Project project) {
        ObjectNode node = Json.object()
                .put("projectId", project.id())
                .put("projectName", project.name())
                .put("description", project.description())
                .put("owner", project.ownerEmail())
                .put("created", moment(project.createdMillis()));
        node.putArray("services").add("JOBS").add("FEATURESTORE");
        node.putArray("datasets");
        node.putArray("projectTeam");
        return node;
    }

    static ObjectNode member(Project project, Member member, User user) {
        ObjectNode node = Json.object();
        ObjectNode of = node.putObject("project").put("id", project.id()).put("name", project.name());
        of.putObject("owner").put("uid", project.ownerId());
        node.putObject("user")
                .put("uid", user.id())
                .put("username", user.username())
                .put("email", user.email())
                .put("firstname", user.firstName())
                .put("lastname", user.lastName());
        return node.put("teamRole", member.role().text()).put("timestamp", moment(member.sinceMillis()));
    }

    static ObjectNode user(User user) {
        ObjectNode node = Json.object()
                .put("id", user.id())
                .put("username", user.username())
                .put("email", user.email())
                .put("firstname", user.firstName())
                .put("lastname", user.lastName())
                .put("status", user.active() ? STATUS_ACTIVE : STATUS_INACTIVE)
                .put("activated", moment(user.createdMillis()));
        node.set("role", groups(user));
        return node;
    }

    static ObjectNode profile(User user) {
        ObjectNode node = Json.object()
                .put("username", user.username())
                .put("email", user.email())
                .put("firstname", user.firstName())
                .put("lastname", user.lastName());
        node.set("role", groups(user));
        return node;
    }

    private static ArrayNode groups(User user) {
        ArrayNode groups = Json.array();
        groups.addObject().put("groupName", user.admin() ? ADMIN_GROUP : USER_GROUP);
        return groups;
    }

    /** Everything but the secret. */
    static ObjectNode key(ApiKey key) {
        ObjectNode node = Json.object()
                .put("name", key.name())
                .put("prefix", key.prefix())
                .put("created", moment(key.createdMillis()));
        ArrayNode scopes = node.putArray("scopes");
        key.scopes().stream().map(Scope::name).sorted().forEach(scopes::add);
        Long expiresMillis = key.expiresMillis();
        return expiresMillis == null ? node : node.put("expires", moment(expiresMillis));
    }

    static ObjectNode list(ArrayNode items) {
        ObjectNode list = Json.object().put("count", items.size());
        list.set("items", items);
        return list;
    }

    /** A role by its public name in any case. */
    static Role role(String text) {
        for (Role role : Role.values()) {
            if (role.text().equalsIgnoreCase(text)) {
                return role;
            }
        }
        throw refused(
                "role",
                Texts.shown(text),
                Arrays.stream(Role.values()).map(Role::text).collect(Collectors.joining(", ", "one of ", "")));
    }

    /** Whether the name of a group of users is that of the administrators. */
    static boolean isAdmin(String group) {
        return switch (group.strip().toUpperCase(Locale.ROOT)) {
            case ADMIN_GROUP -> true;
            case USER_GROUP -> false;
            default -> throw refused("role", Texts.shown(group), "one of " + ADMIN_GROUP + ", " + USER_GROUP);
        };
    }

    /** The scopes of a body; all but ADMIN when it names none. */
    static Set<Scope> scopes(ObjectNode body) {
        JsonNode given = find(body, "scopes");
        if (given == null) {
            return EnumSet.complementOf(EnumSet.of(Scope.ADMIN));
        }
        if (!given.isArray()) {
            throw refused("scopes", Texts.shown(given.toString()), "an array of texts");
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (JsonNode element : given) {
            scopes.add(scope(element));
        }
        return scopes;
    }

    private static Scope scope(JsonNode element) {
        for (Scope scope : Scope.values()) {
            if (element.isTextual() && scope.name().equalsIgnoreCase(element.textValue())) {
                return scope;
            }
        }
        throw refused("scopes", Texts.shown(element.toString()), "of " + Arrays.toString(Scope.values()));
    }

    /** A moment in ISO 8601 or as epoch milliseconds, or null when absent. */
    static @Nullable Long moment(ObjectNode body, String member) {
        JsonNode given = find(body, member);
        if (given == null) {
            return null;
        }
        String expected = "a moment like 2027-01-31T12:00:00Z, or epoch milliseconds";
        if (given.isIntegralNumber() && given.canConvertToLong()) {
            return given.longValue();
        }
        if (!given.isTextual()) {
            throw refused(member, Texts.shown(given.toString()), expected);
        }
        try {
            return Instant.parse(given.textValue()).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    member + ": " + Texts.shown(given.textValue()) + " (expected: " + expected + ")",
                    e);
        }
    }

    /** The member, or null when it is absent or null. */
    static @Nullable JsonNode find(JsonNode object, String member) {
        JsonNode node = object.get(member);
        return node == null || node.isNull() ? null : node;
    }

    static @Nullable String findText(JsonNode object, String member) {
        JsonNode node = find(object, member);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw refused(member, Texts.shown(node.toString()), "a text");
        }
        return node.textValue();
    }

    static String text(JsonNode object, String member) {
        String text = findText(object, member);
        if (text == null) {
            throw refused(member, "missing", "a text");
        }
        return text;
    }

    static FeatureStoreException refused(String what, String value, String expected) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST, what + ": " + value + " (expected: " + expected + ")");
    }
}
