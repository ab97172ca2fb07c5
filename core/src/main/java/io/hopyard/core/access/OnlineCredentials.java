package io.hopyard.core.access;

import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Names and passwords with which the members of a project come in at the MySQL door; one pair per project and user, made
 * when first asked for, gone with the membership. Thread safe.
 */
public final class OnlineCredentials {
    private static final int PASSWORD_LENGTH = 32;

    private final Database database;
    private final Commits commits;
    private final Gate gate;
    private final ProjectNames projects;
    private final RandomGenerator random;

    /** Finds a project by its name. */
    @FunctionalInterface
    public interface ProjectNames {
        /** The id, or null; the name in any case. */
        @Nullable
        Long findId(String name, Deadline deadline);
    }

    /**
     * Who may come in at the door.
     *
     * @param databaseName the only database that the account sees, the lower-cased project name
     * @param password in clear, since the door answers challenges with it
     */
    public record Account(String databaseName, long projectId, Caller caller, String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Account[" + databaseName + ", " + caller.username() + "]";
        }
    }

    /**
     * @param gate asked again at every log-in
     * @param random a cryptographic one
     */
    public OnlineCredentials(
            Database database, Commits commits, Gate gate, ProjectNames projects, RandomGenerator random) {
        this.database = database;
        this.commits = commits;
        this.gate = gate;
        this.projects = projects;
        this.random = random;
    }

    /** {@code <project>_<username>}. */
    public static String accountName(String projectName, String username) {
        return projectName + "_" + username;
    }

    /** The password of the caller in the project; 32 letters and digits, always the same one. */
    public String password(Caller caller, long projectId, Deadline deadline) {
        RowKey key = AccessRows.onlinePassword(projectId, caller.userId());
        return commits.change(deadline, () -> {
            if (!gate.allows(caller, projectId, Permission.READ, deadline)) {
                throw new FeatureStoreException(
                        ErrorCode.FORBIDDEN, "project " + projectId + ": the caller is no member");
            }
            Row row = AccessRows.find(database, key, deadline);
            if (row != null) {
                return new Commits.Plan<>(List.of(), List.of(), AccessRows.text(row));
            }
            String password = KeyText.letters(random, PASSWORD_LENGTH);
            return new Commits.Plan<>(
                    List.of(
                            new Condition.Absent(key),
                            new Condition.Present(Members.projectKey(projectId)),
                            new Condition.Present(AccessRows.user(caller.userId()))),
                    List.of(new Write.Put(key, AccessRows.text(password))),
                    password);
        });
    }

    /**
     * Looks an account up for a log-in.
     *
     * @param accountName as the client sent it
     * @return null when there is none, or its user is not active or no longer a member
     */
    public @Nullable Account find(String accountName, Deadline deadline) {
        int cut = accountName.lastIndexOf('_');
        if (cut < 1 || cut == accountName.length() - 1 || accountName.length() > 200) {
            return null;
        }
        String projectName = accountName.substring(0, cut);
        Long projectId = projects.findId(projectName, deadline);
        Row name = AccessRows.find(database, AccessRows.username(accountName.substring(cut + 1)), deadline);
        if (projectId == null || name == null) {
            return null;
        }
        long userId = AccessRows.number(name);
        List<@Nullable Row> rows =
                database.read(List.of(AccessRows.user(userId), AccessRows.onlinePassword(projectId, userId)), deadline);
        Row userRow = rows.getFirst();
        Row passwordRow = rows.getLast();
        if (userRow == null || passwordRow == null) {
            return null;
        }
        User user = AccessRows.user(userRow);
        Caller caller =
                new Caller(user.id(), user.username(), user.email(), user.admin(), EnumSet.of(Scope.FEATURESTORE));
        if (!user.active() || !gate.allows(caller, projectId, Permission.READ, deadline)) {
            return null;
        }
        return new Account(databaseName(projectName), projectId, caller, AccessRows.text(passwordRow));
    }

    /** The name under which a project's tables are seen at the SQL door. */
    public static String databaseName(String projectName) {
        return projectName.toLowerCase(Locale.ROOT);
    }
}
