package io.hopyard.core.access;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Ids;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The users of the cluster. What a method changed is durable when it returns. Thread safe. */
public final class Users {
    static final int USERS_MAX = 10_000;
    private static final long FIRST_ID = 10_000;
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,189}");
    private static final int NAME_MAX = 100;

    private final Database database;
    private final Commits commits;
    private final Ids ids;
    private final Clock clock;

    /** What a new user is made of. */
    public record NewUser(String email, String firstName, String lastName, boolean admin, boolean active) {
        public NewUser {
            email = email.strip();
            if (!EMAIL.matcher(email).matches()) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST, "email: " + email + " (expected: an address like name@example.com)");
            }
            checkName("firstName", firstName);
            checkName("lastName", lastName);
        }

        private static void checkName(String what, String name) {
            if (name.length() > NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_REQUEST,
                        what + ": " + name.length() + " characters (expected: at most " + NAME_MAX
                                + ", no control characters)");
            }
        }
    }

    public Users(Database database, Commits commits, Ids ids, Clock clock) {
        this.database = database;
        this.commits = commits;
        this.ids = ids;
        this.clock = clock;
    }

    /** Refused with {@code USER_EXISTS} when the address is taken. */
    public User create(NewUser wanted, Deadline deadline) {
        return create(fresh(wanted, deadline), List.of(), List.of(), deadline);
    }

    /** A user that is not stored yet. */
    User fresh(NewUser wanted, Deadline deadline) {
        long id = ids.next("user", FIRST_ID, deadline);
        return new User(
                id,
                usernameStem(wanted.email()) + id,
                wanted.email(),
                wanted.firstName(),
                wanted.lastName(),
                wanted.admin(),
                wanted.active(),
                clock.millis());
    }

    /** Stores it together with rows that go in the same commit. */
    User create(User user, List<Condition> conditions, List<Write> writes, Deadline deadline) {
        List<RowKey> keys = List.of(
                AccessRows.email(user.email()), AccessRows.user(user.id()), AccessRows.username(user.username()));
        commits.apply(
                Stream.concat(conditions.stream(), keys.stream().map(Condition.Absent::new))
                        .toList(),
                Stream.concat(
                                Stream.of(
                                        new Write.Put(AccessRows.user(user.id()), AccessRows.write(user)),
                                        new Write.Put(AccessRows.email(user.email()), AccessRows.number(user.id())),
                                        new Write.Put(
                                                AccessRows.username(user.username()), AccessRows.number(user.id()))),
                                writes.stream())
                        .toList(),
                deadline,
                refused -> new FeatureStoreException(
                        ErrorCode.USER_EXISTS, "email: " + user.email() + " (expected: one that no user has)"));
        return user;
    }

    private static String usernameStem(String email) {
        StringBuilder stem = new StringBuilder("xxx");
        int found = 0;
        String name = email.substring(0, email.indexOf('@')).toLowerCase(Locale.ROOT);
        for (int index = 0; index < name.length() && found < stem.length(); index++) {
            char letter = name.charAt(index);
            if (letter >= 'a' && letter <= 'z') {
                stem.setCharAt(found++, letter);
            }
        }
        return stem.toString();
    }

    public @Nullable User find(long userId, Deadline deadline) {
        Row row = AccessRows.find(database, AccessRows.user(userId), deadline);
        return row == null ? null : AccessRows.user(row);
    }

    /** Refused with {@code USER_NOT_FOUND}. */
    public User load(long userId, Deadline deadline) {
        User user = find(userId, deadline);
        if (user == null) {
            throw notFound("id: " + userId);
        }
        return user;
    }

    public @Nullable User findByEmail(String email, Deadline deadline) {
        return findBy(EMAIL.matcher(email).matches() ? AccessRows.email(email) : null, deadline);
    }

    /** Refused with {@code USER_NOT_FOUND}. */
    public User loadByEmail(String email, Deadline deadline) {
        User user = findByEmail(email, deadline);
        if (user == null) {
            throw notFound("email: " + email);
        }
        return user;
    }

    public @Nullable User findByUsername(String username, Deadline deadline) {
        return findBy(username.length() <= NAME_MAX ? AccessRows.username(username) : null, deadline);
    }

    private @Nullable User findBy(@Nullable RowKey name, Deadline deadline) {
        Row row = name == null ? null : AccessRows.find(database, name, deadline);
        return row == null ? null : find(AccessRows.number(row), deadline);
    }

    private static FeatureStoreException notFound(String what) {
        return new FeatureStoreException(ErrorCode.USER_NOT_FOUND, what + " (expected: an existing user)");
    }

    /** By id. */
    public List<User> list(Deadline deadline) {
        return AccessRows.list(database, "users", "global", "id/", USERS_MAX, deadline).stream()
                .map(AccessRows::user)
                .toList();
    }

    /** Changes status or rights; id, user name and email stay. */
    public User change(long userId, UnaryOperator<User> change, Deadline deadline) {
        RowKey key = AccessRows.user(userId);
        return commits.change(deadline, () -> {
            Row row = AccessRows.find(database, key, deadline);
            if (row == null) {
                throw notFound("id: " + userId);
            }
            User changed = change.apply(AccessRows.user(row));
            return new Commits.Plan<>(
                    List.of(new Condition.VersionEquals(key, row.version())),
                    List.of(new Write.Put(key, AccessRows.write(changed))),
                    changed);
        });
    }

    /** Removes the user with all keys, memberships and passwords, at once; projects stay. */
    public void remove(long userId, Deadline deadline) {
        RowKey key = AccessRows.user(userId);
        commits.<@Nullable Void>change(deadline, () -> {
            Row row = AccessRows.find(database, key, deadline);
            if (row == null) {
                throw notFound("id: " + userId);
            }
            User user = AccessRows.user(row);
            List<Write> writes = new ArrayList<>();
            writes.add(new Write.Remove(key));
            writes.add(new Write.Remove(AccessRows.email(user.email())));
            writes.add(new Write.Remove(AccessRows.username(user.username())));
            for (Row name : AccessRows.list(
                    database, "keys", "global", AccessRows.keysOf(userId), ApiKeys.KEYS_MAX * 2, deadline)) {
                writes.add(new Write.Remove(name.key()));
                writes.add(new Write.Remove(AccessRows.key(AccessRows.text(name))));
            }
            for (Row membership : AccessRows.list(
                    database, "members", "global", AccessRows.projectsOf(userId), Members.PROJECTS_MAX, deadline)) {
                long projectId = AccessRows.number(membership);
                writes.add(new Write.Remove(membership.key()));
                writes.add(new Write.Remove(AccessRows.member(projectId, userId)));
                writes.add(new Write.Remove(AccessRows.onlinePassword(projectId, userId)));
            }
            return new Commits.Plan<>(List.of(new Condition.VersionEquals(key, row.version())), writes, null);
        });
    }
}
