package io.hopyard.core.catalog;

import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureGroup.State;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.feature.FeatureLog;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.project.Projects;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes, finds, changes and removes feature groups. A group that is not active is seen by nobody; what was begun and not
 * finished (a process was killed) is finished by whoever asks for the same again. Thread safe.
 */
public final class FeatureGroups {
    private static final int FORMAT = 1;
    private static final String TABLE = "featuregroups";
    private static final String ID_PREFIX = "id/";
    private static final int ATTEMPTS_MAX = 5;

    private final Records records;
    private final Subjects subjects;
    private final Links links;
    private final Attachments attachments;
    private final Outside outside;

    /**
     * What lies outside the catalogue.
     *
     * @param schemas writes the Avro schema of a group
     * @param onChanged told when a group became active, changed or was cleared, after that is durable; must return at
     *     once
     */
    public record Outside(
            FeatureLog log, OnlineRows onlineRows, IngestLedger ledger, Schemas schemas, Runnable onChanged) {}

    /** Writes Avro schemas. */
    @FunctionalInterface
    public interface Schemas {
        /** The Avro schema, as JSON text, with which records of the group are written. */
        String text(FeatureStore store, FeatureGroup group);
    }

    public FeatureGroups(Records records, Subjects subjects, Links links, Attachments attachments, Outside outside) {
        this.records = records;
        this.subjects = subjects;
        this.links = links;
        this.attachments = attachments;
        this.outside = outside;
    }

    // ---- look-ups

    /** The key of a feature group's row; its version changes with every change of the group. */
    public static RowKey keyOf(long projectId, long id) {
        return Records.key(TABLE, projectId, ID_PREFIX + Records.padded(id));
    }

    /** An active feature group, or null. */
    public @Nullable FeatureGroup find(long projectId, long id, Deadline deadline) {
        FeatureGroup group = decode(records.find(keyOf(projectId, id), deadline));
        return group != null && group.state() == State.ACTIVE ? group : null;
    }

