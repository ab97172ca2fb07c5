package io.hopyard.core.view;

import io.hopyard.core.catalog.Executions.TableName;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.FeatureGroupCodec;
import io.hopyard.core.catalog.FeatureGroups;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.catalog.FeatureStores;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.OnlineSchemas;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.Subjects;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.ServingCatalog;
import io.hopyard.core.serving.ServingView;
import io.hopyard.core.serving.ServingView.ServingFeature;
import io.hopyard.core.serving.ServingView.ServingGroup;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.QueryTree.Node;
import io.hopyard.core.view.ViewTree.ViewFeature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The serving catalogue over stored rows. What was built from rows is kept, up to a bound, and handed out again as long
 * as none of those rows has changed; so a change is noticed as fast as the database underneath (a cache, as a rule)
 * notices it. The same object is handed out as long as nothing changed. Thread safe.
 */
public final class StoredServingCatalog implements ServingCatalog {
    private final FeatureStores stores;
    private final Records records;
    private final int entriesMax;
    private final Map<Name, Built> built = new ConcurrentHashMap<>();
    private final Metrics.Counter builds;

    private record Name(long projectId, String name, int version) {}

    /**
     * @param keys of the rows it was built from
     * @param versions of these rows, in the same order; 0 = absent
     * @param result a {@link Lookup} or an {@link OnlineTable}
     */
    private record Built(List<RowKey> keys, List<Long> versions, Object result) {}

    /**
     * @param stores over the same rows
     * @param records over a database that caches
     * @param entriesMax views and tables kept
     */
    public StoredServingCatalog(FeatureStores stores, Records records, int entriesMax, Metrics metrics) {
        this.stores = stores;
        this.records = records;
        this.entriesMax = entriesMax;
        this.builds =
                metrics.counter("serving_catalog_builds_total", "Views and tables that were built from their rows.");
        metrics.gauge("serving_catalog_entries", "Views and tables that are kept.", built::size);
    }

    @Override
    public @Nullable Long projectId(String database, Deadline deadline) {
        FeatureStore store = stores.findByDatabase(database, deadline);
        return store == null ? null : store.id();
    }

    @Override
    public Lookup view(String database, String name, int version, Deadline deadline) {
        Long projectId = projectId(database, deadline);
        if (projectId == null) {
            return new Lookup.NoStore();
        }
        if (version < 1 || !storable(name)) {
            return new Lookup.NoView();
        }
        Name key = new Name(projectId, name, version);
        if (find(key, deadline) instanceof Lookup found) {
            return found;
        }
        Reading reading = new Reading(deadline);
        Row row = reading.read(FeatureViews.keyOf(projectId, name, version));
        if (row == null) {
            return new Lookup.NoView();
        }
        Lookup lookup = build(FeatureView.of(row.value()), database.toLowerCase(Locale.ROOT), reading);
        keep(key, reading, lookup);
        return lookup;
    }

    @Override
    public @Nullable OnlineTable table(String database, String table, Deadline deadline) {
        Long projectId = projectId(database, deadline);
        TableName name = TableName.parse(table);
        if (projectId == null || name == null || !storable(name.group())) {
            return null;
        }
        // Version 0 keeps tables apart from views, which begin at 1.
        Name key = new Name(projectId, table, 0);
        if (find(key, deadline) instanceof OnlineTable found) {
            return found;
        }
        Reading reading = new Reading(deadline);
        Row pointer = reading.read(FeatureGroups.nameKey(projectId, name.group(), name.version()));
        FeatureGroup group =
                pointer == null ? null : reading.group(new GroupReference(projectId, FeatureGroups.idOf(pointer)));
        if (group == null || !group.online()) {
            return null;
        }
        OnlineTable found = new OnlineTable(projectId, group.id(), OnlineSchemas.of(group), reading.subject(group));
        keep(key, reading, found);
        return found;
    }

    private static boolean storable(String name) {
        return !name.isEmpty() && name.length() <= Limits.NAME_LENGTH_MAX && name.indexOf('/') < 0;
    }

    /** What is kept, if its rows are as they were. */
    private @Nullable Object find(Name name, Deadline deadline) {
        Built entry = built.get(name);
        if (entry == null) {
            return null;
        }
        List<@Nullable Row> rows = records.read(entry.keys(), deadline);
        for (int index = 0; index < rows.size(); index++) {
            if (version(rows.get(index)) != entry.versions().get(index)) {
                built.remove(name, entry);
                return null;
            }
        }
        return entry.result();
    }

