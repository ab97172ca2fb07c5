package io.hopyard.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Ids;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.project.Project;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.testkit.database.MemoryDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final MemoryDatabase database = new MemoryDatabase();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final Commits commits = new Commits(database, random, System::nanoTime, Pause.NONE);
    private final Ids ids = new Ids(database, commits, System::nanoTime, 10);
    private final Users users = new Users(database, commits, ids, clock);
    private final ApiKeys keys = new ApiKeys(database, commits, random, clock);
    private final Members members = new Members(database, commits, clock);
    private final Projects projects = new Projects(database, commits, ids, members, clock);
    private final StoredGate gate = new StoredGate(database, clock);
    private final OnlineCredentials online = new OnlineCredentials(database, commits, gate, projects::findId, random);
    private final FirstAdmin firstAdmin = new FirstAdmin(database, users, keys, clock);
    private final Deadline deadline = Deadline.after(System::nanoTime, Duration.ofMinutes(1));

    private User user(String email) {
        return users.create(new Users.NewUser(email, "First", "Last", false, true), deadline);
    }

    private static Caller caller(User user) {
        return new Caller(user.id(), user.username(), user.email(), user.admin(), EnumSet.allOf(Scope.class));
    }

    private static void refused(ErrorCode code, String part, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(part);
    }

    private String key(User user, @Nullable Long expiresMillis) {
        return keys.issue(user.id(), "k", Set.of(Scope.PROJECT), expiresMillis, deadline)
                .text()
                .text();
    }

    /** Everything that is stored, as text. */
    private String stored(String table, String group) {
        StringBuilder all = new StringBuilder();
        Page page = database.scan(new Scan(table, group, "", "", 1_000), deadline);
        for (Row row : page.rows()) {
            all.append(row.key()).append(new String(row.value(), StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    @Test
    void usernamesComeFromTheAddressAndAreUnique() {
        assertThat(List.of(
                        user("meb@x.org").username(),
                        user("M.E.B@y.org").username(),
                        user("7@z.org").username()))
                .containsExactly("meb10000", "meb10001", "xxx10002");
    }

    @Test
    void addressIsUniqueInAnyCase() {
        User first = user("Ann@x.org");

        refused(ErrorCode.USER_EXISTS, "ann@X.ORG", () -> user("ann@X.ORG"));
        assertThat(users.findByEmail("ANN@x.org", deadline)).isEqualTo(first);
        assertThat(users.findByUsername(first.username(), deadline)).isEqualTo(first);
        assertThat(users.list(deadline)).containsExactly(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "@", "a@", "@b", "a b@c", "a@b c", "a@b\u0000", "a@b@c"})
    void addressesThatAreNoneAreRefused(String email) {
        refused(ErrorCode.INVALID_REQUEST, "email", () -> user(email));
    }

    @Test
    void keyLetsItsUserInWithItsScopes() {
        User user = user("a@x.org");

        Caller caller = gate.authenticate(key(user, null), deadline);

        assertThat(caller).isEqualTo(new Caller(user.id(), user.username(), "a@x.org", false, Set.of(Scope.PROJECT)));
    }

    @Test
    void secretIsNotStored() {
        User user = user("a@x.org");
        KeyText text = keys.issue(user.id(), "k", Set.of(Scope.PROJECT), null, deadline)
                .text();

        assertThat(stored("keys", "global")).contains(text.prefix()).doesNotContain(text.secret());
        assertThat(text.toString()).doesNotContain(text.secret());
    }

    @Test
    void wrongKeysAreRefused() {
        User user = user("a@x.org");
        String key = key(user, null);

        refused(ErrorCode.UNAUTHENTICATED, "none", () -> gate.authenticate(null, deadline));
        refused(ErrorCode.UNAUTHENTICATED, "none", () -> gate.authenticate("", deadline));
        refused(ErrorCode.UNAUTHENTICATED, "another shape", () -> gate.authenticate("x", deadline));
        refused(ErrorCode.UNAUTHENTICATED, "another shape", () -> gate.authenticate("a/../b?x=1é.secret", deadline));
        refused(ErrorCode.UNAUTHENTICATED, "unknown", () -> gate.authenticate(key + "x", deadline));
        refused(
                ErrorCode.UNAUTHENTICATED,
                "unknown",
                () -> gate.authenticate(KeyText.random(random).text(), deadline));
    }

    @Test
    void expiredKeyIsRefused() {
        User user = user("a@x.org");
        String key = key(user, NOW.toEpochMilli() + 1_000);
        gate.authenticate(key, deadline);
        StoredGate later = new StoredGate(database, Clock.fixed(NOW.plusSeconds(1), ZoneOffset.UTC));

        refused(ErrorCode.UNAUTHENTICATED, "expired", () -> later.authenticate(key, deadline));
        refused(
                ErrorCode.INVALID_REQUEST,
                "a time in the future",
                () -> keys.issue(user.id(), "l", Set.of(Scope.PROJECT), NOW.toEpochMilli(), deadline));
    }

    @Test
    void revokedKeyIsRefusedAndItsNameIsFreeAgain() {
        User user = user("a@x.org");
        String key = key(user, null);
        refused(ErrorCode.API_KEY_EXISTS, "name: k", () -> key(user, null));

        keys.revoke(user.id(), "k", deadline);

        refused(ErrorCode.UNAUTHENTICATED, "unknown", () -> gate.authenticate(key, deadline));
        refused(ErrorCode.API_KEY_NOT_FOUND, "name: k", () -> keys.revoke(user.id(), "k", deadline));
        gate.authenticate(key(user, null), deadline);
        assertThat(keys.list(user.id(), deadline)).hasSize(1);
    }

    @Test
    void keysNeedANameScopesAndAUser() {
        User user = user("a@x.org");
        for (String name : List.of("", " ", "/x", "a/b", "ä", "x".repeat(101))) {
            refused(
                    ErrorCode.INVALID_REQUEST,
                    "name",
                    () -> keys.issue(user.id(), name, Set.of(Scope.PROJECT), null, deadline));
        }
        refused(ErrorCode.INVALID_REQUEST, "scopes: none", () -> keys.issue(user.id(), "k", Set.of(), null, deadline));
        refused(ErrorCode.USER_NOT_FOUND, "id: 1", () -> keys.issue(1, "k", Set.of(Scope.PROJECT), null, deadline));
    }

    @Test
    void userWhoWasShutOutIsRefusedAtEveryDoor() {
        User user = user("a@x.org");
        String key = key(user, null);
        Project project = projects.create("demo", "", caller(user), deadline);
        online.password(caller(user), project.id(), deadline);

        users.change(user.id(), there -> there.withActive(false), deadline);
        refused(ErrorCode.UNAUTHENTICATED, "not active", () -> gate.authenticate(key, deadline));
        assertThat(online.find("demo_" + user.username(), deadline)).isNull();

        users.change(user.id(), there -> there.withActive(true), deadline);
        gate.authenticate(key, deadline);
        assertThat(online.find("demo_" + user.username(), deadline)).isNotNull();
    }

    @Test
    void removedUserLeavesNothing() {
        User user = user("a@x.org");
        String key = key(user, null);
        Project project = projects.create("demo", "", caller(user), deadline);
        online.password(caller(user), project.id(), deadline);

        users.remove(user.id(), deadline);

        refused(ErrorCode.UNAUTHENTICATED, "unknown", () -> gate.authenticate(key, deadline));
        assertThat(stored("users", "global")).isEmpty();
        assertThat(stored("keys", "global")).isEmpty();
        assertThat(stored("members", "global")).isEmpty();
        assertThat(stored("members", "project/" + project.id())).isEmpty();
        assertThat(stored("credentials", "project/" + project.id())).isEmpty();
        refused(ErrorCode.USER_NOT_FOUND, "id: " + user.id(), () -> users.remove(user.id(), deadline));
    }

    @Test
    void rolesDecideAndStrangersAreShutOut() {
        User owner = user("o@x.org");
        User scientist = user("s@x.org");
        User observer = user("b@x.org");
        User stranger = user("n@x.org");
        User admin = users.create(new Users.NewUser("a@x.org", "", "", true, true), deadline);
        Project project = projects.create("demo", "", caller(owner), deadline);
        members.put(project.id(), Map.of(scientist.id(), Role.DATA_SCIENTIST, observer.id(), Role.OBSERVER), deadline);

        List<List<Boolean>> answers = new ArrayList<>();
        for (User user : List.of(owner, scientist, observer, stranger, admin)) {
            List<Boolean> rights = new ArrayList<>();
            for (Permission permission : Permission.values()) {
                rights.add(gate.allows(caller(user), project.id(), permission, deadline));
            }
            answers.add(rights);
        }

        assertThat(answers)
                .containsExactly(
                        List.of(true, true, true),
                        List.of(true, true, false),
                        List.of(true, false, false),
                        List.of(false, false, false),
                        List.of(true, true, true));
        assertThat(gate.allows(caller(admin), 999_999, Permission.READ, deadline))
                .isFalse();
    }

    @Test
    void lastDataOwnerStays() {
        User owner = user("o@x.org");
        User second = user("s@x.org");
        Project project = projects.create("demo", "", caller(owner), deadline);

        refused(ErrorCode.INVALID_REQUEST, "last data owner", () -> members.remove(project.id(), owner.id(), deadline));
        refused(
                ErrorCode.INVALID_REQUEST,
                "last data owner",
                () -> members.put(project.id(), Map.of(owner.id(), Role.OBSERVER), deadline));
        members.put(project.id(), Map.of(owner.id(), Role.OBSERVER, second.id(), Role.DATA_OWNER), deadline);
        members.remove(project.id(), owner.id(), deadline);

        assertThat(members.list(project.id(), deadline))
                .containsExactly(new Member(project.id(), second.id(), Role.DATA_OWNER, NOW.toEpochMilli()));
        assertThat(members.ofUser(owner.id(), deadline)).isEmpty();
        refused(
                ErrorCode.MEMBER_NOT_FOUND,
                "user: " + owner.id(),
                () -> members.remove(project.id(), owner.id(), deadline));
    }

    @Test
    void unknownMemberInAListAddsNobody() {
        User owner = user("o@x.org");
        User other = user("s@x.org");
        Project project = projects.create("demo", "", caller(owner), deadline);

        refused(
                ErrorCode.USER_NOT_FOUND,
                "id: 5",
                () -> members.put(project.id(), Map.of(other.id(), Role.OBSERVER, 5L, Role.OBSERVER), deadline));
        assertThat(members.find(project.id(), other.id(), deadline)).isNull();
        refused(
                ErrorCode.PROJECT_NOT_FOUND,
                "project: 5",
                () -> members.put(5, Map.of(other.id(), Role.OBSERVER), deadline));
    }

    @Test
    void projectNameIsUniqueInAnyCase() {
        Caller owner = caller(user("o@x.org"));
        Project project = projects.create("Demo", "text", owner, deadline);

        refused(ErrorCode.PROJECT_EXISTS, "dEMO", () -> projects.create("dEMO", "", owner, deadline));
        assertThat(projects.findByName("demo", deadline)).isEqualTo(project);
        assertThat(projects.list(deadline)).containsExactly(project);
        assertThat(project.featureStoreName()).isEqualTo("demo_featurestore");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a",
                "_a",
                "a-b",
                "a b",
                "a.b",
                "a__b",
                "ä",
                "x/y",
                "mysql",
                "Information_Schema",
                "a_featurestore",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void wrongProjectNamesAreRefused(String name) {
        Caller owner = caller(user("o@x.org"));

        refused(ErrorCode.INVALID_REQUEST, "projectName", () -> projects.create(name, "", owner, deadline));
        assertThat(projects.list(deadline)).isEmpty();
    }

    @Test
    void onlyOneOfManyGetsAName() throws Exception {
        List<Caller> callers = List.of(caller(user("a@x.org")), caller(user("b@x.org")), caller(user("c@x.org")));
        int created = 0;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int attempt = 0; attempt < 30; attempt++) {
                Caller caller = callers.get(attempt % callers.size());
                results.add(executor.submit(() -> {
                    try {
                        projects.create("demo", "", caller, deadline);
                        return true;
                    } catch (FeatureStoreException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.PROJECT_EXISTS);
                        return false;
                    }
                }));
            }
            for (Future<Boolean> result : results) {
                created += result.get() ? 1 : 0;
            }
        }
        assertThat(created).isOne();
        assertThat(projects.list(deadline)).hasSize(1);
    }

    @Test
    void lostAnswerOfACreationIsNotTakenForAClash() {
        Caller owner = caller(user("o@x.org"));
        projects.create("first", "", owner, deadline);
        database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);

        assertThat(projects.create("demo", "", owner, deadline).name()).isEqualTo("demo");
    }

    @Test
    void emptyProjectCanBeRemovedAndItsNameUsedAgain() {
        Caller owner = caller(user("o@x.org"));
        Project project = projects.create("demo", "", owner, deadline);
        online.password(owner, project.id(), deadline);

        projects.remove(project.id(), deadline);

        assertThat(gate.allows(owner, project.id(), Permission.READ, deadline)).isFalse();
        assertThat(members.ofUser(owner.userId(), deadline)).isEmpty();
        assertThat(stored("credentials", "project/" + project.id())).isEmpty();
        refused(ErrorCode.PROJECT_NOT_FOUND, "project", () -> projects.remove(project.id(), deadline));
        assertThat(projects.create("demo", "", owner, deadline).id()).isGreaterThan(project.id());
    }

    @Test
    void projectWithFeatureGroupsStays() {
        Caller owner = caller(user("o@x.org"));
        Project project = projects.create("demo", "", owner, deadline);
        commits.attempt(
                List.of(Projects.present(project.id())),
                List.of(new Write.Put(new RowKey("featuregroups", "project/" + project.id(), "x"), new byte[] {1})),
                deadline);

        refused(ErrorCode.NOT_EMPTY, "featuregroups", () -> projects.remove(project.id(), deadline));
    }

    @Test
    void onlinePasswordIsMadeOnceAndProvable() throws Exception {
        User owner = user("o@x.org");
        Project project = projects.create("My_Demo", "", caller(owner), deadline);

        String password = online.password(caller(owner), project.id(), deadline);

        assertThat(password).matches("[A-Za-z0-9]{32}");
        assertThat(online.password(caller(owner), project.id(), deadline)).isEqualTo(password);
        OnlineLogins.OnlineLogin login = Objects.requireNonNull(
                online.find(OnlineCredentials.accountName("My_Demo", owner.username()), deadline));
        assertThat(login.projectId()).isEqualTo(project.id());
        assertThat(login.caller().userId()).isEqualTo(owner.id());
        byte[] once = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.US_ASCII));
        assertThat(login.sha1()).isEqualTo(MessageDigest.getInstance("SHA-1").digest(once));
    }

    @Test
    void onlineAccountsOfOthersAreNotFound() {
        User owner = user("o@x.org");
        User other = user("n@x.org");
        Project project = projects.create("demo", "", caller(owner), deadline);
        members.put(project.id(), Map.of(other.id(), Role.OBSERVER), deadline);
        online.password(caller(other), project.id(), deadline);
        assertThat(online.find("demo_" + other.username(), deadline)).isNotNull();

        members.remove(project.id(), other.id(), deadline);

        assertThat(online.find("demo_" + other.username(), deadline)).isNull();
        refused(ErrorCode.FORBIDDEN, "no member", () -> online.password(caller(other), project.id(), deadline));
        for (String name : List.of("", "_", "demo", "demo_", "_x", "demo_nobody", "no_" + owner.username())) {
            assertThat(online.find(name, deadline)).as(name).isNull();
        }
    }

    @Test
    void firstAdministratorIsMadeOnce() {
        KeyText text = KeyText.random(random);
        assertThat(firstAdmin.isMissing(deadline)).isTrue();

        assertThat(firstAdmin.create("admin@hopyard.local", text, deadline)).isTrue();

        Caller admin = gate.authenticate(text.text(), deadline);
        assertThat(admin.admin()).isTrue();
        assertThat(admin.scopes()).containsExactlyInAnyOrder(Scope.values());
        KeyText another = KeyText.random(random);
        assertThat(firstAdmin.create("b@hopyard.local", another, deadline)).isFalse();
        refused(ErrorCode.UNAUTHENTICATED, "unknown", () -> gate.authenticate(another.text(), deadline));
    }

    @Test
    void firstAdministratorSurvivesALostAnswer() {
        KeyText text = KeyText.random(random);
        ids.next("user", 10_000, deadline);
        database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);

        assertThat(firstAdmin.create("admin@hopyard.local", text, deadline)).isTrue();
        assertThat(users.list(deadline)).hasSize(1);
    }
}
