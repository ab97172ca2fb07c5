package io.hopyard.core.view;

import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Links;
import io.hopyard.core.catalog.Names;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.Statistics;
import io.hopyard.core.catalog.TransformationFunction;
import io.hopyard.core.database.Commits;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes, finds, changes and removes feature views. Thread safe. */
public final class FeatureViews {
    private static final String TABLE = "featureviews";
    private static final int ATTEMPTS_MAX = 20;

    private final Records records;
    private final FeatureGroups groups;
    private final Links links;
    private final Attachments attachments;
    private final Statistics statistics;

    public FeatureViews(
            Records records, FeatureGroups groups, Links links, Attachments attachments, Statistics statistics) {
        this.records = records;
        this.groups = groups;
        this.links = links;
        this.attachments = attachments;
        this.statistics = statistics;
    }

    /** The key of a view's row. */
    public static RowKey keyOf(long projectId, String name, int version) {
        return Records.key(TABLE, projectId, name + "/" + Records.padded(version));
    }

    /** What the view is made of now. */
    public ViewTree tree(FeatureView view, Deadline deadline) {
        return ViewTree.of(view, groups(view.query(), deadline));
    }

    /** A query over its groups as they are now. */
    public QueryTree tree(Query query, Deadline deadline) {
        return QueryTree.of(query, groups(query, deadline));
    }

    private Map<GroupReference, FeatureGroup> groups(Query query, Deadline deadline) {
        List<GroupReference> references = QueryTree.groups(query);
        Map<GroupReference, FeatureGroup> found = new HashMap<>();
        for (FeatureGroup group : groups.find(references, deadline)) {
            if (group != null) {
                found.put(group.reference(), group);
            }
        }
        return found;
    }

    public @Nullable FeatureView find(long projectId, String name, int version, Deadline deadline) {
        if (!storable(name) || version < 1) {
            return null;
        }
        Row row = records.find(keyOf(projectId, name, version), deadline);
        return row == null ? null : FeatureView.of(row.value());
    }

    /** @throws FeatureStoreException {@code FEATURE_VIEW_NOT_FOUND} */
    public FeatureView load(long projectId, String name, int version, Deadline deadline) {
        FeatureView view = find(projectId, name, version, deadline);
        if (view == null) {
            throw notFound(projectId, name, version);
        }
        return view;
    }

    private static FeatureStoreException notFound(long projectId, String name, int version) {
        return new FeatureStoreException(
                ErrorCode.FEATURE_VIEW_NOT_FOUND,
                "feature view: '" + Names.shorten(name) + "' version " + version + " (expected: one of feature store "
                        + projectId + ")");
    }

    /** All versions, oldest first. */
    public List<FeatureView> versions(long projectId, String name, Deadline deadline) {
        return storable(name) ? list(Records.key(TABLE, projectId, name + "/"), deadline) : List.of();
    }

    /** All views of a project, ordered by name and version. */
    public List<FeatureView> list(long projectId, Deadline deadline) {
        return list(Records.key(TABLE, projectId, ""), deadline);
    }

    private List<FeatureView> list(RowKey prefix, Deadline deadline) {
        return records.list(prefix, Limits.LIST_MAX, deadline).stream()
                .map(Row::value)
                .map(FeatureView::of)
                .toList();
    }

    private static boolean storable(String name) {
        return !name.isEmpty() && name.length() <= Limits.NAME_LENGTH_MAX && name.indexOf('/') < 0;
    }

    /**
     * Stores a new view.
     *
     * @param wanted with id 0; with version 0 for the next free one
     * @throws FeatureStoreException {@code FEATURE_VIEW_EXISTS}
     */
    public ViewTree create(FeatureView wanted, Deadline deadline) {
        List<GroupReference> references = QueryTree.groups(wanted.query());
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            FeatureView view = numbered(wanted, deadline);
            RowKey key = keyOf(view.projectId(), view.name(), view.version());
            // The links' heads are read before the groups: a group deleted in between refuses the commit.
            Links.Change change = links.link(references, link(view), deadline);
            ViewTree tree = tree(view, deadline);
            Row there = records.find(key, deadline);
            if (there != null && wanted.version() != 0) {
                throw new FeatureStoreException(
                        ErrorCode.FEATURE_VIEW_EXISTS,
                        "feature view '" + view.name() + "' version " + view.version()
                                + " exists already (expected: another name or version)");
            }
            List<Condition> conditions = new ArrayList<>(change.conditions());
            conditions.add(new Condition.Absent(key));
            conditions.add(Projects.present(view.projectId()));
            List<Write> writes = new ArrayList<>(change.writes());
            writes.add(new Write.Put(key, view.toBytes()));
            if (records.commit(conditions, writes, deadline)) {
                return tree;
            }
        }
        throw Records.concurrent("feature view '" + wanted.name() + "'");
    }

    private FeatureView numbered(FeatureView wanted, Deadline deadline) {
        int version = wanted.version();
        if (version == 0) {
            List<FeatureView> versions = versions(wanted.projectId(), wanted.name(), deadline);
            version = versions.isEmpty() ? 1 : Math.addExact(versions.getLast().version(), 1);
        }
        List<TransformationFunction> functions = new ArrayList<>();
        for (TransformationFunction function : wanted.functions()) {
            functions.add(function.withId(records.nextNumber("function", deadline)));
        }
        return new FeatureView(
                records.nextNumber("featureview", deadline),
                wanted.projectId(),
                wanted.name(),
                version,
                wanted.description(),
                wanted.query(),
                wanted.marked(),
                functions,
                wanted.featureAgeMaxSeconds(),
                wanted.creation());
    }

    private static Links.ViewLink link(FeatureView view) {
        return new Links.ViewLink(view.projectId(), view.name(), view.version());
    }

    public FeatureView describe(long projectId, String name, int version, String description, Deadline deadline) {
        RowKey key = keyOf(projectId, name, version);
        return records.change(deadline, () -> {
            Row row = storable(name) ? records.find(key, deadline) : null;
            if (row == null) {
                throw notFound(projectId, name, version);
            }
            FeatureView view = FeatureView.of(row.value()).withDescription(description);
            return new Commits.Plan<>(
                    List.of(Records.unchanged(key, row)), List.of(new Write.Put(key, view.toBytes())), view);
        });
    }

    /** Removes a view with its training datasets and all that is attached to it. */
    public void delete(FeatureView view, Deadline deadline) {
        Attachments.Target target = Attachments.Target.featureView(view.projectId(), view.name(), view.version());
        RowKey key = keyOf(view.projectId(), view.name(), view.version());
        records.change(deadline, () -> {
            Row row = records.find(key, deadline);
            if (row == null) {
                return new Commits.Plan<@Nullable Void>(List.of(), List.of(), null);
            }
            Links.Change change = links.unlink(QueryTree.groups(view.query()), link(view), deadline);
            List<Condition> conditions = new ArrayList<>(change.conditions());
            conditions.add(Records.unchanged(key, row));
            List<Write> writes = new ArrayList<>(change.writes());
            writes.add(new Write.Remove(key));
            return new Commits.Plan<@Nullable Void>(conditions, writes, null);
        });
        records.removeAll(TrainingDatasets.prefix(view), deadline);
        statistics.removeAll(target, deadline);
        attachments.removeAll(target, deadline);
    }
}
