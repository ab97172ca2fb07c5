package io.hopyard.core.serving;

import io.hopyard.core.feature.FeatureType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reads that a request for one or more vectors needs, and what was wrong with its entries. Not thread safe.
 */
public final class VectorBatch {
    private static final int NO_KEY = -1;

    private final VectorPlan plan;
    private final int size;
    private final int groups;
    /** Per entry and group: index of its key among the group's keys, or NO_KEY. */
    private final int[] keyIndexes;

    private final @Nullable VectorFault[] faults;
    private final @Nullable Object[] @Nullable [] keyValues;
    private final @Nullable Object[] @Nullable [] passed;
    private final List<List<OnlineKey>> keys;
    private @Nullable VectorFault fault;

    VectorBatch(VectorPlan plan, List<VectorEntry> entries, VectorPlan.PassedCheck check) {
        this.plan = plan;
        this.size = entries.size();
        this.groups = plan.groups().size();
        this.keyIndexes = new int[size * groups];
        this.faults = new VectorFault[size];
        this.keyValues = new Object[size][];
        this.passed = new Object[size][];
        this.keys = new ArrayList<>(groups);
        for (int group = 0; group < groups; group++) {
            keys.add(new ArrayList<>(size));
        }
        Arrays.fill(keyIndexes, NO_KEY);
        for (int entry = 0; entry < size && fault == null; entry++) {
            planEntry(entry, entries.get(entry), check);
        }
    }

    public int size() {
        return size;
    }

    /** What makes the whole request fail, or null. */
    public @Nullable VectorFault fault() {
        return fault;
    }

    /** What is wrong with one entry, which is then not read, or null. */
    public @Nullable VectorFault fault(int entry) {
        return faults[entry];
    }

    /** One read per group that has keys at all. */
    public List<OnlineRows.TableRead> reads() {
        List<OnlineRows.TableRead> reads = new ArrayList<>(groups);
        for (int group = 0; group < groups; group++) {
            if (!keys.get(group).isEmpty()) {
                VectorPlan.GroupRead read = plan.groups().get(group);
                reads.add(new OnlineRows.TableRead(read.schema(), keys.get(group), read.projection()));
            }
        }
        return reads;
    }

    /**
     * @param rows the answer to {@link #reads()}
     */
    public Vectors assemble(List<@Nullable OnlineRow> rows) {
        int[] firstRow = new int[groups];
        int next = 0;
        for (int group = 0; group < groups; group++) {
            firstRow[group] = next;
            next += keys.get(group).size();
        }
        if (rows.size() != next) {
            throw new IllegalArgumentException("answer of " + rows.size() + " rows (expected: " + next + ")");
        }
        return new Vectors(this, rows, firstRow);
    }

    VectorPlan plan() {
        return plan;
    }

    int keyIndex(int entry, int group) {
        return keyIndexes[entry * groups + group];
    }

    /** The value of a slot that is a key, or null when the entry does not give it. */
    @Nullable
    Object keyValue(int entry, int slot) {
        @Nullable Object[] values = keyValues[entry];
        return values == null ? null : values[slot];
    }

    /** What the caller passed for a slot, or null. */
    @Nullable
    Object passed(int entry, int slot) {
        @Nullable Object[] values = passed[entry];
        return values == null ? null : values[slot];
    }

    private void planEntry(int index, VectorEntry entry, VectorPlan.PassedCheck check) {
        VectorFault wrong = checkNames(entry.keys());
        if (wrong == null) {
            wrong = passFeatures(index, entry.passed(), check);
        }
        if (wrong != null) {
            faults[index] = wrong;
            return;
        }
        for (int group = 0; group < groups; group++) {
            planKey(index, group, entry.keys());
        }
        fillKeySlots(index, entry.keys());
    }

    private @Nullable VectorFault checkNames(Map<String, Object> entry) {
        if (entry.isEmpty()) {
            return new VectorFault(VectorFault.Kind.KEY_UNKNOWN, "No entries found");
        }
        for (String name : entry.keySet()) {
            if (!plan.isEntryName(name)) {
                return new VectorFault(
                        VectorFault.Kind.KEY_UNKNOWN,
                        "Provided primary key `" + name + "` does not belong to the set of primary keys.");
            }
        }
        return null;
    }