    /** @throws FeatureStoreException {@code FEATURE_GROUP_NOT_FOUND} */
    public FeatureGroup load(long projectId, long id, Deadline deadline) {
        FeatureGroup group = find(projectId, id, deadline);
        if (group == null) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_GROUP_NOT_FOUND,
                    "feature group: " + id + " (expected: the id of a feature group in feature store " + projectId
                            + ")");
        }
        return group;
    }

    public @Nullable FeatureGroup find(long projectId, String name, int version, Deadline deadline) {
        if (version < 1 || !storable(name)) {
            return null;
        }
        Row pointer = records.find(nameKey(projectId, name, version), deadline);
        return pointer == null ? null : find(projectId, idOf(pointer), deadline);
    }

    /** The key of the row that says which id a name and version have. */
    public static RowKey nameKey(long projectId, String name, int version) {
        return Records.key(TABLE, projectId, "name/" + name + "/" + Records.padded(version));
    }

    /** The id that a row under {@link #nameKey} says. */
    public static long idOf(Row pointer) {
        return RecordReader.of(pointer.value(), FORMAT).number(1);
    }

    /** True for keys as {@link #keyOf} makes them. */
    static boolean isGroup(RowKey key) {
        return key.table().equals(TABLE) && key.rest().startsWith(ID_PREFIX);
    }

    private static RowKey indexKey(long id) {
        return new RowKey(TABLE, "global", Records.padded(id));
    }

    /** The keys of the rows of all feature groups of all projects, not only active ones. */
    List<RowKey> keysOfAll(Deadline deadline) {
        List<RowKey> keys = new ArrayList<>();
        for (Row row : records.list(new RowKey(TABLE, "global", ""), Limits.GROUPS_MAX, deadline)) {
            RecordReader reader = RecordReader.of(row.value(), FORMAT);
            keys.add(keyOf(reader.number(1), reader.number(2)));
        }
        return keys;
    }

    /** All versions, oldest first. */
    public List<FeatureGroup> versions(long projectId, String name, Deadline deadline) {
        if (!storable(name)) {
            return List.of();
        }
        return active(projectId, records.list(namesOf(projectId, name), Limits.LIST_MAX, deadline), deadline);
    }

    /** All feature groups of a store, ordered by name and version. */
    public List<FeatureGroup> list(long projectId, Deadline deadline) {
        return active(
                projectId, records.list(Records.key(TABLE, projectId, "name/"), Limits.LIST_MAX, deadline), deadline);
    }

    private List<FeatureGroup> active(long projectId, List<Row> pointers, Deadline deadline) {
        List<RowKey> keys = pointers.stream()
                .map(pointer -> keyOf(projectId, idOf(pointer)))
                .toList();
        List<FeatureGroup> groups = new ArrayList<>();
        for (Row row : keys.isEmpty() ? List.<@Nullable Row>of() : records.read(keys, deadline)) {
            FeatureGroup group = decode(row);
            if (group != null && group.state() == State.ACTIVE) {
                groups.add(group);
            }
        }
        return groups;
    }

    private static boolean storable(String name) {
        return !name.isEmpty() && name.length() <= Limits.NAME_LENGTH_MAX && name.indexOf('/') < 0;
    }

    private static RowKey namesOf(long projectId, String name) {
        return Records.key(TABLE, projectId, "name/" + name + "/");
    }

    private static @Nullable FeatureGroup decode(@Nullable Row row) {
        return row == null ? null : FeatureGroupCodec.decode(row.value());
    }

    // ---- create

    /**
     * Makes a feature group with its topic and schema; when it returns, all of it is durable. A creation that was cut
     * short is taken up by the next one of the same group.
     *
     * @param wanted with version 0 for the next free one
     * @throws FeatureStoreException {@code FEATURE_GROUP_EXISTS} when there is an active one
     */
    public FeatureGroup create(FeatureStore store, Definition wanted, Creation creation, Deadline deadline) {
        Definitions.checked(wanted.version() == 0 ? wanted.withVersion(1) : wanted);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int version = wanted.version() == 0 ? nextVersion(store.id(), wanted.name(), deadline) : wanted.version();
            Definition definition = Definitions.checked(wanted.withVersion(version));
            Row pointer = records.find(nameKey(store.id(), definition.name(), version), deadline);
            FeatureGroup begun = pointer == null
                    ? begin(store, definition, creation, deadline)
                    : takeUp(store.id(), idOf(pointer), definition, deadline);
            if (begun != null) {
                return finishCreation(begun, deadline);
            }
        }
        throw Records.concurrent("feature group '" + wanted.name() + "'");
    }

    private int nextVersion(long projectId, String name, Deadline deadline) {
        List<Row> pointers = records.list(namesOf(projectId, name), Limits.LIST_MAX, deadline);
        if (pointers.isEmpty()) {
            return 1;
        }
        String rest = pointers.getLast().key().rest();
        return Math.addExact(Integer.parseInt(rest.substring(rest.lastIndexOf('/') + 1)), 1);
    }

    /** Stores the group as being created; null when somebody else was faster. */
    private @Nullable FeatureGroup begin(
            FeatureStore store, Definition definition, Creation creation, Deadline deadline) {
        List<TransformationFunction> functions = new ArrayList<>();
        for (TransformationFunction function : definition.functions()) {
            functions.add(function.withId(records.nextNumber("function", deadline)));
        }
        FeatureGroup group = new FeatureGroup(
                records.nextNumber("featuregroup", deadline),
                store.id(),
                State.CREATING,
                definition.withFunctions(functions),
                records.nextNumber("subject", deadline),
                1,
                List.of(),
                creation);
        RowKey name = nameKey(store.id(), definition.name(), definition.version());
        Links.Change parents = links.linkChild(definition.parents(), group.reference(), deadline);
        List<Condition> conditions = new ArrayList<>(parents.conditions());
        conditions.add(new Condition.Absent(name));
        conditions.add(Projects.present(store.id()));
        List<Write> writes = new ArrayList<>(parents.writes());
        writes.add(
                new Write.Put(name, new RecordWriter(FORMAT).put(1, group.id()).toBytes()));
        writes.add(put(group));
        writes.add(new Write.Put(
                indexKey(group.id()),
                new RecordWriter(FORMAT)
                        .put(1, group.projectId())
                        .put(2, group.id())
                        .toBytes()));
        writes.addAll(Subjects.registration(subject(store, group)));
        return records.commit(conditions, writes, deadline) ? group : null;
    }

    private Subjects.Subject subject(FeatureStore store, FeatureGroup group) {
        try {
            return new Subjects.Subject(
                    group.subjectId(),
                    group.projectId(),
                    group.id(),
                    group.table(),
                    group.subjectVersion(),
                    outside.schemas().text(store, group));
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(ErrorCode.INVALID_FEATURE_GROUP, "schema: " + e.getMessage(), e);
        }
    }

    /** What to do with a group that is there already: refuse, go on with it, or clear it away (null: look again). */
    private @Nullable FeatureGroup takeUp(long projectId, long id, Definition definition, Deadline deadline) {
        Row row = records.find(keyOf(projectId, id), deadline);
        FeatureGroup there = decode(row);
        if (row == null || there == null) {
            return null;
        }
        switch (there.state()) {
            case ACTIVE ->
                throw new FeatureStoreException(
                        ErrorCode.FEATURE_GROUP_EXISTS,
                        "feature group '" + definition.name() + "' version " + definition.version()
                                + " exists already, with id " + id + " (expected: another name or version)");
            case CREATING -> {
                if (Definitions.same(there.definition(), definition)) {
                    return there;
                }
                FeatureGroup marked = there.withState(State.DELETING);
                if (records.commit(List.of(Records.unchanged(row.key(), row)), List.of(put(marked)), deadline)) {
                    finishDeletion(marked, deadline);
                }
            }
            case DELETING -> finishDeletion(there, deadline);
        }
        return null;
    }

    private FeatureGroup finishCreation(FeatureGroup begun, Deadline deadline) {
        outside.log().createTopic(begun.topic(), deadline);
        RowKey key = keyOf(begun.projectId(), begun.id());
        FeatureGroup made = records.change(deadline, () -> {
            Row row = records.find(key, deadline);
            FeatureGroup there = decode(row);
            if (row == null || there == null || there.state() == State.DELETING) {
                throw Records.concurrent("feature group '" + begun.name() + "' version " + begun.version());
            }
            if (there.state() == State.ACTIVE) {
                return new Commits.Plan<>(List.of(), List.of(), there);
            }
            FeatureGroup active = there.withState(State.ACTIVE);
            return new Commits.Plan<>(List.of(Records.unchanged(key, row)), List.of(put(active)), active);
        });
        outside.onChanged().run();
        return made;
    }

    private static Write put(FeatureGroup group) {
        return new Write.Put(keyOf(group.projectId(), group.id()), FeatureGroupCodec.encode(group));
    }

    // ---- change

    /**
     * Changes what a user may change.
     *
     * @param change from the stored definition to the wanted one; merged by {@link Definitions#updated}
     */
    public FeatureGroup update(FeatureStore store, long id, UnaryOperator<Definition> change, Deadline deadline) {
        RowKey key = keyOf(store.id(), id);
        FeatureGroup changed = records.change(deadline, () -> {
            Row row = records.find(key, deadline);
            FeatureGroup old = active(row, store.id(), id);
            Definition definition = Definitions.updated(old.definition(), change.apply(old.definition()));
            FeatureGroup updated = old.withDefinition(definition);
            List<Write> writes = new ArrayList<>();
            if (definition.features().size() != old.features().size()) {
                updated = updated.withSubject(records.nextNumber("subject", deadline), old.subjectVersion() + 1);
                writes.addAll(Subjects.registration(subject(store, updated)));
            }
            if (updated.equals(old)) {
                return new Commits.Plan<>(List.of(), List.of(), old);
            }
            writes.add(put(updated));
            return new Commits.Plan<>(List.of(Records.unchanged(key, row)), writes, updated);
        });
        outside.onChanged().run();
        return changed;
    }

    private static FeatureGroup active(@Nullable Row row, long projectId, long id) {
        FeatureGroup group = decode(row);
        if (group == null || group.state() != State.ACTIVE) {
            throw new FeatureStoreException(
                    ErrorCode.FEATURE_GROUP_NOT_FOUND,
                    "feature group: " + id + " (expected: the id of a feature group in feature store " + projectId
                            + ")");
        }
        return group;
    }

    /** Removes all rows that were logged so far; records already in the log and not yet applied are ignored, too. */
    public void clear(long projectId, long id, Deadline deadline) {
        RowKey key = keyOf(projectId, id);
        FeatureGroup cleared = records.change(deadline, () -> {
            Row row = records.find(key, deadline);
            FeatureGroup group = active(row, projectId, id);
            List<Long> ends = outside.log().endOffsets(group.topic(), deadline);
            FeatureGroup marked = group.withClearedBefore(later(group.clearedBefore(), ends));
            return new Commits.Plan<>(List.of(Records.unchanged(key, row)), List.of(put(marked)), marked);
        });
        outside.onChanged().run();
        if (!cleared.online()) {
            return;
        }
        for (int partition = 0; partition < cleared.clearedBefore().size(); partition++) {
            long before = cleared.clearedBefore().get(partition);
            if (before > 0) {
                outside.onlineRows().clear(id, new RowCodec.LogPosition(partition, before), deadline);
            }
        }
    }

    private static List<Long> later(List<Long> old, List<Long> now) {
        List<Long> later = new ArrayList<>();
        for (int partition = 0; partition < Math.max(old.size(), now.size()); partition++) {
            long before = partition < old.size() ? old.get(partition) : 0;
            later.add(partition < now.size() ? Math.max(before, now.get(partition)) : before);
        }
        return later;
    }

    // ---- delete

    /** What happens to feature views that read from a group that is to be deleted. */
    public enum OnViews {
        /** The deletion is refused as long as there are any. */
        REFUSE,
        /** They stay and can no longer be read. */
        LEAVE
    }

    /**
     * Removes a feature group, its topic, its online rows and all that is attached to it.
     *
     * @throws FeatureStoreException {@code NOT_EMPTY} when views read from it and that is to be refused
     */
    public void delete(long projectId, long id, OnViews onViews, Deadline deadline) {
        RowKey key = keyOf(projectId, id);
        FeatureGroup marked = records.change(deadline, () -> {
            Row row = records.find(key, deadline);
            FeatureGroup group = decode(row);
            if (group != null && group.state() == State.DELETING) {
                return new Commits.Plan<>(List.of(), List.of(), group);
            }
            FeatureGroup active = active(row, projectId, id);
            List<Condition> conditions = new ArrayList<>();
            conditions.add(Records.unchanged(key, row));
            if (onViews == OnViews.REFUSE) {
                conditions.add(links.noChange(active.reference(), deadline));
                refuseIfUsed(active, deadline);
            }
            FeatureGroup deleting = active.withState(State.DELETING);
            // Whoever links to the group at this moment is refused by the change of the head.
            return new Commits.Plan<>(conditions, List.of(put(deleting), links.touch(active.reference())), deleting);
        });
        finishDeletion(marked, deadline);
    }

    private void refuseIfUsed(FeatureGroup group, Deadline deadline) {
        List<Links.ViewLink> views = links.views(group.reference(), deadline);
        if (!views.isEmpty()) {
            Links.ViewLink first = views.getFirst();
            throw new FeatureStoreException(
                    ErrorCode.NOT_EMPTY,
                    "feature group '" + group.name() + "' version " + group.version() + " is used by " + views.size()
                            + " feature views, one of them '" + first.name() + "' version " + first.version()
                            + " (expected: none; delete them first, or ask with force or deleteFeatureViews)");
        }
    }

    private void finishDeletion(FeatureGroup group, Deadline deadline) {
        outside.log().deleteTopic(group.topic(), deadline);
        outside.onlineRows().drop(group.id(), deadline);
        outside.ledger().forget(group.projectId(), group.id(), deadline);
        Attachments.Target target = Attachments.Target.featureGroup(group);
        attachments.removeAll(target, deadline);
        records.removeAll(Records.key(Statistics.TABLE, group.projectId(), target.path()), deadline);
        records.removeAll(Executions.prefix(group), deadline);
        subjects.removeAll(group, deadline);
        links.removeAll(group.reference(), deadline);
        RowKey key = keyOf(group.projectId(), group.id());
        // While the group's own row is there, the name still belongs to it; when it is gone, somebody else has
        // finished.
        records.commit(
                List.of(new Condition.Present(key)),
                List.of(
                        new Write.Remove(nameKey(group.projectId(), group.name(), group.version())),
                        new Write.Remove(indexKey(group.id())),
                        new Write.Remove(key)),
                deadline);
    }

    /** The active ones among the groups that are named; null where there is none. */
    public List<@Nullable FeatureGroup> find(List<GroupReference> references, Deadline deadline) {
        List<RowKey> keys = references.stream()
                .map(reference -> keyOf(reference.projectId(), reference.featureGroupId()))
                .toList();
        List<@Nullable FeatureGroup> groups = new ArrayList<>();
        for (Row row : keys.isEmpty() ? List.<@Nullable Row>of() : records.read(keys, deadline)) {
            FeatureGroup group = decode(row);
            groups.add(group != null && group.state() == State.ACTIVE ? group : null);
        }
        return groups;
    }
}
