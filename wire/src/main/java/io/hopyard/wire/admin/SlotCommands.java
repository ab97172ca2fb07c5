package io.hopyard.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.PrintStream;
import java.util.List;

/** {@code slots} of the command line. */
public final class SlotCommands {
    /** What is printed when the words make no command. */
    public static final String USAGE = """
            hopyard slots
            hopyard slots balance
            hopyard slots empty PAIR
            """;

    /** Requests of one command that may fail one after the other: a data node that restarts takes some seconds. */
    private static final int FAILURES_MAX = 20;

    private final RestClient rest;
    private final PrintStream out;

    public SlotCommands(RestClient rest, PrintStream out) {
        this.rest = rest;
        this.out = out;
    }

    /**
     * Does what the words say; balancing returns when nothing is left to move.
     *
     * @return false when they make no command
     * @throws FeatureStoreException when the server refuses or cannot be reached
     */
    public boolean run(List<String> words) {
        String verb = words.size() < 2 ? "" : words.get(1);
        return switch (verb + "/" + words.size()) {
            case "/1" -> {
                print(rest.call("GET", "hopyard/slots", null));
                yield true;
            }
            case "balance/2" -> balance("hopyard/slots/balance");
            case "empty/3" -> balance("hopyard/slots/balance?leaving=" + RestClient.encoded(words.get(2)));
            default -> false;
        };
    }

    private boolean balance(String path) {
        int failures = 0;
        while (true) {
            try {
                JsonNode answer = rest.call("POST", path, null);
                failures = 0;
                print(answer);
                if (answer.path("done").asBoolean()) {
                    return true;
                }
            } catch (FeatureStoreException e) {
                failures++;
                if (!e.code().retryable() || failures == FAILURES_MAX) {
                    throw e;
                }
                out.println("waiting: " + e.text());
            }
        }
    }

    private void print(JsonNode answer) {
        for (JsonNode pair : answer.path("pairs")) {
            out.printf(
                    "pair %-3s %5s slots  %s rows%n",
                    pair.path("pair").asText(),
                    pair.path("slots").asText(),
                    pair.path("rows").asText("?"));
        }
        JsonNode move = answer.path("move");
        if (move.isObject()) {
            out.printf(
                    "move %s: %s slots from pair %s to %s, %s%n",
                    move.path("number").asText(),
                    move.path("slots").asText(),
                    move.path("from").asText(),
                    move.path("to").asText(),
                    move.path("phase").asText());
        }
        if (answer.path("done").asBoolean()) {
            out.println("All pairs have their share.");
        }
        out.flush();
    }
}
