package io.hopyard.core.catalog;

import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;

/**
 * Who was made from a feature group: feature views and other groups. A link is written in the commit that makes the
 * thing, beside a head row that changes with every link; so a group can be removed on the condition that no link came in
 * between. Thread safe.
 */
public final class Links {
    private static final int FORMAT = 1;
    private static final String TABLE = "links";

    private final Records records;

    public Links(Records records) {
        this.records = records;
    }

    /** A feature view that reads from a group. */
    public record ViewLink(long projectId, String name, int version) {}

    /**
     * What has to hold and to be written to add or remove links.
     */
    public record Change(List<Condition> conditions, List<Write> writes) {
        public Change {
            conditions = List.copyOf(conditions);
            writes = List.copyOf(writes);
        }
    }

    /**
     * Links a view to its groups; in the same commit as the view itself. Call it before the groups are read: then a group
     * that is deleted in between refuses the commit.
     */
    public Change link(List<GroupReference> groups, ViewLink view, Deadline deadline) {
        return change(
                groups,
                deadline,
                group -> new Write.Put(
                        viewKey(group, view),
                        new RecordWriter(FORMAT)
                                .put(1, view.projectId())
                                .put(2, view.name())
                                .put(3, (long) view.version())
                                .toBytes()));
    }

    public Change unlink(List<GroupReference> groups, ViewLink view, Deadline deadline) {
        return change(groups, deadline, group -> new Write.Remove(viewKey(group, view)));
    }

    /** Links a group to the groups it was made from. */
    public Change linkChild(List<GroupReference> parents, GroupReference child, Deadline deadline) {
        return change(
                parents,
                deadline,
                parent -> new Write.Put(
                        childKey(parent, child),
                        new RecordWriter(FORMAT)
                                .put(1, child.projectId())
                                .put(2, child.featureGroupId())
                                .toBytes()));
    }

    private Change change(
            List<GroupReference> groups, Deadline deadline, java.util.function.Function<GroupReference, Write> write) {
        List<Condition> conditions = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (GroupReference group : groups.stream().distinct().toList()) {
            RowKey head = headKey(group);
            conditions.add(Records.unchanged(head, records.find(head, deadline)));
            writes.add(new Write.Put(head, new RecordWriter(FORMAT).toBytes()));
            writes.add(write.apply(group));
        }
        return new Change(conditions, writes);
    }

    /** Holds as long as no link to the group comes or goes. */
    Condition noChange(GroupReference group, Deadline deadline) {
        RowKey head = headKey(group);
        return Records.unchanged(head, records.find(head, deadline));
    }

    /** Refuses whoever is making a link to the group at the moment. */
    Write touch(GroupReference group) {
        return new Write.Put(headKey(group), new RecordWriter(FORMAT).toBytes());
    }

    public List<ViewLink> views(GroupReference group, Deadline deadline) {
        List<ViewLink> views = new ArrayList<>();
        for (Row row : records.list(key(group, "view/"), Limits.LIST_MAX, deadline)) {
            RecordReader reader = RecordReader.of(row.value(), FORMAT);
            views.add(new ViewLink(reader.number(1), reader.string(2), (int) reader.number(3)));
        }
        return views;
    }

    public List<GroupReference> children(GroupReference group, Deadline deadline) {
        List<GroupReference> children = new ArrayList<>();
        for (Row row : records.list(key(group, "child/"), Limits.LIST_MAX, deadline)) {
            RecordReader reader = RecordReader.of(row.value(), FORMAT);
            children.add(new GroupReference(reader.number(1), reader.number(2)));
        }
        return children;
    }

    void removeAll(GroupReference group, Deadline deadline) {
        records.removeAll(key(group, ""), deadline);
    }

    private static RowKey headKey(GroupReference group) {
        return key(group, "");
    }

    private static RowKey viewKey(GroupReference group, ViewLink view) {
        return key(
                group,
                "view/" + Records.padded(view.projectId()) + "/" + view.name() + "/" + Records.padded(view.version()));
    }

    private static RowKey childKey(GroupReference parent, GroupReference child) {
        return key(parent, "child/" + Records.padded(child.projectId()) + "/" + Records.padded(child.featureGroupId()));
    }

    private static RowKey key(GroupReference group, String rest) {
        return Records.key(TABLE, group.projectId(), "fg/" + Records.padded(group.featureGroupId()) + "/" + rest);
    }
}
