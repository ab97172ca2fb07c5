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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Names and passwords with which the members of a project come in at the MySQL door; one pair per project and user, made
 * when first asked for, gone with the membership. The password lies in the database in clear, since the members' connector
 * hands it out again; it appears nowhere else. Thread safe.
 */
public final class OnlineCredentials implements OnlineLogins {
    private static final int PASSWORD_LENGTH = 32;
    private static final int ACCOUNT_MAX = 200;

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

    @Override
    public @Nullable OnlineLogin find(String user, Deadline deadline) {
        int cut = user.lastIndexOf('_');
        if (cut < 1 || cut == user.length() - 1 || user.length() > ACCOUNT_MAX) {
            return null;
        }
        Long projectId = projects.findId(user.substring(0, cut), deadline);
        Row name = AccessRows.find(database, AccessRows.username(user.substring(cut + 1)), deadline);
        if (projectId == null || name == null) {
            return null;
        }
        long userId = AccessRows.number(name);
        List<@Nullable Row> rows =
                database.read(List.of(AccessRows.user(userId), AccessRows.onlinePassword(projectId, userId)), deadline);
        Row userRow = rows.getFirst();
        Row password = rows.getLast();
        if (userRow == null || password == null) {
            return null;
        }
        User person = AccessRows.user(userRow);
        Caller caller = new Caller(
                person.id(), person.username(), person.email(), person.admin(), EnumSet.of(Scope.FEATURESTORE));
        if (!person.active() || !gate.allows(caller, projectId, Permission.READ, deadline)) {
            return null;
        }
        byte[] text = AccessRows.text(password).getBytes(StandardCharsets.US_ASCII);
        return new OnlineLogin(caller, projectId, twice("SHA-1", text), twice("SHA-256", text));
    }

    private static byte[] twice(String algorithm, byte[] text) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            return digest.digest(digest.digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
