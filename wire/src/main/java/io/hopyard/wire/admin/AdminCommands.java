package io.hopyard.wire.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.access.Role;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.wire.http.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code user}, {@code project} and {@code key} of the command line. */
public final class AdminCommands {
    /** What is printed when the words make no command. */
    public static final String USAGE = """
            hopyard user list
            hopyard user add EMAIL [admin]
            hopyard user remove EMAIL
            hopyard project list
            hopyard project create NAME
            hopyard project remove NAME
            hopyard project members NAME
            hopyard project add-member NAME EMAIL data-owner|data-scientist|observer
            hopyard project remove-member NAME EMAIL
            hopyard key list [EMAIL]
            hopyard key create KEYNAME [EMAIL]
            hopyard key revoke KEYNAME [EMAIL]
            """;

    private final RestClient rest;
    private final PrintStream out;

    public AdminCommands(RestClient rest, PrintStream out) {
        this.rest = rest;
        this.out = out;
    }

    /**
     * Does what the words say.
     *
     * @return false when they make no command
     * @throws FeatureStoreException when the server refuses or cannot be reached
     */
    public boolean run(List<String> words) {
        String verb = words.size() < 2 ? "" : words.get(0) + " " + words.get(1);
        List<String> rest = words.size() < 2 ? List.of() : words.subList(2, words.size());
        return switch (verb + "/" + rest.size()) {
            case "user list/0" -> listUsers();
            case "user add/1" -> addUser(rest.get(0), "HOPS_USER");
            case "user add/2" -> rest.get(1).equals("admin") && addUser(rest.get(0), "HOPS_ADMIN");
            case "user remove/1" -> done("DELETE", "admin/users/" + userId(rest.get(0)), "User removed.");
            case "project list/0" -> listProjects();
            case "project create/1" -> createProject(rest.get(0));
            case "project remove/1" -> done("DELETE", project(rest.get(0)), "Project removed.");
            case "project members/1" -> listMembers(rest.get(0));
            case "project add-member/3" -> addMember(rest.get(0), rest.get(1), rest.get(2));
            case "project remove-member/2" ->
                done(
                        "DELETE",
                        project(rest.get(0)) + "/projectMembers/" + RestClient.encoded(rest.get(1)),
                        "Member removed.");
            case "key list/0" -> listKeys("users/apiKey");
            case "key list/1" -> listKeys(keysOf(rest.get(0)));
            case "key create/1" -> createKey("users/apiKey", rest.get(0));
            case "key create/2" -> createKey(keysOf(rest.get(1)), rest.get(0));
            case "key revoke/1" -> done("DELETE", "users/apiKey/" + RestClient.encoded(rest.get(0)), "Key revoked.");
            case "key revoke/2" ->
                done("DELETE", keysOf(rest.get(1)) + "/" + RestClient.encoded(rest.get(0)), "Key revoked.");
            default -> false;
        };
    }

    private boolean done(String method, String path, String message) {
        rest.call(method, path, null);
        out.println(message);
        return true;
    }

    private boolean listUsers() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("ID", "USERNAME", "EMAIL")));
        for (JsonNode user : users()) {
            rows.add(List.of(text(user, "id"), text(user, "username"), text(user, "email")));
        }
        return print(rows);
    }

    private boolean addUser(String email, String role) {
        JsonNode user = rest.call("POST", "admin/users?email=" + RestClient.encoded(email) + "&role=" + role, null);
        out.println("User " + text(user, "username") + " added. Next: hopyard key create KEYNAME " + email);
        return true;
    }

    private boolean listProjects() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("ID", "PROJECT", "OWNER")));
        JsonNode answer = rest.call("GET", "admin/projects", null);
        for (JsonNode project : answer.isArray() ? answer : answer.path("items")) {
            rows.add(List.of(text(project, "projectId"), text(project, "projectName"), text(project, "owner")));
        }
        return print(rows);
    }

    private boolean createProject(String name) {
        ObjectNode body = Json.object().put("projectName", name);
        rest.call("POST", "project?projectName=" + RestClient.encoded(name), body);
        out.println("Project " + name + " created.");
        return true;
    }

    private boolean listMembers(String name) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("EMAIL", "ROLE")));
        for (JsonNode member : rest.call("GET", project(name) + "/projectMembers", null)) {
            rows.add(List.of(text(member.path("user"), "email"), text(member, "teamRole")));
        }
        return print(rows);
    }

    private boolean addMember(String name, String email, String role) {
        ObjectNode body = Json.object();
        ObjectNode entry = body.putArray("projectTeam").addObject();
        entry.putObject("projectTeamPK").put("teamMember", email);
        entry.put("teamRole", role(role).text());
        rest.call("POST", project(name) + "/projectMembers", body);
        out.println("Member added.");
        return true;
    }

    private static Role role(String word) {
        for (Role role : Role.values()) {
            if (dashed(role).equals(word)) {
                return role;
            }
        }
        throw new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "role: '" + word + "' (expected: "
                        + Arrays.stream(Role.values())
                                .map(AdminCommands::dashed)
                                .collect(Collectors.joining(", "))
                        + ")");
    }

    private static String dashed(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private boolean listKeys(String path) {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("NAME", "PREFIX", "CREATED")));
        for (JsonNode key : rest.call("GET", path, null).path("items")) {
            rows.add(List.of(text(key, "name"), text(key, "prefix"), text(key, "created")));
        }
        return print(rows);
    }

    /** The key alone goes to the output, so that it can be redirected into a file. */
    private boolean createKey(String path, String name) {
        out.println(text(rest.call("POST", path, Json.object().put("name", name)), "key"));
        return true;
    }

    private Iterable<JsonNode> users() {
        return rest.call("GET", "admin/users", null).path("items");
    }

    private long userId(String email) {
        for (JsonNode user : users()) {
            if (text(user, "email").equalsIgnoreCase(email)) {
                return user.path("id").asLong();
            }
        }
        throw new FeatureStoreException(
                ErrorCode.USER_NOT_FOUND, "user: '" + email + "' (expected: the e-mail of a user)");
    }

    private String keysOf(String email) {
        return "admin/users/" + userId(email) + "/apiKey";
    }

    private String project(String name) {
        JsonNode project = rest.call("GET", "project/getProjectInfo/" + RestClient.encoded(name), null);
        return "project/" + project.path("projectId").asLong();
    }

    private static String text(JsonNode node, String member) {
        return node.path(member).asText("-");
    }

    private boolean print(List<List<String>> rows) {
        Table.print(out, rows);
        return true;
    }
}
