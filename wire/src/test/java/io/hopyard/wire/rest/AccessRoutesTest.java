package io.hopyard.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.access.Role;
import io.hopyard.core.access.Scope;
import io.hopyard.core.access.User;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.project.Project;
import io.hopyard.testkit.http.AccessWalk;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.testkit.http.RouteFuzz;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AccessRoutesTest {
    private static final String STAMP = "2026-03-01T10:00:00.123Z";

    private final RestNode node = new RestNode();
    private final User owner = node.user("meb@example.com");
    private final User other = node.user("other@example.com");
    private final User admin = node.admin("admin@example.com");
    private final Project project = node.project("Demo", owner);
    private final String ownerKey = node.key(owner);
    private final String otherKey = node.key(other);
    private final String adminKey = node.key(admin);

    @BeforeEach
    void follow() {
        node.cache.refresh(RestNode.soon());
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static JsonNode json(DoorClient.Reply reply) {
        return Json.parse(reply.body().getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(DoorClient.Reply reply, ErrorCode code, String part) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(code.httpStatus());
        assertThat(json(reply).get("errorCode").asInt()).isEqualTo(code.number());
        assertThat(json(reply).get("usrMsg").asText()).contains(part);
    }

    @Test
    void loginFindsEverythingItAsksFor() throws Exception {
        assertThat(node.get(ownerKey, "/variables/versions").body())
                .isEqualTo("[{\"software\":\"hopsworks\",\"version\":\"5.2.1\"}]");
        assertThat(node.get(ownerKey, "/project/getProjectInfo/demo").body())
                .isEqualTo("{\"projectId\":100,\"projectName\":\"Demo\",\"description\":\"\","
                        + "\"owner\":\"meb@example.com\",\"created\":\"" + STAMP
                        + "\",\"services\":[\"JOBS\",\"FEATURESTORE\"],\"datasets\":[],\"projectTeam\":[]}");
        assertThat(node.get(ownerKey, "/project").body())
                .isEqualTo("[{\"project\":{\"id\":100,\"name\":\"Demo\",\"owner\":{\"uid\":10000}},"
                        + "\"user\":{\"uid\":10000,\"username\":\"meb10000\",\"email\":\"meb@example.com\","
                        + "\"firstname\":\"First\",\"lastname\":\"Last\"},"
                        + "\"teamRole\":\"Data owner\",\"timestamp\":\"" + STAMP + "\"}]");
        assertThat(node.get(ownerKey, "/project/100/credentials").body())
                .isEqualTo("{\"fileExtension\":\"jks\",\"kStore\":\"a2V5\",\"tStore\":\"dHJ1c3Q=\","
                        + "\"password\":\"password of meb10000\",\"caChain\":\"ca\",\"clientCert\":\"cert of Demo\","
                        + "\"clientKey\":\"key\"}");
    }

    @Test
    void variableThatIsNotSetIsExactlyNotFound() throws Exception {
        assertThat(node.get(ownerKey, "/variables/enable_flyingduck").body())
                .isEqualTo("{\"successMessage\":\"false\"}");
        assertRefused(node.get(ownerKey, "/variables/x"), ErrorCode.VARIABLE_NOT_FOUND, "variable: x");
    }

    @Test
    void projectsOfOthersAreNotFoundByNameAndForbiddenById() throws Exception {
        assertRefused(
                node.get(otherKey, "/project/getProjectInfo/Demo"), ErrorCode.PROJECT_NOT_FOUND, "projectName: Demo");
        assertRefused(
                node.get(otherKey, "/project/getProjectInfo/None"), ErrorCode.PROJECT_NOT_FOUND, "projectName: None");
        assertRefused(node.get(otherKey, "/project/100/credentials"), ErrorCode.FORBIDDEN, "project 100");
        assertThat(node.get(otherKey, "/project").body()).isEqualTo("[]");
    }

    @Test
    void projectIsCreatedAsTheClientDoesAndRemoved() throws Exception {
        String body = "{\"projectName\":\"two\",\"description\":null,\"featureStoreTopic\":null}";
        assertThat(node.call(otherKey, "POST", "/project?projectName=two", body).status())
                .isEqualTo(201);
        JsonNode found = json(node.get(otherKey, "/project/getProjectInfo/two"));
        assertThat(found.get("owner").asText()).isEqualTo("other@example.com");

        assertRefused(node.call(ownerKey, "POST", "/project?projectName=TWO", ""), ErrorCode.PROJECT_EXISTS, "TWO");
        assertRefused(node.call(ownerKey, "POST", "/project?projectName=a-b", ""), ErrorCode.INVALID_REQUEST, "a-b");
        assertRefused(node.call(ownerKey, "POST", "/project", "{}"), ErrorCode.INVALID_REQUEST, "projectName: missing");
        assertRefused(
                node.call(ownerKey, "POST", "/project?projectName=a", "{\"projectName\":\"b\"}"),
                ErrorCode.INVALID_REQUEST,
                "as in the body");
        assertRefused(node.call(ownerKey, "POST", "/project?projectName=a", "[]"), ErrorCode.INVALID_JSON, "object");

        String path = "/project/" + found.get("projectId").asLong();
        assertRefused(node.call(ownerKey, "DELETE", path, ""), ErrorCode.FORBIDDEN, "administer");
        assertThat(node.call(otherKey, "DELETE", path, "").status()).isEqualTo(204);
        node.cache.refresh(RestNode.soon());
        assertRefused(node.get(otherKey, path), ErrorCode.FORBIDDEN, "does not exist");
    }

    @Test
    void membersAreAddedChangedAndRemoved() throws Exception {
        String members = "/project/100/projectMembers";
        String body = "{\"projectTeam\":[{\"projectTeamPK\":{\"projectId\":100,\"teamMember\":\"other@example.com\"},"
                + "\"teamRole\":\"data SCIENTIST\"}]}";
        assertThat(node.call(ownerKey, "POST", members, body).status()).isEqualTo(200);
        assertThat(json(node.get(otherKey, members)).get(1).get("teamRole").asText())
                .isEqualTo("Data scientist");
        assertRefused(node.call(otherKey, "POST", members, body), ErrorCode.FORBIDDEN, "administer");

        DoorClient.Reply changed = node.client.call(
                "POST",
                RestNode.API + members + "/other%40example.com",
                Map.of("Authorization", "ApiKey " + ownerKey, "Content-Type", "application/x-www-form-urlencoded"),
                "role=Observer".getBytes(StandardCharsets.UTF_8));
        assertThat(changed.status()).isEqualTo(200);
        assertThat(json(node.get(otherKey, members)).get(1).get("teamRole").asText())
                .isEqualTo("Observer");

        assertRefused(
                node.call(otherKey, "DELETE", members + "/meb@example.com?deleteHomeDir=false", ""),
                ErrorCode.FORBIDDEN,
                "data owners");
        assertRefused(
                node.call(ownerKey, "DELETE", members + "/meb@example.com", ""),
                ErrorCode.INVALID_REQUEST,
                "last data owner");
        assertThat(node.call(otherKey, "DELETE", members + "/other@example.com", "")
                        .status())
                .isEqualTo(204);
        node.cache.refresh(RestNode.soon());
        assertRefused(node.get(otherKey, members), ErrorCode.FORBIDDEN, "project 100");
    }

    @Test
    void wrongMembersAreRefusedWithTheirValue() throws Exception {
        String members = "/project/100/projectMembers";
        assertRefused(node.call(ownerKey, "POST", members, "{}"), ErrorCode.INVALID_REQUEST, "projectTeam: missing");
        assertRefused(
                node.call(
                        ownerKey,
                        "POST",
                        members,
                        "{\"projectTeam\":[{\"teamMember\":\"no@x.y\",\"teamRole\":\"Observer\"}]}"),
                ErrorCode.USER_NOT_FOUND,
                "no@x.y");
        assertRefused(
                node.call(
                        ownerKey,
                        "POST",
                        members,
                        "{\"projectTeam\":[{\"teamMember\":\"other@example.com\",\"teamRole\":\"King\"}]}"),
                ErrorCode.INVALID_REQUEST,
                "role: King (expected: one of Data owner, Data scientist, Observer)");
        assertRefused(
                node.call(ownerKey, "POST", members + "/other@example.com?role=Observer", ""),
                ErrorCode.MEMBER_NOT_FOUND,
                "other@example.com");
    }

    @Test
    void keysAreShownOnceListedAndRevoked() throws Exception {
        JsonNode created = json(node.call(
                ownerKey,
                "POST",
                "/users/apiKey",
                "{\"name\":\"laptop\",\"scopes\":[\"project\"],\"expires\":\"2027-01-01T00:00:00Z\"}"));
        String key = created.get("key").asText();
        assertThat(key).matches("[A-Za-z0-9]{16}\\.[A-Za-z0-9]{64}");
        assertThat(created.get("expires").asText()).isEqualTo("2027-01-01T00:00:00.000Z");
        assertThat(node.get(key, "/project").status()).isEqualTo(200);

        DoorClient.Reply list = node.get(ownerKey, "/users/apiKey");
        assertThat(json(list).get("items").findValuesAsText("name")).contains("laptop");
        assertThat(list.body()).doesNotContain(key.substring(17));

        assertRefused(
                node.call(key, "POST", "/users/apiKey", "{\"name\":\"more\",\"scopes\":[\"JOB\"]}"),
                ErrorCode.FORBIDDEN,
                "scopes: more than those of the key in use");
        assertThat(json(node.call(key, "POST", "/users/apiKey", "{\"name\":\"same\"}"))
                        .get("scopes")
                        .toString())
                .isEqualTo("[\"PROJECT\"]");

        assertThat(node.call(ownerKey, "DELETE", "/users/apiKey/laptop", "").status())
                .isEqualTo(204);
        node.cache.refresh(RestNode.soon());
        assertRefused(node.get(key, "/project"), ErrorCode.UNAUTHENTICATED, "unknown");
    }

    @Test
    void wrongKeysAreNotMade() throws Exception {
        assertRefused(node.call(ownerKey, "POST", "/users/apiKey", "{}"), ErrorCode.INVALID_REQUEST, "name: missing");
        assertRefused(
                node.call(ownerKey, "POST", "/users/apiKey", "{\"name\":\"a\",\"scopes\":[\"GOD\"]}"),
                ErrorCode.INVALID_REQUEST,
                "scopes: \"GOD\"");
        assertRefused(
                node.call(ownerKey, "POST", "/users/apiKey", "{\"name\":\"a\",\"expires\":\"soon\"}"),
                ErrorCode.INVALID_REQUEST,
                "expires: soon (expected: a moment like");
        assertRefused(
                node.call(ownerKey, "DELETE", "/users/apiKey/none", ""), ErrorCode.API_KEY_NOT_FOUND, "name: none");
    }

    @Test
    void administratorsManageUsersAndTheirKeys() throws Exception {
        DoorClient.Reply created = node.call(
                adminKey,
                "POST",
                "/admin/users?accountType=M_ACCOUNT_TYPE&email=new%40example.com&givenName=Ne&surname=W&role=HOPS_USER"
                        + "&status=ACTIVATED_ACCOUNT",
                "");
        assertThat(created.body())
                .isEqualTo("{\"id\":10003,\"username\":\"new10003\",\"email\":\"new@example.com\","
                        + "\"firstname\":\"Ne\",\"lastname\":\"W\",\"status\":2,\"activated\":\"" + STAMP
                        + "\",\"role\":[{\"groupName\":\"HOPS_USER\"}]}");
        String path = "/admin/users/10003";
        String key = json(node.call(adminKey, "POST", path + "/apiKey", "{\"name\":\"k\"}"))
                .get("key")
                .asText();
        assertThat(node.get(key, "/users/profile").body())
                .isEqualTo("{\"username\":\"new10003\",\"email\":\"new@example.com\",\"firstname\":\"Ne\","
                        + "\"lastname\":\"W\",\"role\":[{\"groupName\":\"HOPS_USER\"}]}");

        assertThat(json(node.call(adminKey, "PUT", path + "/rejected", ""))
                        .get("status")
                        .asInt())
                .isEqualTo(3);
        node.cache.refresh(RestNode.soon());
        assertRefused(node.get(key, "/project"), ErrorCode.UNAUTHENTICATED, "not active");
        assertThat(node.call(adminKey, "PUT", path + "/accepted", "{}").status())
                .isEqualTo(200);
        assertThat(json(node.call(adminKey, "PUT", path + "/role", "HOPS_ADMIN"))
                        .get("role")
                        .toString())
                .contains("HOPS_ADMIN");
        assertThat(node.call(adminKey, "DELETE", path, "").status()).isEqualTo(204);
        node.cache.refresh(RestNode.soon());
        assertRefused(node.get(key, "/project"), ErrorCode.UNAUTHENTICATED, "unknown");
        assertRefused(node.get(adminKey, path), ErrorCode.USER_NOT_FOUND, "id: 10003");
        assertThat(json(node.get(adminKey, "/admin/users")).get("count").asInt())
                .isEqualTo(3);
        assertThat(json(node.get(adminKey, "/admin/projects")).get("count").asInt())
                .isEqualTo(1);
    }

    @Test
    void administratorsCannotShutThemselvesOut() throws Exception {
        String self = "/admin/users/" + admin.id();
        for (DoorClient.Reply reply : List.of(
                node.call(adminKey, "DELETE", self, ""),
                node.call(adminKey, "PUT", self + "/rejected", ""),
                node.call(adminKey, "PUT", self + "/role", "HOPS_USER"))) {
            assertRefused(reply, ErrorCode.INVALID_REQUEST, "another user than the caller");
        }
        assertRefused(
                node.call(adminKey, "POST", "/admin/users?email=meb%40example.com", ""),
                ErrorCode.USER_EXISTS,
                "meb@example.com");
        assertRefused(
                node.call(adminKey, "POST", "/admin/users?email=x%40y.z&password=p", ""),
                ErrorCode.INVALID_REQUEST,
                "password: given");
    }

    @Test
    void secretsAndVariablesOfUsersAreNotFound() throws Exception {
        assertThat(node.get(ownerKey, "/users/secrets").body()).isEqualTo("{\"count\":0,\"items\":[]}");
        assertRefused(node.get(ownerKey, "/users/secrets/x"), ErrorCode.SECRET_NOT_FOUND, "name: x");
        assertRefused(node.get(ownerKey, "/users/envvars/x"), ErrorCode.USER_VARIABLE_NOT_FOUND, "name: x");
        assertRefused(node.call(ownerKey, "POST", "/users/secrets", "{}"), ErrorCode.NOT_AVAILABLE, "not kept");
    }

    @Test
    void whatIsNotThereIsNotFoundOrNotAvailable() throws Exception {
        String demo = "/project/100";
        assertThat(node.get(ownerKey, demo + "/modelregistries/100/models?filter_by=name_eq:x")
                        .body())
                .isEqualTo("{\"count\":0,\"items\":[]}");
        assertRefused(
                node.get(ownerKey, demo + "/modelregistries/100/models/m_1?expand=trainingdatasets&expand=x"),
                ErrorCode.MODEL_NOT_FOUND,
                "none");
        assertRefused(node.get(ownerKey, demo + "/serving/1"), ErrorCode.DEPLOYMENT_NOT_FOUND, "none");
        assertRefused(
                node.call(ownerKey, "PUT", demo + "/modelregistries/100/models/m_1", "{}"),
                ErrorCode.NOT_AVAILABLE,
                "model registry: not available in this version");
    }

    @Test
    void nobodyGetsThroughARouteThatIsNotHis() throws Exception {
        User scientist = node.user("scientist@example.com");
        User observer = node.user("observer@example.com");
        node.member(project, scientist, Role.DATA_SCIENTIST);
        node.member(project, observer, Role.OBSERVER);

        List<String> violations = new AccessWalk(
                        node.client,
                        new AccessWalk.Keys(
                                "Authorization", "ApiKey ", "100", otherKey, node.key(observer), node.key(scientist)),
                        AccessWalk.Statuses.REST)
                .violations(node.shapes());

        assertThat(violations).isEmpty();
        assertThat(node.shapes().stream().filter(shape -> shape.access().equals("PUBLIC")))
                .extracting(Object::toString)
                .containsExactly("GET " + RestNode.API + "/openapi.json");
    }

    @Test
    void keyWithoutTheScopeIsForbidden() throws Exception {
        String key = node.key(owner, Set.of(Scope.FEATURESTORE));

        assertRefused(node.get(key, "/project/100/credentials"), ErrorCode.FORBIDDEN, "scope PROJECT");
        String withoutAdmin = node.key(admin, EnumSet.of(Scope.PROJECT));
        assertRefused(node.get(withoutAdmin, "/admin/users"), ErrorCode.FORBIDDEN, "scope ADMIN");
    }

    @Test
    void keyRevokedOnAnotherNodeIsRefusedWithinFiveSeconds() throws Exception {
        String key = node.key(other, Set.of(Scope.PROJECT));
        node.cache.refresh(RestNode.soon());
        assertThat(node.get(key, "/project").status()).isEqualTo(200);
        node.keys.revoke(other.id(), "test" + Set.of(Scope.PROJECT).hashCode(), RestNode.soon());

        // Nobody refreshes from here on: the cache must stop trusting itself.
        long revoked = System.nanoTime();
        int status = 200;
        while (status == 200
                && System.nanoTime() - revoked < Duration.ofSeconds(20).toNanos()) {
            status = node.get(key, "/project").status();
        }
        assertThat(status).isEqualTo(401);
        assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void documentDescribesExactlyTheRoutes() throws Exception {
        JsonNode document = json(node.client.call("GET", RestNode.API + "/openapi.json", Map.of(), new byte[0]));
        assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
        Set<String> described = new HashSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    described.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                    Set<String> query = new HashSet<>();
                    operation.getValue().path("parameters").forEach(parameter -> {
                        if (parameter.get("in").asText().equals("query")) {
                            query.add(parameter.get("name").asText());
                        }
                    });
                    assertThat(node.shapes()).anySatisfy(shape -> {
                        assertThat(shape.toString())
                                .isEqualTo(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                        assertThat(shape.query()).isEqualTo(query);
                    });
                }));
        assertThat(described)
                .containsExactlyInAnyOrderElementsOf(
                        node.shapes().stream().map(Object::toString).toList());
    }

    @Test
    void mutatedRequestsNeverBreakAnything() throws Exception {
        RouteFuzz fuzz = new RouteFuzz(
                node.client,
                node.shapes(),
                new RouteFuzz.Seeds(
                        Map.of("Authorization", "ApiKey " + adminKey, "Content-Type", "application/json"),
                        Map.of(
                                "projectId", List.of("100"),
                                "projectName", List.of("Demo", "fresh"),
                                "email", List.of("meb@example.com", "other@example.com"),
                                "userId", List.of("10000", "10001"),
                                "name", List.of("enable_flyingduck", "k")),
                        List.of(
                                "{\"projectTeam\":[{\"projectTeamPK\":{\"projectId\":100,\"teamMember\":"
                                        + "\"other@example.com\"},\"teamRole\":\"Observer\"}]}",
                                "{\"name\":\"k\",\"scopes\":[\"PROJECT\",\"JOB\"],\"expires\":1900000000000}",
                                "{\"projectName\":\"fresh\",\"description\":\"text\"}",
                                "{\"role\":\"Observer\"}",
                                "HOPS_ADMIN")),
                RouteFuzz.Rules.REST);

        long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong(1_000_000));
        assertThat(fuzz.violations(seed, Integer.getInteger("requests", 1_500))).isEmpty();
    }
}