    private void planKey(int index, int group, Map<String, Object> entry) {
        VectorPlan.GroupRead read = plan.groups().get(group);
        List<VectorPlan.Key> columns = read.keys();
        Object[] given = new Object[columns.size()];
        for (int column = 0; column < given.length; column++) {
            Object value = columns.get(column).find(entry);
            if (value == null) {
                return; // the key is incomplete: the group counts as missing
            }
            given[column] = value;
        }
        @Nullable Object[] values = new Object[given.length];
        for (int column = 0; column < given.length; column++) {
            OnlineColumn keyColumn = columns.get(column).column();
            values[column] = ColumnValue.parse(keyColumn, given[column]);
            if (values[column] == null) {
                fault = new VectorFault(
                        VectorFault.Kind.KEY_TYPE,
                        "Primary key '" + keyColumn.name() + "' should be in '"
                                + keyColumn.type().name() + "' format.");
                return;
            }
        }
        try {
            OnlineKey key = KeyCodec.encode(read.schema(), values);
            keyIndexes[index * groups + group] = keys.get(group).size();
            keys.get(group).add(key);
        } catch (IllegalArgumentException e) {
            fault = new VectorFault(VectorFault.Kind.KEY_TYPE, String.valueOf(e.getMessage()));
        }
    }

    /** Values of slots that are keys; one that has no value in its column's type stays null. */
    private void fillKeySlots(int index, Map<String, Object> entry) {
        List<VectorPlan.Slot> slots = plan.slots();
        @Nullable Object[] values = null;
        for (int slot = 0; slot < slots.size(); slot++) {
            VectorPlan.Key key = slots.get(slot).key();
            Object given = key == null ? null : key.find(entry);
            if (key != null && given != null) {
                if (values == null) {
                    values = new Object[slots.size()];
                }
                values[slot] = ColumnValue.parse(key.column(), given);
            }
        }
        if (values != null) {
            keyValues[index] = values;
        }
    }

    private @Nullable VectorFault passFeatures(
            int index, Map<String, VectorEntry.Passed> features, VectorPlan.PassedCheck check) {
        if (features.isEmpty()) {
            return null;
        }
        @Nullable Object[] values = new Object[plan.width()];
        passed[index] = values;
        for (Map.Entry<String, VectorEntry.Passed> feature : features.entrySet()) {
            VectorEntry.Passed value = feature.getValue();
            if (value.kind() == VectorEntry.Kind.NULL) {
                return new VectorFault(
                        VectorFault.Kind.PASSED_VALUE,
                        "Passed feature `" + feature.getKey() + "`: null (expected: a value)");
            }
            int[] slots = plan.passable(feature.getKey());
            if (slots == null) {
                if (check == VectorPlan.PassedCheck.STRICT) {
                    return new VectorFault(
                            VectorFault.Kind.FEATURE_UNKNOWN,
                            "Feature `" + feature.getKey()
                                    + "` does not exist in the feature view or it is a label which cannot be a passed"
                                    + " feature.");
                }
                continue;
            }
            for (int slot : slots) {
                VectorFault wrong = check == VectorPlan.PassedCheck.STRICT ? checkKind(slot, value.kind()) : null;
                if (wrong != null) {
                    return wrong;
                }
                values[slot] = value.value();
            }
        }
        return null;
    }

    private @Nullable VectorFault checkKind(int slot, VectorEntry.Kind kind) {
        FeatureType type = plan.type(slot);
        VectorEntry.Kind expected = expected(type);
        if (kind == expected) {
            return null;
        }
        return new VectorFault(
                VectorFault.Kind.PASSED_TYPE,
                "Feature `" + plan.name(slot) + "`: Got: '" + kind.text() + "', expected: '" + expected.text()
                        + "' (offline type: " + type.text() + ")");
    }

    private static VectorEntry.Kind expected(FeatureType type) {
        return switch (ColumnType.of(type)) {
            case BOOLEAN -> VectorEntry.Kind.BOOLEAN;
            case TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL -> VectorEntry.Kind.NUMBER;
            case STRING, DATE, TIMESTAMP, BINARY -> VectorEntry.Kind.STRING;
            case COMPLEX -> VectorEntry.Kind.OTHER;
        };
    }
}
