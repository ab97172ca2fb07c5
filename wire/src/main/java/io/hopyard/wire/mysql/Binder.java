package io.hopyard.wire.mysql;

import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.ServingCatalog.OnlineTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tables and columns of a select and decides how its rows are read: by primary key when the condition names
 * keys, else by a scan. Used for one statement, by one thread.
 */
final class Binder {
    private final List<Bound> tables = new ArrayList<>();

    /** Gives tables to who may read them. */
    @FunctionalInterface
    interface Tables {
        /**
         * @throws MysqlError 1142 or 1146
         */
        OnlineTable load(Sql.TableRef table);
    }

    private static final class Bound {
        final Sql.TableRef ref;
        final OnlineSchema schema;
        final Map<String, Integer> byName;
        final Map<Integer, Integer> columns = new LinkedHashMap<>();
        List<Query.Column> keyFrom = List.of();

        Bound(Sql.TableRef ref, OnlineSchema schema) {
            this.ref = ref;
            this.schema = schema;
            this.byName = schema.ordinals();
        }

        @Nullable
        Integer ordinal(String name) {
            Integer exact = byName.get(name);
            return exact != null ? exact : byName.get(name.toLowerCase(Locale.ROOT));
        }
    }

    private Binder() {}

    static Query bind(Sql.Select select, Tables catalog) {
        return new Binder().query(select, catalog);
    }

    private Query query(Sql.Select select, Tables catalog) {
        for (Sql.TableRef ref : select.shape().tables()) {
            addTable(ref, catalog.load(ref).schema());
        }
        List<Query.Output> outputs = outputs(select.shape().items());
        List<Sql.Condition> conjuncts = new ArrayList<>();
        Sql.Condition where = select.where();
        if (where != null) {
            flatten(where, conjuncts);
        }
        List<OnlineKey> keys = keys(conjuncts);
        List<Query.Test> tests = new ArrayList<>();
        for (Sql.Condition conjunct : conjuncts) {
            tests.add(Conditions.test(conjunct, this::column));
        }
        List<Query.Source> sources = new ArrayList<>();
        for (Bound bound : tables) {
            sources.add(new Query.Source(
                    bound.schema, Projection.of(List.copyOf(bound.columns.keySet())), bound.keyFrom, bound.ref.left()));
        }
        return new Query(sources, outputs, keys, tests, select.limit());
    }

    private void addTable(Sql.TableRef ref, OnlineSchema schema) {
        for (Bound other : tables) {
            if (other.ref.alias().equalsIgnoreCase(ref.alias())) {
                throw new MysqlError(MysqlError.Kind.SYNTAX, "Not unique table/alias: '" + ref.alias() + "'");
            }
        }
        Bound bound = new Bound(ref, schema);
        tables.add(bound);
        if (tables.size() > 1) {
            bound.keyFrom = keyFrom(bound);
        }
    }

    /** Joins go along the whole primary key of the joined table, so that each row finds at most one. */
    private List<Query.Column> keyFrom(Bound joined) {
        int index = tables.size() - 1;
        Map<Integer, Query.Column> byOrdinal = new HashMap<>();
        for (Sql.Equal equal : joined.ref.on()) {
            Query.Column one = column(equal.one());
            Query.Column other = column(equal.other());
            Query.Column inner = one.source() == index ? one : other;
            Query.Column outer = one.source() == index ? other : one;
            if (inner.source() != index || outer.source() >= index) {
                throw MysqlError.unsupported(
                        "a join condition that does not tie " + joined.ref.alias() + " to a table before it");
            }
            byOrdinal.put(joined.ordinal(inner.column().name()), outer);
        }
        List<Query.Column> keyFrom = new ArrayList<>();
        for (Integer ordinal : joined.schema.keyOrdinals()) {
            Query.Column outer = byOrdinal.remove(ordinal);
            if (outer == null) {
                throw MysqlError.unsupported("a join that does not cover the primary key of " + joined.ref.table());
            }
            keyFrom.add(outer);
        }
        if (!byOrdinal.isEmpty()) {
            throw MysqlError.unsupported("a join on columns beyond the primary key of " + joined.ref.table());
        }
        return keyFrom;
    }

    private List<Query.Output> outputs(List<Sql.Item> items) {
        List<Query.Output> outputs = new ArrayList<>();
        for (Sql.Item item : items) {
            Sql.ColumnRef ref = item.column();
            if (ref != null) {
                outputs.add(new Query.Output(item.name(), column(ref)));
                continue;
            }
            for (int source = 0; source < tables.size(); source++) {
                for (OnlineColumn column : tables.get(source).schema.columns()) {
                    outputs.add(new Query.Output(column.name(), column(source, column.name())));
                }
            }
        }
        return outputs;
    }

    private Query.Column column(Sql.ColumnRef ref) {
        int found = -1;
        for (int source = 0; source < tables.size(); source++) {
            Bound bound = tables.get(source);
            String table = ref.table();
            boolean named =
                    table == null ? bound.ordinal(ref.column()) != null : table.equalsIgnoreCase(bound.ref.alias());
            if (named && found >= 0) {
                throw new MysqlError(
                        MysqlError.Kind.UNKNOWN_COLUMN,
                        "Column '" + ref.text() + "' is ambiguous (expected: with the alias of its table)");
            }
            found = named ? source : found;
        }
        if (found < 0) {
            throw unknown(ref.text());
        }
        return column(found, ref.column());
    }

