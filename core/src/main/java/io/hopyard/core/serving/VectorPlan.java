package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the vectors of one feature view are read and put together; built once per view and used for every request.
 * Immutable, thread safe.
 */
public final class VectorPlan {
    private final ServingView view;
    private final List<Slot> slots;
    private final List<GroupRead> groups;
    private final Set<String> entryNames;
    private final Set<Long> projectIds;
    private final Map<String, int[]> passable;
    private final Set<String> labels;
    private final boolean incomplete;

    /**
     * One place of the vector.
     *
     * @param read index into the plan's groups, or -1 when its group is not read
     * @param column index into that group's projection, or -1 when the value is a key's
     * @param key where a key's value comes from, or null
     */
    record Slot(
            String name,
            FeatureType type,
            int read,
            int column,
            @Nullable Key key) {}

    /**
     * One key column and the entries that may name it, in the order of their right.
     *
     * @param position in the encoded key of its group
     */
    record Key(OnlineColumn column, int position, List<String> names) {
        @Nullable
        Object find(Map<String, Object> entry) {
            for (int index = 0; index < names.size(); index++) {
                Object value = entry.get(names.get(index));
                if (value != null) {
                    return value;
                }
            }
            return null;
        }
    }

    record GroupRead(long featureGroupId, OnlineSchema schema, Projection projection, List<Key> keys) {}

    private VectorPlan(ServingView view) {
        this.view = view;
        this.projectIds = projectsOf(view);
        this.entryNames = entryNamesOf(view);
        this.groups = new ArrayList<>();
        this.slots = new ArrayList<>();
        this.labels = new HashSet<>();
        this.incomplete = build();
        this.passable = passableOf();
    }

    public static VectorPlan of(ServingView view) {
        return new VectorPlan(view);
    }

    public ServingView view() {
        return view;
    }

    /** Projects on which the reader needs rights: the view's own and those of all its groups. */
    public Set<Long> projectIds() {
        return projectIds;
    }

    /** Places of a vector: all features that are no labels, in view order. */
    public int width() {
        return slots.size();
    }

    public String name(int slot) {
        return slots.get(slot).name();
    }

    public FeatureType type(int slot) {
        return slots.get(slot).type();
    }

    /** Whether passed features are checked. */
    public enum PassedCheck {
        STRICT,
        /** Unknown names are ignored, values pass through. */
        NONE
    }

    /** Turns entries into one batch of reads. */
    public VectorBatch plan(List<VectorEntry> entries, PassedCheck check) {
        return new VectorBatch(this, entries, check);
    }

    List<Slot> slots() {
        return slots;
    }

    List<GroupRead> groups() {
        return groups;
    }

    boolean isEntryName(String name) {
        return entryNames.contains(name);
    }

    /** Slots that a passed feature of this name fills, or null. */
    int @Nullable [] passable(String name) {
        return passable.get(name);
    }

    boolean isLabel(String name) {
        return labels.contains(name);
    }

    /** True when a group is not read although features come from it, so that no vector is ever complete. */
    boolean incomplete() {
        return incomplete;
    }

    private boolean build() {
        List<ServingView.ServingGroup> all = view.groups();
        int[] reads = new int[all.size()];
        List<List<Integer>> ordinals = new ArrayList<>();
        List<Map<Integer, Key>> keysByOrdinal = new ArrayList<>();
        int count = 0;
        for (int index = 0; index < all.size(); index++) {
            reads[index] = all.get(index).read() ? count++ : -1;
            ordinals.add(new ArrayList<>());
            keysByOrdinal.add(keysByOrdinal(all.get(index)));
        }
        boolean unread = false;
        for (ServingView.ServingFeature feature : view.features()) {
            if (feature.label()) {
                labels.add(feature.name());
                continue;
            }
            int group = feature.group();
            Key key = keyOf(feature, all.get(group).prefix(), keysByOrdinal.get(group));
            int column = -1;
            if (reads[group] < 0) {
                unread = true;
            } else if (key == null) {
                column = ordinals.get(group).size();
                ordinals.get(group).add(feature.ordinal());
            }
            slots.add(new Slot(feature.name(), feature.type(), reads[group], column, key));
        }
        for (int index = 0; index < all.size(); index++) {
            if (reads[index] >= 0) {
                groups.add(read(all.get(index), ordinals.get(index), keysByOrdinal.get(index)));
            }
        }
        return unread;
    }

