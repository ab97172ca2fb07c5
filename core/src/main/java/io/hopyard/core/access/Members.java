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
import java.util.Map;
import java.util.Set;
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

    /** Adds users or changes their roles, all or none; the last data owner stays one. */
    public void put(long projectId, Map<Long, Role> roles, Deadline deadline) {
        commits.<@Nullable Void>change(deadline, () -> {
            checkPresent(projectId, roles.keySet(), deadline);
            List<Condition> conditions = new ArrayList<>();
            List<Write> writes = new ArrayList<>();
            conditions.add(new Condition.Present(projectKey(projectId)));
            boolean ownerLost = false;
            for (Map.Entry<Long, Role> wanted : roles.entrySet()) {
                long userId = wanted.getKey();
                RowKey key = AccessRows.member(projectId, userId);
                Row row = AccessRows.find(database, key, deadline);
                conditions.add(
                        row == null ? new Condition.Absent(key) : new Condition.VersionEquals(key, row.version()));
                conditions.add(userIsPresent(userId));
                Member there = row == null ? null : AccessRows.member(row);
                ownerLost |= there != null && there.role() == Role.DATA_OWNER && wanted.getValue() != Role.DATA_OWNER;
                long since = there == null ? clock.millis() : there.sinceMillis();
                writes.addAll(writes(new Member(projectId, userId, wanted.getValue(), since)));
            }
            if (ownerLost && !roles.containsValue(Role.DATA_OWNER)) {
                conditions.add(anotherOwner(projectId, roles.keySet(), deadline));
            }
            return new Commits.Plan<>(conditions, writes, null);
        });
    }

    private void checkPresent(long projectId, Set<Long> userIds, Deadline deadline) {
        if (AccessRows.find(database, projectKey(projectId), deadline) == null) {
            throw new FeatureStoreException(
                    ErrorCode.PROJECT_NOT_FOUND, "project: " + projectId + " (expected: an existing project)");
        }
        for (long userId : userIds) {
            if (AccessRows.find(database, AccessRows.user(userId), deadline) == null) {
                throw new FeatureStoreException(
                        ErrorCode.USER_NOT_FOUND, "id: " + userId + " (expected: an existing user)");
            }
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
                conditions.add(anotherOwner(projectId, Set.of(userId), deadline));
            }
            return new Commits.Plan<>(conditions, removals(projectId, userId), null);
        });
    }

    /** Finds another data owner and holds on to it, so that two owners cannot remove each other at the same time. */
    private Condition anotherOwner(long projectId, Set<Long> except, Deadline deadline) {
        for (Row row : AccessRows.list(database, "members", AccessRows.group(projectId), "", MEMBERS_MAX, deadline)) {
            Member member = AccessRows.member(row);
            if (member.role() == Role.DATA_OWNER && !except.contains(member.userId())) {
                return new Condition.VersionEquals(row.key(), row.version());
            }
        }
        throw new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "the project would lose its last data owner (expected: another data owner in the project first)");
    }
}
