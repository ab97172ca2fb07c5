package io.hopyard.core.project;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Member;
import io.hopyard.core.access.Members;
import io.hopyard.core.access.Role;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Ids;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The projects of the cluster. What a method changed is durable when it returns. Thread safe. */
public final class Projects {
    private static final int FORMAT = 1;
    private static final long FIRST_ID = 100;
    private static final int PROJECTS_MAX = 10_000;

    /** What must be gone before a project may go. */
    private static final List<String> CONTENTS =
            List.of("featuregroups", "featureviews", "trainingdatasets", "functions", "jobs");

    private final Database database;
    private final Commits commits;
    private final Ids ids;
    private final Members members;
    private final Clock clock;

    public Projects(Database database, Commits commits, Ids ids, Members members, Clock clock) {
        this.database = database;
        this.commits = commits;
        this.ids = ids;
        this.members = members;
        this.clock = clock;
    }

    /** For commits that make something inside a project: it must still be there. */
    public static Condition present(long projectId) {
        return new Condition.Present(Members.projectKey(projectId));
    }

    private static RowKey nameKey(String name) {
        return new RowKey("projects", "global", "name/" + name.toLowerCase(Locale.ROOT));
    }

    /** Makes the project with the caller as data owner; refused with {@code PROJECT_EXISTS} when the name is taken. */
    public Project create(String name, String description, Caller caller, Deadline deadline) {
        Project.checkName(name);
        Project.checkDescription(description);
        if (findId(name, deadline) != null) {
            throw exists(name);
        }
        long id = ids.next("project", FIRST_ID, deadline);
        Project project = new Project(id, name, description, caller.userId(), caller.email(), clock.millis());
        List<Write> writes = new ArrayList<>();
        writes.add(new Write.Put(Members.projectKey(id), write(project)));
        writes.add(
                new Write.Put(nameKey(name), new RecordWriter(FORMAT).put(1, id).toBytes()));
        writes.addAll(Members.writes(new Member(id, caller.userId(), Role.DATA_OWNER, clock.millis())));
        commits.apply(
                List.of(
                        new Condition.Absent(nameKey(name)),
                        new Condition.Absent(Members.projectKey(id)),
                        Members.userIsPresent(caller.userId())),
                writes,
                deadline,
                refused -> refused.condition() instanceof Condition.Present
                        ? new FeatureStoreException(
                                ErrorCode.USER_NOT_FOUND, "id: " + caller.userId() + " (expected: an existing user)")
                        : exists(name));
        return project;
    }

    private static FeatureStoreException exists(String name) {
        return new FeatureStoreException(
                ErrorCode.PROJECT_EXISTS,
                "projectName: " + name + " (expected: a name that no project has, in whatever case)");
    }

    /** The id of a project by its name in any case, or null. */
    public @Nullable Long findId(String name, Deadline deadline) {
        if (name.isEmpty() || name.length() > 100) {
            return null;
        }
        Row row = database.read(List.of(nameKey(name)), deadline).getFirst();
        return row == null ? null : id(row);
    }

    public @Nullable Project findByName(String name, Deadline deadline) {
        Long id = findId(name, deadline);
        return id == null ? null : find(id, deadline);
    }

    public @Nullable Project find(long projectId, Deadline deadline) {
        Row row =
                database.read(List.of(Members.projectKey(projectId)), deadline).getFirst();
        return row == null ? null : project(row);
    }

    /** Refused with {@code PROJECT_NOT_FOUND}. */
    public Project load(long projectId, Deadline deadline) {
        Project project = find(projectId, deadline);
        if (project == null) {
            throw notFound(projectId);
        }
        return project;
    }

    private static FeatureStoreException notFound(long projectId) {
        return new FeatureStoreException(
                ErrorCode.PROJECT_NOT_FOUND, "project: " + projectId + " (expected: an existing project)");
    }

    /** Those of the ids that exist, in the same order. */
    public List<Project> findAll(List<Long> projectIds, Deadline deadline) {
        List<Project> projects = new ArrayList<>();
        for (Row row :
                database.read(projectIds.stream().map(Members::projectKey).toList(), deadline)) {
            if (row != null) {
                projects.add(project(row));
            }
        }
        return projects;
    }

    /** Every project, by lower-cased name. */
    public List<Project> list(Deadline deadline) {
        List<Long> found = new ArrayList<>();
        String from = "";
        while (true) {
            Page page = database.scan(new Scan("projects", "global", "name/", from, 1_000), deadline);
            page.rows().forEach(row -> found.add(id(row)));
            String next = page.next();
            if (next == null || found.size() >= PROJECTS_MAX) {
                return findAll(found, deadline);
            }
            from = next;
        }
    }

    /**
     * Removes an empty project with its memberships and passwords; refused with {@code NOT_EMPTY}. Something made inside
     * it at the very same moment becomes unreachable.
     */
    public void remove(long projectId, Deadline deadline) {
        RowKey key = Members.projectKey(projectId);
        commits.<@Nullable Void>change(deadline, () -> {
            Row row = database.read(List.of(key), deadline).getFirst();
            if (row == null) {
                throw notFound(projectId);
            }
            for (String table : CONTENTS) {
                if (!database.scan(new Scan(table, key.group(), "", "", 1), deadline)
                        .rows()
                        .isEmpty()) {
                    throw new FeatureStoreException(
                            ErrorCode.NOT_EMPTY,
                            "project " + projectId + " still has " + table + " (expected: an empty project)");
                }
            }
            List<Write> writes = new ArrayList<>();
            writes.add(new Write.Remove(key));
            writes.add(new Write.Remove(nameKey(project(row).name())));
            for (Member member : members.list(projectId, deadline)) {
                writes.addAll(Members.removals(projectId, member.userId()));
            }
            return new Commits.Plan<>(List.of(new Condition.VersionEquals(key, row.version())), writes, null);
        });
    }

    private static byte[] write(Project project) {
        return new RecordWriter(FORMAT)
                .put(1, project.id())
                .put(2, project.name())
                .put(3, project.description())
                .put(4, project.ownerId())
                .put(5, project.ownerEmail())
                .put(6, project.createdMillis())
                .toBytes();
    }

    private static long id(Row row) {
        return reader(row).number(1);
    }

    private static Project project(Row row) {
        RecordReader record = reader(row);
        return new Project(
                record.number(1),
                record.string(2),
                record.string(3),
                record.number(4),
                record.string(5),
                record.number(6));
    }

    private static RecordReader reader(Row row) {
        try {
            return RecordReader.of(row.value(), FORMAT);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("row " + row.key() + " cannot be read", e);
        }
    }
}
