package io.hopyard.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import io.hopyard.wire.http.Json;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code nodes} of the command line. */
public final class NodeCommands {
    /** What is printed when the words make no command. */
    public static final String USAGE = """
            hopyard nodes [--json]
            hopyard nodes drain|stop|start|remove NAME [--force] [--no-wait]
            """;

    private static final Duration LOOK = Duration.ofMillis(300);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);
    private static final String NODES = "hopyard/nodes";

    private final RestClient rest;
    private final PrintStream out;
    private final Time time;
    private final Options options;

    /** What waiting needs. */
    public record Time(Clock clock, Ticker ticker, Pause pause) {}

    /**
     * How a command is done.
     *
     * @param json the list is printed as the server gives it
     * @param force what only interrupts service is done all the same
     * @param patience how long a command waits until the node has followed; nothing = it does not
     */
    public record Options(boolean json, boolean force, Duration patience) {}

    public NodeCommands(RestClient rest, PrintStream out, Time time, Options options) {
        this.rest = rest;
        this.out = out;
        this.time = time;
        this.options = options;
    }

    /**
     * Does what the words say.
     *
     * @return false when they make no command
     * @throws FeatureStoreException when the server refuses or cannot be reached, or the node does not follow in time
     */
    public boolean run(List<String> words) {
        if (words.size() == 1) {
            return list();
        }
        if (words.size() != 3) {
            return false;
        }
        String name = words.get(2);
        return switch (words.get(1)) {
            case "drain" -> wish(name, "draining", Set.of("drained"));
            case "stop" -> wish(name, "stopped", Set.of("stopped", "down"));
            case "start" -> wish(name, "serving", Set.of("serving"));
            case "remove" -> remove(name);
            default -> false;
        };
    }

    private boolean list() {
        JsonNode answer = rest.call("GET", NODES, null);
        if (options.json()) {
            out.println(Json.text(answer));
            return true;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "ROLES", "ZONE", "VERSION", "STATE", "WISHED", "SINCE", "HEALTH"));
        for (JsonNode node : answer.path("items")) {
            List<String> roles = new ArrayList<>();
            node.path("roles").forEach(role -> roles.add(role.asText()));
            rows.add(List.of(
                    text(node, "name"),
                    String.join(",", roles),
                    text(node, "zone"),
                    text(node, "version"),
                    text(node, "state"),
                    text(node, "wished"),
                    since(node),
                    health(node)));
        }
        Table.print(out, rows);
        return true;
    }

    private static String health(JsonNode node) {
        String health = node.path("healthy").asBoolean() ? "ok" : text(node, "detail");
        return node.path("leads").asBoolean() ? health + " (leads)" : health;
    }

    private String since(JsonNode node) {
        if (!node.path("since").isTextual()) {
            return "-";
        }
        Duration past = Duration.between(
                Instant.parse(text(node, "since")), time.clock().instant());
        long seconds = Math.max(0, past.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private boolean wish(String name, String wished, Set<String> ends) {
        JsonNode before = put(name, wished);
        out.println("Node " + name + " is " + text(before, "state") + " and shall be " + wished + ".");
        if (options.patience().isZero()) {
            return true;
        }
        Deadline deadline = Deadline.after(time.ticker(), options.patience());
        String said = "";
        while (true) {
            JsonNode node = ask(name);
            String state = text(node, "state");
            boolean there = ends.contains(state)
                    && (!state.equals("serving") || node.path("healthy").asBoolean());
            String line = "Node " + name + " is " + state + (there ? "." : ": " + text(node, "detail"));
            if (!line.equals(said)) {
                out.println(line);
                said = line;
            }
            if (there) {
                return true;
            }
            if (deadline.passed(time.ticker())) {
                throw new FeatureStoreException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "node " + name + ": is " + state + " after "
                                + options.patience().toSeconds() + " s (expected: " + String.join(" or ", ends)
                                + "); the wish stands");
            }
            time.pause().pause(LOOK);
        }
    }

    /** A head may be slow for a while, or be the very one that stops. */
    private JsonNode ask(String name) {
        Deadline deadline = Deadline.after(time.ticker(), SILENCE_MAX);
        while (true) {
            try {
                return rest.call("GET", NODES + "/" + RestClient.encoded(name), null);
            } catch (FeatureStoreException e) {
                if (e.code() != ErrorCode.UNAVAILABLE) {
                    throw e;
                }
                if (deadline.passed(time.ticker())) {
                    throw new FeatureStoreException(
                            ErrorCode.UNAVAILABLE,
                            e.text() + "; the wish stands, and another head can tell more (--url)",
                            e);
                }
                time.pause().pause(LOOK);
            }
        }
    }

    private boolean remove(String name) {
        put(name, "removed");
        out.println("Node " + name + " is removed.");
        return true;
    }

    private JsonNode put(String name, String wished) {
        return rest.call(
                "PUT",
                NODES + "/" + RestClient.encoded(name),
                Json.object().put("wished", wished).put("force", options.force()));
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText("-");
    }
}
