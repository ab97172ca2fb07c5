package io.hopyard.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.wire.http.Json;
import java.io.PrintStream;
import java.util.List;

/** {@code data} of the command line: the places of data nodes. */
public final class DataCommands {
    /** What is printed when the words make no command. */
    public static final String USAGE = """
            hopyard data list
            hopyard data remove NAME
            hopyard data override NAME [EPOCH]
            hopyard data override NAME [EPOCH] CONFIRMATION
            """;

    private final RestClient rest;
    private final PrintStream out;

    public DataCommands(RestClient rest, PrintStream out) {
        this.rest = rest;
        this.out = out;
    }

    /**
     * Does what the words say.
     *
     * @return false when they make no command
     * @throws io.hopyard.core.error.FeatureStoreException when the server refuses or cannot be reached
     */
    public boolean run(List<String> words) {
        String verb = words.size() < 2 ? "" : words.get(1);
        List<String> rest = words.size() < 2 ? List.of() : words.subList(2, words.size());
        return switch (verb + "/" + rest.size()) {
            case "list/0" -> list();
            case "remove/1" -> remove(rest.get(0));
            case "override/1" -> propose(rest.get(0), "");
            case "override/2" ->
                isEpoch(rest.get(1))
                        ? propose(rest.get(0), "?epoch=" + rest.get(1))
                        : override(rest.get(0), "", rest.get(1));
            case "override/3" -> isEpoch(rest.get(1)) && override(rest.get(0), "?epoch=" + rest.get(1), rest.get(2));
            default -> false;
        };
    }

    private static boolean isEpoch(String word) {
        return word.matches("[0-9]{1,15}");
    }

    private boolean list() {
        for (JsonNode pair : rest.call("GET", "hopyard/data", null).path("items")) {
            JsonNode record = pair.path("record");
            out.println("pair " + pair.path("pair").asText() + ": "
                    + (record.isMissingNode()
                            ? "no record of who may serve"
                            : "epoch " + record.path("epoch").asText() + ", "
                                    + record.path("why").asText()));
            for (JsonNode node : pair.path("nodes")) {
                out.printf(
                        "  %-16s zone %-8s %-22s %-9s %s%n",
                        node.path("name").asText(),
                        node.path("zone").asText(),
                        node.path("address").asText(),
                        node.path("alive").asBoolean() ? "alive" : "not alive",
                        node.path("member").asBoolean() ? "member" : "no member");
            }
        }
        return true;
    }

    private boolean remove(String node) {
        rest.call("DELETE", "hopyard/data/" + RestClient.encoded(node), null);
        out.println("Data node " + node + " is removed for good. Next: an empty node of another name,"
                + " with a token for it (hopyard token --roles data --name NAME).");
        return true;
    }

    private boolean propose(String node, String query) {
        JsonNode proposed = rest.call("GET", path(node, query), null);
        String confirmation = proposed.path("confirmation").asText();
        out.println("From epoch " + proposed.path("epoch").asText() + " on only the rows on the disk of " + node
                + " would count: other nodes of its pair throw theirs away and copy from it.");
        out.println("What this gives up: " + proposed.path("loss").asText() + ".");
        out.println("Every other data node of its pair must be stopped, and stay so until " + node + " serves.");
        out.println("To do it:");
        out.println("  hopyard data override " + node
                + (query.isEmpty() ? "" : " " + query.substring("?epoch=".length())) + " \"" + confirmation + "\"");
        return true;
    }

    private boolean override(String node, String query, String confirmation) {
        ObjectNode body = Json.object().put("confirmation", confirmation);
        JsonNode record = rest.call("POST", path(node, query), body);
        out.println("The rows of " + node + " count from epoch "
                + record.path("epoch").asText() + " on. Start it now, then the other data node of its pair.");
        return true;
    }

    private static String path(String node, String query) {
        return "hopyard/data/" + RestClient.encoded(node) + "/override" + query;
    }
}