    private static GroupRead read(
            ServingView.ServingGroup group, List<Integer> ordinals, Map<Integer, Key> keysByOrdinal) {
        List<Key> keys = new ArrayList<>();
        for (int ordinal : group.schema().keyOrdinals()) {
            Key key = keysByOrdinal.get(ordinal);
            if (key == null) {
                throw new IllegalArgumentException("feature group " + group.featureGroupId() + ": no serving key for '"
                        + group.schema().columns().get(ordinal).name() + "' (expected: one per primary-key column)");
            }
            keys.add(key);
        }
        return new GroupRead(group.featureGroupId(), group.schema(), Projection.of(ordinals), keys);
    }

    private static Map<Integer, Key> keysByOrdinal(ServingView.ServingGroup group) {
        OnlineSchema schema = group.schema();
        Map<String, Integer> ordinals = schema.ordinals();
        Map<Integer, Key> keys = new HashMap<>();
        for (ServingView.ServingKey serving : group.keys()) {
            Integer ordinal = ordinals.get(serving.column());
            if (ordinal != null) {
                int position = schema.keyOrdinals().indexOf(ordinal);
                keys.put(ordinal, new Key(schema.columns().get(ordinal), position, entryNames(serving)));
            }
        }
        return keys;
    }

    /** A feature of a group that is not online has no ordinal, so that its name tells whether it is a key. */
    private static @Nullable Key keyOf(
            ServingView.ServingFeature feature, String prefix, Map<Integer, Key> keysByOrdinal) {
        if (feature.ordinal() >= 0) {
            Key key = keysByOrdinal.get(feature.ordinal());
            return key == null || key.position() < 0 ? null : key;
        }
        for (Key key : keysByOrdinal.values()) {
            if (feature.name().equals(prefix + key.column().name())) {
                return key;
            }
        }
        return null;
    }

    /** The entries that may name a key: the required one, the prefixed one, the bare one. */
    private static List<String> entryNames(ServingView.ServingKey key) {
        Set<String> names = new LinkedHashSet<>();
        String joinOn = key.joinOn();
        if (!key.required() && joinOn != null) {
            names.add(joinOn);
        }
        names.add(key.prefix() + key.column());
        names.add(key.column());
        return List.copyOf(names);
    }

    private static Set<String> entryNamesOf(ServingView view) {
        Set<String> names = new HashSet<>();
        for (ServingView.ServingGroup group : view.groups()) {
            for (ServingView.ServingKey key : group.keys()) {
                names.addAll(entryNames(key));
            }
        }
        return Set.copyOf(names);
    }

    private static Set<Long> projectsOf(ServingView view) {
        Set<Long> projects = new LinkedHashSet<>();
        projects.add(view.projectId());
        view.groups().forEach(group -> projects.add(group.projectId()));
        return java.util.Collections.unmodifiableSet(projects);
    }

    /** Full names first; a bare column name stands for all features of that column, unless a full name is the same. */
    private Map<String, int[]> passableOf() {
        Map<String, List<Integer>> full = new HashMap<>();
        Map<String, List<Integer>> bare = new HashMap<>();
        int slot = 0;
        for (ServingView.ServingFeature feature : view.features()) {
            if (feature.label()) {
                continue;
            }
            String prefix = view.groups().get(feature.group()).prefix();
            String name = feature.name();
            full.computeIfAbsent(name, key -> new ArrayList<>()).add(slot);
            if (!prefix.isEmpty() && name.startsWith(prefix)) {
                bare.computeIfAbsent(name.substring(prefix.length()), key -> new ArrayList<>())
                        .add(slot);
            }
            slot++;
        }
        bare.forEach(full::putIfAbsent);
        Map<String, int[]> passable = new HashMap<>();
        full.forEach((name, indexes) ->
                passable.put(name, indexes.stream().mapToInt(Integer::intValue).toArray()));
        return passable;
    }
}
