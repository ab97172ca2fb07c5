package io.hopyard.testkit.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Knocks at every route of a door: without a key, with a wrong key, as a stranger to the project, with too little of a
 * role, as somebody who is no administrator. Nothing of it may get through.
 */
public final class AccessWalk {
    private static final String UNKNOWN_PROJECT = "987654321";
    private static final String WRONG_KEY = "AAAAAAAAAAAAAAAA.wrong";

    private final DoorClient door;
    private final Keys keys;
    private final Statuses statuses;

    /**
     * Keys with all scopes but ADMIN and a project that exists.
     *
     * @param header of the door, for example {@code X-API-KEY}
     * @param prefix before the key in the header, for example {@code "ApiKey "}
     * @param stranger no member of the project, no administrator
     * @param observer an observer of the project
     * @param scientist a data scientist of the project
     */
    public record Keys(
            String header, String prefix, String projectId, String stranger, String observer, String scientist) {}

    /** How the door says no to whom it does not know, and to whom may not. */
    public record Statuses(int withoutKey, int wrongKey, int forbidden) {
        public static final Statuses REST = new Statuses(401, 401, 403);
    }

    public AccessWalk(DoorClient door, Keys keys, Statuses statuses) {
        this.door = door;
        this.keys = keys;
        this.statuses = statuses;
    }

    /** A sentence for everything that got through, or was refused in another way than expected. */
    public List<String> violations(List<RouteShape> routes) throws IOException, InterruptedException {
        List<String> violations = new ArrayList<>();
        for (RouteShape route : routes) {
            walk(route, violations);
        }
        return violations;
    }

    private void walk(RouteShape route, List<String> violations) throws IOException, InterruptedException {
        if (route.access().equals("PUBLIC")) {
            return;
        }
        String own = target(route, keys.projectId());
        String unknown = target(route, UNKNOWN_PROJECT);
        knock(route, own, "", statuses.withoutKey(), "without a key", violations);
        knock(route, own, WRONG_KEY, statuses.wrongKey(), "with a wrong key", violations);
        switch (route.access()) {
            case "PROJECT_READ" -> strangers(route, own, unknown, violations);
            case "PROJECT_WRITE" -> {
                strangers(route, own, unknown, violations);
                knock(route, own, keys.observer(), statuses.forbidden(), "as an observer", violations);
            }
            case "PROJECT_OWN" -> {
                strangers(route, own, unknown, violations);
                knock(route, own, keys.observer(), statuses.forbidden(), "as an observer", violations);
                knock(route, own, keys.scientist(), statuses.forbidden(), "as a data scientist", violations);
            }
            case "ADMIN" ->
                knock(route, own, keys.scientist(), statuses.forbidden(), "as no administrator", violations);
            default -> {
                // USER is open to everybody with a key; BY_HANDLER is the handler's own test.
            }
        }
    }

    private void strangers(RouteShape route, String own, String unknown, List<String> violations)
            throws IOException, InterruptedException {
        knock(route, own, keys.stranger(), statuses.forbidden(), "as a stranger", violations);
        knock(route, unknown, keys.scientist(), statuses.forbidden(), "in a project that does not exist", violations);
    }

    private void knock(RouteShape route, String target, String key, int expected, String how, List<String> violations)
            throws IOException, InterruptedException {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Content-Type", "application/json");
        if (!key.isEmpty()) {
            headers.put(keys.header(), keys.prefix() + key);
        }
        byte[] body =
                route.method().equals("GET") || route.method().equals("DELETE") ? new byte[0] : new byte[] {'{', '}'};
        DoorClient.Reply reply = door.call(route.method(), target, headers, body);
        if (reply.status() != expected) {
            violations.add(route + " " + how + ": " + reply.status() + " (expected: " + expected + ") " + reply.body());
        }
    }

    private static String target(RouteShape route, String projectId) {
        StringBuilder target = new StringBuilder();
        for (String segment : route.path().substring(1).split("/", -1)) {
            target.append('/');
            if (segment.equals("{projectId}")) {
                target.append(projectId);
            } else if (segment.startsWith("{")) {
                target.append('1');
            } else {
                target.append(segment);
            }
        }
        return target.toString();
    }
}