    private static long version(@Nullable Row row) {
        return row == null ? 0 : row.version();
    }

    private void keep(Name name, Reading reading, Object result) {
        builds.increment();
        if (built.size() >= entriesMax) {
            Iterator<Name> names = built.keySet().iterator();
            for (int removed = 0; removed <= entriesMax / 10 && names.hasNext(); removed++) {
                names.next();
                names.remove();
            }
        }
        built.put(name, new Built(List.copyOf(reading.keys), List.copyOf(reading.versions), result));
    }

    /** Reads rows and remembers which. */
    private final class Reading {
        private final Deadline deadline;
        private final List<RowKey> keys = new ArrayList<>();
        private final List<Long> versions = new ArrayList<>();

        Reading(Deadline deadline) {
            this.deadline = deadline;
        }

        @Nullable
        Row read(RowKey key) {
            Row row = records.find(key, deadline);
            keys.add(key);
            versions.add(version(row));
            return row;
        }

        @Nullable
        FeatureGroup group(GroupReference reference) {
            Row row = read(FeatureGroups.keyOf(reference.projectId(), reference.featureGroupId()));
            FeatureGroup group = row == null ? null : FeatureGroupCodec.decode(row.value());
            return group != null && group.state() == FeatureGroup.State.ACTIVE ? group : null;
        }

        String subject(FeatureGroup group) {
            Row row = read(Subjects.keyOf(group.projectId(), group.subjectId()));
            if (row == null) {
                throw new FeatureStoreException(
                        ErrorCode.CONCURRENT_CHANGE,
                        "subject of feature group '" + group.table() + "' is being changed (expected: ask again)");
            }
            return Subjects.decode(row.value()).schema();
        }
    }

    private static Lookup build(FeatureView view, String database, Reading reading) {
        Map<GroupReference, FeatureGroup> groups = new HashMap<>();
        for (GroupReference reference : QueryTree.groups(view.query())) {
            FeatureGroup group = reading.group(reference);
            if (group == null) {
                return new Lookup.NoGroup();
            }
            groups.put(reference, group);
        }
        ViewTree tree = ViewTree.of(view, groups);
        Map<GroupReference, String> subjects = new HashMap<>();
        groups.forEach((reference, group) -> subjects.put(reference, reading.subject(group)));
        List<ServingGroup> serving = new ArrayList<>();
        for (Node node : tree.tree().nodes()) {
            serving.add(group(tree, node, subjects.getOrDefault(node.group().reference(), "")));
        }
        List<ServingFeature> features = new ArrayList<>();
        for (ViewFeature feature : tree.features()) {
            features.add(feature(tree, feature));
        }
        return new Lookup.Found(
                new ServingView(view.projectId(), database, view.name(), view.version(), serving, features));
    }

    private static ServingGroup group(ViewTree tree, Node node, String subject) {
        List<ServingView.ServingKey> keys = tree.keys(node).stream()
                .map(key -> new ServingView.ServingKey(
                        key.feature().name(), key.prefix(), key.required(), key.required() ? null : key.joinOn()))
                .toList();
        FeatureGroup group = node.group();
        return new ServingGroup(
                group.id(),
                node.index(),
                group.projectId(),
                node.prefix(),
                schema(group),
                subject,
                keys,
                tree.reads(node));
    }

    /** A group that is not online may have no key; its schema is never used to read. */
    private static OnlineSchema schema(FeatureGroup group) {
        if (!group.keys().isEmpty()) {
            return OnlineSchemas.of(group);
        }
        return new OnlineSchema(group.id(), OnlineSchemas.columns(group), List.of(0), null, null);
    }

    private static ServingFeature feature(ViewTree tree, ViewFeature feature) {
        Node node = tree.node(feature);
        int ordinal = node.group().online()
                ? node.group().features().indexOf(feature.column().feature())
                : -1;
        return new ServingFeature(
                feature.column().name(),
                feature.column().feature().type(),
                node.index(),
                ordinal,
                feature.has(Mark.LABEL),
                feature.has(Mark.INFERENCE_HELPER),
                feature.has(Mark.TRAINING_HELPER));
    }
}