    private Query.Column column(int source, String name) {
        Bound bound = tables.get(source);
        Integer ordinal = bound.ordinal(name);
        if (ordinal == null) {
            throw unknown(bound.ref.alias() + "." + name);
        }
        Integer index = bound.columns.get(ordinal);
        if (index == null) {
            index = bound.columns.size();
            bound.columns.put(ordinal, index);
        }
        return new Query.Column(source, index, bound.schema.columns().get(ordinal));
    }

    private static MysqlError unknown(String column) {
        return new MysqlError(MysqlError.Kind.UNKNOWN_COLUMN, "Unknown column '" + column + "' in 'field list'");
    }

    private static void flatten(Sql.Condition condition, List<Sql.Condition> conjuncts) {
        if (condition instanceof Sql.And and) {
            and.parts().forEach(part -> flatten(part, conjuncts));
        } else {
            conjuncts.add(condition);
        }
    }

    /**
     * The keys of the first table that the conditions name, each once; null when they do not name whole keys. Conditions
     * that are thereby fulfilled are taken out.
     */
    private @Nullable List<OnlineKey> keys(List<Sql.Condition> conjuncts) {
        List<Integer> wanted = tables.getFirst().schema.keyOrdinals();
        Map<Integer, Sql.Compare> fixed = new HashMap<>();
        for (Sql.Condition conjunct : conjuncts) {
            if (conjunct instanceof Sql.Compare compare && compare.comparison() == Sql.Comparison.EQUAL) {
                Integer ordinal = firstTableOrdinal(compare.column());
                if (ordinal != null && wanted.contains(ordinal)) {
                    fixed.putIfAbsent(ordinal, compare);
                }
            }
        }
        if (fixed.keySet().containsAll(wanted)) {
            conjuncts.removeAll(fixed.values());
            return encode(fixed, List.of(), List.of(List.of()));
        }
        for (Sql.Condition conjunct : conjuncts) {
            List<Integer> listed = conjunct instanceof Sql.In in ? keyOrdinals(in, wanted) : List.of();
            if (conjunct instanceof Sql.In in && !listed.isEmpty()) {
                Set<Integer> missing = new LinkedHashSet<>(wanted);
                listed.forEach(missing::remove);
                if (fixed.keySet().containsAll(missing)) {
                    fixed.keySet().retainAll(missing);
                    conjuncts.remove(conjunct);
                    conjuncts.removeAll(fixed.values());
                    return encode(fixed, listed, in.rows());
                }
            }
        }
        return null;
    }

    private @Nullable Integer firstTableOrdinal(Sql.ColumnRef ref) {
        Bound first = tables.getFirst();
        String table = ref.table();
        boolean here = table == null ? tables.size() == 1 : table.equalsIgnoreCase(first.ref.alias());
        return here ? first.ordinal(ref.column()) : null;
    }

    /** Ordinals of an IN's columns when all are different key columns of the first table, else empty. */
    private List<Integer> keyOrdinals(Sql.In in, List<Integer> wanted) {
        List<Integer> ordinals = new ArrayList<>();
        for (Sql.ColumnRef ref : in.columns()) {
            Integer ordinal = firstTableOrdinal(ref);
            if (ordinal == null || !wanted.contains(ordinal) || ordinals.contains(ordinal)) {
                return List.of();
            }
            ordinals.add(ordinal);
        }
        return ordinals;
    }

    private List<OnlineKey> encode(
            Map<Integer, Sql.Compare> fixed, List<Integer> listed, List<List<Sql.Literal>> rows) {
        OnlineSchema schema = tables.getFirst().schema;
        int width = schema.keyOrdinals().size();
        @Nullable Object[] values = new Object[width];
        for (int position = 0; position < width; position++) {
            Sql.Compare compare = fixed.get(schema.keyOrdinals().get(position));
            if (compare != null) {
                values[position] =
                        typed(schema.columns().get(schema.keyOrdinals().get(position)), compare.value());
                if (values[position] == null) {
                    return List.of();
                }
            }
        }
        int[] positions =
                listed.stream().mapToInt(schema.keyOrdinals()::indexOf).toArray();
        Set<OnlineKey> keys = LinkedHashSet.newLinkedHashSet(rows.size());
        for (List<Sql.Literal> row : rows) {
            if (fill(values, positions, row, schema)) {
                keys.add(key(schema, values));
            }
        }
        return List.copyOf(keys);
    }

    private static boolean fill(
            @Nullable Object[] values, int[] positions, List<Sql.Literal> row, OnlineSchema schema) {
        for (int index = 0; index < positions.length; index++) {
            int position = positions[index];
            OnlineColumn column = schema.columns().get(schema.keyOrdinals().get(position));
            Object value = typed(column, row.get(index));
            if (value == null) {
                return false;
            }
            values[position] = value;
        }
        return true;
    }

    private static @Nullable Object typed(OnlineColumn column, Sql.Literal literal) {
        Object value = literal.value();
        return value == null ? null : Literals.equalTo(column, value);
    }

    private static OnlineKey key(OnlineSchema schema, @Nullable Object[] values) {
        try {
            return KeyCodec.encode(schema, values);
        } catch (IllegalArgumentException e) {
            throw new MysqlError(MysqlError.Kind.WRONG_VALUE, String.valueOf(e.getMessage()));
        }
    }
}
