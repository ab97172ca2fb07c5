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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to which project, as what. A project keeps at least one data owner as long as nobody removes the user
 * altogether. What a method changed is durable when it returns. Thread safe.
 */
public final class Members {
    /** Members of one project. */
    public static final int MEMBERS_MAX = 10_000;

    /** Projects of one user. */
    public static final int PROJECTS_MAX = 10_000;

    private final Database database;
    private final Commits commits;
    private final Clock clock;

    public Members(Database database, Commits commits, Clock clock) {
        this.database = database;
        this.commits = commits;
        this.clock = clock;
    }

    /** The row that exists as long as the project does. */
    public static RowKey projectKey(long projectId) {
        return new RowKey("projects", AccessRows.group(projectId), "");
    }

    /** The rows of a membership, for a commit that makes it together with something else. */
    public static List<Write> writes(Member member) {
        return List.of(
                new Write.Put(AccessRows.member(member.projectId(), member.userId()), AccessRows.write(member)),
                new Write.Put(
                        AccessRows.projectOf(member.userId(), member.projectId()),
                        AccessRows.number(member.projectId())));
    }

    /** That the user is there, as a condition of a commit. */
    public static Condition userIsPresent(long userId) {
        return new Condition.Present(AccessRows.user(userId));
    }

    /** What takes a membership away, with the password that hangs on it. */
    public static List<Write> removals(long projectId, long userId) {
        return List.of(
                new Write.Remove(AccessRows.member(projectId, userId)),
                new Write.Remove(AccessRows.projectOf(userId, projectId)),
                new Write.Remove(AccessRows.onlinePassword(projectId, userId)));
    }

    public @Nullable Member find(long projectId, long userId, Deadline deadline) {
        Row row = AccessRows.find(database, AccessRows.member(projectId, userId), deadline);
        return row == null ? null : AccessRows.member(row);
    }

    /** By user id. */
    public List<Member> list(long projectId, Deadline deadline) {
        return AccessRows.list(database, "members", AccessRows.group(projectId), "", MEMBERS_MAX, deadline).stream()
                .map(AccessRows::member)
                .toList();
    }

    /** The memberships of a user, by project id. */
    public List<Member> ofUser(long userId, Deadline deadline) {
        List<RowKey> keys =
                AccessRows.list(database, "members", "global", AccessRows.projectsOf(userId), PROJECTS_MAX, deadline)
                        .stream()
                        .map(row -> AccessRows.member(AccessRows.number(row), userId))
                        .toList();
        List<Member> members = new ArrayList<>();
        for (Row row : database.read(keys, deadline)) {
            if (row != null) {
                members.add(AccessRows.member(row));
            }
        }
        return members;
    }

    /** Adds the user or changes the role; the last data owner stays one. */
    public Member put(long projectId, long userId, Role role, Deadline deadline) {
        RowKey key = AccessRows.member(projectId, userId);
        return commits.change(deadline, () -> {
            Row row = AccessRows.find(database, key, deadline);
            Member there = row == null ? null : AccessRows.member(row);
            Member wanted = new Member(projectId, userId, role, there == null ? clock.millis() : there.sinceMillis());
            List<Condition> conditions = new ArrayList<>();
            conditions.add(row == null ? new Condition.Absent(key) : new Condition.VersionEquals(key, row.version()));
            conditions.add(new Condition.Present(projectKey(projectId)));
            conditions.add(userIsPresent(userId));
            if (there != null && there.role() == Role.DATA_OWNER && role != Role.DATA_OWNER) {
                conditions.add(anotherOwner(projectId, userId, deadline));
            }
            checkPresent(projectId, userId, deadline);
            return new Commits.Plan<>(conditions, writes(wanted), wanted);
        });
    }

    private void checkPresent(long projectId, long userId, Deadline deadline) {
        List<@Nullable Row> rows = database.read(List.of(projectKey(projectId), AccessRows.user(userId)), deadline);
        if (rows.getFirst() == null) {
            throw new FeatureStoreException(
                    ErrorCode.PROJECT_NOT_FOUND, "project: " + projectId + " (expected: an existing project)");
        }
        if (rows.getLast() == null) {
            throw new FeatureStoreException(
                    ErrorCode.USER_NOT_FOUND, "id: " + userId + " (expected: an existing user)");
        }
    }

    /** Refused with {@code MEMBER_NOT_FOUND}; the last data owner cannot be removed. */
    public void remove(long projectId, long userId, Deadline deadline) {
        RowKey key = AccessRows.member(projectId, userId);
        commits.<@Nullable Void>change(deadline, () -> {
            Row row = AccessRows.find(database, key, deadline);
            if (row == null) {
                throw new FeatureStoreException(
                        ErrorCode.MEMBER_NOT_FOUND, "user: " + userId + " (expected: a member of the project)");
            }
            List<Condition> conditions = new ArrayList<>();
            conditions.add(new Condition.VersionEquals(key, row.version()));
            if (AccessRows.member(row).role() == Role.DATA_OWNER) {
                conditions.add(anotherOwner(projectId, userId, deadline));
            }
            return new Commits.Plan<>(conditions, removals(projectId, userId), null);
        });
    }

    /** Finds another data owner and holds on to it, so that two owners cannot remove each other at the same time. */
    private Condition anotherOwner(long projectId, long userId, Deadline deadline) {
        for (Row row : AccessRows.list(database, "members", AccessRows.group(projectId), "", MEMBERS_MAX, deadline)) {
            Member member = AccessRows.member(row);
            if (member.role() == Role.DATA_OWNER && member.userId() != userId) {
                return new Condition.VersionEquals(row.key(), row.version());
            }
        }
        throw new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "user: " + userId + " is the last data owner (expected: another data owner in the project first)");
    }
}
