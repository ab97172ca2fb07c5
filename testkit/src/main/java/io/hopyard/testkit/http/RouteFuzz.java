package io.hopyard.testkit.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A seeded random walk that sends mutated requests to a door: odd paths, queries, headers and bodies. Whatever comes,
 * there must be an answer in time, no defect (5xx), no stack trace, and every refusal in the shape of the door. Run it
 * against a node that may be thrown away: some requests are good ones.
 */
public final class RouteFuzz {
    private static final Pattern TRACE =
            Pattern.compile("\\tat |\\bjava\\.(lang|util|io)\\.|Exception\\b|\\bio\\.(hopyard|helidon)\\.");
    private static final int SHOWN_MAX = 300;
    private static final int NOT_IMPLEMENTED = 501;

    private final DoorClient door;
    private final List<RouteShape> routes;
    private final Seeds seeds;
    private final Rules rules;

    /**
     * What good requests are made of.
     *
     * @param headers sent with most requests, the key among them
     * @param values good values of path parts and query parameters by name
     * @param bodies good JSON bodies of whatever routes
     */
    public record Seeds(Map<String, String> headers, Map<String, List<String>> values, List<String> bodies) {
        public Seeds {
            headers = Map.copyOf(headers);
            values = Map.copyOf(values);
            bodies = List.copyOf(bodies);
        }
    }

    /**
     * What a refusal looks like.
     *
     * @param errorBody every body of a status of 400 or more matches
     * @param allowed bodies with which a 5xx is in order, for example "not available"
     */
    public record Rules(Pattern errorBody, Pattern allowed) {
        /** The REST API: JSON with a code; 501 only for what is not available. */
        public static final Rules REST = new Rules(
                Pattern.compile("\\{\"errorCode\":\\d+,\"errorMsg\":\".*\"\\}", Pattern.DOTALL),
                Pattern.compile("\\{\"errorCode\":700007,.*", Pattern.DOTALL));
    }

    public RouteFuzz(DoorClient door, List<RouteShape> routes, Seeds seeds, Rules rules) {
        this.door = door;
        this.routes = List.copyOf(routes);
        this.seeds = seeds;
        this.rules = rules;
    }

    /** A sentence for everything that went wrong in {@code requests} requests; each names the request. */
    public List<String> violations(long seed, int requests) throws InterruptedException {
        List<String> violations = new ArrayList<>();
        for (int number = 0; number < requests; number++) {
            // Every request has a random source of its own, so that one can be repeated alone.
            one(new Random(seed * 1_000_003 + number), "seed " + seed + " request " + number, violations);
        }
        return violations;
    }

    private void one(Random random, String name, List<String> violations) throws InterruptedException {
        OddValues odd = new OddValues(random);
        RouteShape route = routes.get(random.nextInt(routes.size()));
        String method =
                odd.rarely() ? odd.pick(List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")) : route.method();
        String target = target(route, odd);
        Map<String, String> headers = new TreeMap<>(odd.rarely() ? Map.of() : seeds.headers());
        if (odd.rarely()) {
            headers.put(odd.pick(List.of("Content-Type", "Accept-Encoding", "X-Odd")), odd.headerValue());
        }
        byte[] body = route.method().equals("GET") && !odd.rarely() ? new byte[0] : body(odd);
        String what = name + ": " + method + " " + shorten(target) + " body " + shorten(text(body));
        try {
            check(what, method, door.call(method, target, headers, body), violations);
        } catch (IOException e) {
            violations.add(what + ": no answer: " + e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(what + ": the request cannot be sent", e);
        }
    }

    private void check(String what, String method, DoorClient.Reply reply, List<String> violations) {
        String body = reply.body();
        boolean inOrder = method.equals("HEAD")
                ? reply.status() == NOT_IMPLEMENTED
                : rules.allowed().matcher(body).matches();
        if (reply.status() >= 500 && !inOrder) {
            violations.add(what + ": " + reply.status() + " " + shorten(body));
        }
        if (reply.status() >= 400
                && !method.equals("HEAD")
                && !rules.errorBody().matcher(body).matches()) {
            violations.add(what + ": " + reply.status() + " in another shape: " + shorten(body));
        }
        if (reply.status() >= 400 && TRACE.matcher(body).find()) {
            violations.add(what + ": tells of the inside: " + shorten(body));
        }
    }

    private String target(RouteShape route, OddValues odd) {
        StringBuilder target = new StringBuilder();
        for (String segment : route.path().substring(1).split("/", -1)) {
            target.append('/');
            if (segment.startsWith("{")) {
                target.append(odd.encoded(value(segment.substring(1, segment.length() - 1), odd)));
            } else {
                target.append(odd.hardlyEver() ? odd.encoded(odd.text()) : segment);
            }
        }
        List<String> names = new ArrayList<>(route.query());
        names.sort(null);
        if (odd.rarely()) {
            names.add(odd.text());
        }
        char before = '?';
        for (String parameter : names) {
            if (odd.even()) {
                target.append(before).append(odd.encoded(parameter));
                target.append('=').append(odd.encoded(value(parameter, odd)));
                before = '&';
            }
        }
        return target.toString();
    }

    private String value(String name, OddValues odd) {
        List<String> good = seeds.values().get(name);
        return good == null || good.isEmpty() || odd.sometimes() ? odd.text() : odd.pick(good);
    }

    private byte[] body(OddValues odd) {
        if (odd.rarely()) {
            return odd.bytes();
        }
        if (seeds.bodies().isEmpty() || odd.sometimes()) {
            return odd.json(0).getBytes(StandardCharsets.UTF_8);
        }
        String good = odd.pick(seeds.bodies());
        return (odd.rarely() ? good : odd.mutated(good)).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...(" + text.length() + ")";
    }
}
