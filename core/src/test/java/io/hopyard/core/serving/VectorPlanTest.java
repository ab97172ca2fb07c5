package io.hopyard.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.serving.OnlineRows.TableRead;
import io.hopyard.core.serving.ServingView.ServingFeature;
import io.hopyard.core.serving.ServingView.ServingGroup;
import io.hopyard.core.serving.ServingView.ServingKey;
import io.hopyard.core.serving.VectorEntry.Kind;
import io.hopyard.core.serving.VectorEntry.Passed;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VectorPlanTest {
    private static final OnlineSchema ORDERS = schema(1, 1, "number:bigint", "customer:bigint", "amount:double");
    private static final OnlineSchema CUSTOMERS = schema(2, 1, "id:bigint", "city:string", "age:int");
    private static final OnlineSchema CITIES = schema(3, 2, "name:string", "day:date", "rain:float");

    private final Map<OnlineKey, RowImage> stored = new HashMap<>();

    private static OnlineSchema schema(long table, int keys, String... columns) {
        List<OnlineColumn> list = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(":", 2);
            if (list.size() < keys) {
                ordinals.add(list.size());
            }
            list.add(new OnlineColumn(parts[0], FeatureType.parse(parts[1]), null));
        }
        return new OnlineSchema(table, list, ordinals, null, null);
    }

    private static ServingGroup group(OnlineSchema schema, int joinIndex, String prefix, ServingKey... keys) {
        return new ServingGroup(schema.table(), joinIndex, 1, prefix, schema, "{}", List.of(keys), true);
    }

    private static ServingGroup unread(ServingGroup group) {
        return new ServingGroup(
                group.featureGroupId(),
                group.joinIndex(),
                group.projectId(),
                group.prefix(),
                group.schema(),
                group.subject(),
                group.keys(),
                false);
    }

    private static ServingKey required(String column, String prefix) {
        return new ServingKey(column, prefix, true, null);
    }

    private static ServingKey joined(String column, String prefix, String on) {
        return new ServingKey(column, prefix, false, on);
    }

    private static ServingFeature feature(List<ServingGroup> groups, int group, String column) {
        return feature(groups, group, column, false);
    }

    private static ServingFeature feature(List<ServingGroup> groups, int group, String column, boolean label) {
        OnlineSchema schema = groups.get(group).schema();
        int ordinal = schema.ordinals().getOrDefault(column, -1);
        return new ServingFeature(
                groups.get(group).prefix() + column,
                schema.columns().get(ordinal).featureType(),
                group,
                ordinal,
                label,
                false,
                false);
    }

    private static VectorPlan plan(List<ServingGroup> groups, ServingFeature... features) {
        return VectorPlan.of(new ServingView(1, "shop", "risk", 1, groups, List.of(features)));
    }

    private void put(OnlineSchema schema, @Nullable Object... values) {
        @Nullable
        Object[] key =
                schema.keyOrdinals().stream().map(ordinal -> values[ordinal]).toArray();
        stored.put(KeyCodec.encode(schema, key), RowCodec.encode(schema, values, new RowCodec.LogPosition(0, 1)));
    }

    private List<@Nullable OnlineRow> answer(List<TableRead> reads) {
        List<@Nullable OnlineRow> rows = new ArrayList<>();
        for (TableRead read : reads) {
            for (OnlineKey key : read.keys()) {
                RowImage image = stored.get(key);
                rows.add(image == null ? null : new OnlineRow(image, read.schema(), read.projection()));
            }
        }
        return rows;
    }

    private static VectorEntry entry(Map<String, Object> keys) {
        return new VectorEntry(keys, Map.of());
    }

    private List<String> vectors(VectorPlan plan, List<VectorEntry> entries) {
        VectorBatch batch = plan.plan(entries, VectorPlan.PassedCheck.NONE);
        Vectors vectors = batch.assemble(answer(batch.reads()));
        List<String> shown = new ArrayList<>();
        for (int entry = 0; entry < vectors.size(); entry++) {
            Collected sink = new Collected();
            for (int slot = 0; slot < plan.width(); slot++) {
                vectors.send(entry, slot, sink);
            }
            shown.add(sink.values + " " + vectors.status(entry));
        }
        return shown;
    }

    private String vector(VectorPlan plan, Map<String, Object> keys) {
        return vectors(plan, List.of(entry(keys))).getFirst();
    }

    private static final class Collected implements VectorSink {
        final List<String> values = new ArrayList<>();

        @Override
        public void passed(Object value) {
            values.add("passed " + value);
        }

        @Override
        public void nothing() {
            values.add("-");
        }

        @Override
        public void bool(boolean value) {
            values.add(Boolean.toString(value));
        }

        @Override
        public void integer(long value) {
            values.add(Long.toString(value));
        }

        @Override
        public void float32(float value) {
            values.add(Float.toString(value));
        }

        @Override
        public void float64(double value) {
            values.add(Double.toString(value));
        }

        @Override
        public void decimal(BigDecimal value) {
            values.add(value.toPlainString());
        }

        @Override
        public void text(byte[] bytes, int start, int end) {
            values.add(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }

        @Override
        public void date(long days) {
            values.add("day " + days);
        }

        @Override
        public void timestamp(long micros) {
            values.add("micros " + micros);
        }

        @Override
        public void binary(byte[] bytes, int start, int end) {
            values.add((end - start) + " bytes");
        }

        @Override
        public void complex(FeatureType type, byte[] bytes, int start, int end) {
            values.add(type.text());
        }
    }

    /** Orders, their customers, and the customers' cities: a nested join of three groups. */
    private VectorPlan nested() {
        List<ServingGroup> groups = List.of(
                group(ORDERS, 0, "", required("number", "")),
                group(CUSTOMERS, 1, "c_", required("id", "c_")),
                group(CITIES, 2, "w_", required("name", "w_"), joined("day", "w_", "today")));
        put(ORDERS, 7L, 1L, 9.5);
        put(CUSTOMERS, 1L, "Lund", 31L);
        put(CITIES, "Lund", 20454L, 0.5f);
        return plan(
                groups,
                feature(groups, 0, "amount"),
                feature(groups, 2, "rain"),
                feature(groups, 1, "id"),
                feature(groups, 1, "age"));
    }

    @Test
    void nestedJoinIsOneBatchWithOneReadPerGroup() {
        VectorPlan plan = nested();
        Map<String, Object> keys = Map.of("number", 7L, "c_id", 1L, "w_name", "Lund", "today", "2026-01-01");

        VectorBatch batch = plan.plan(List.of(entry(keys), entry(keys)), VectorPlan.PassedCheck.STRICT);

        assertThat(batch.reads())
                .hasSize(3)
                .allSatisfy(read -> assertThat(read.keys()).hasSize(2));
        assertThat(vector(plan, keys)).isEqualTo("[9.5, 0.5, 1, 31] COMPLETE");
    }

    @Test
    void groupWithoutItsWholeKeyIsMissingAndNotRead() {
        VectorPlan plan = nested();
        Map<String, Object> keys = Map.of("number", 7L, "c_id", 1L, "w_name", "Lund");

        VectorBatch batch = plan.plan(List.of(entry(keys)), VectorPlan.PassedCheck.STRICT);
        Vectors vectors = batch.assemble(answer(batch.reads()));

        assertThat(batch.reads()).hasSize(2);
        assertThat(vector(plan, keys)).isEqualTo("[9.5, -, 1, 31] MISSING");
        assertThat(List.of(vectors.httpStatus(0, 0), vectors.httpStatus(0, 1), vectors.httpStatus(0, 2)))
                .containsExactly(200, 200, 400);
    }

    @Test
    void joinedEntryBeatsThePrefixedOneAndThatTheBareOne() {
        VectorPlan plan = nested();
        put(CITIES, "Lund", 20455L, 0.75f);
        put(CITIES, "Lund", 20456L, 1.5f);

        assertThat(vector(plan, Map.of("w_name", "Lund", "today", "2026-01-01", "w_day", "2026-01-02")))
                .contains("0.5");
        assertThat(vector(plan, Map.of("w_name", "Lund", "w_day", "2026-01-02", "day", "2026-01-03")))
                .contains("0.75");
        assertThat(vector(plan, Map.of("w_name", "Lund", "day", "2026-01-03"))).contains("1.5");
    }

    @Test
    void selfJoinTellsTheOccurrencesApart() {
        List<ServingGroup> groups = List.of(
                group(CUSTOMERS, 0, "", required("id", "0_")), group(CUSTOMERS, 1, "boss_", required("id", "1_")));
        put(CUSTOMERS, 1L, "Lund", 31L);
        put(CUSTOMERS, 2L, "Kiruna", 50L);
        VectorPlan plan = plan(
                groups,
                feature(groups, 0, "id"),
                feature(groups, 0, "city"),
                feature(groups, 1, "id"),
                feature(groups, 1, "city"));

        assertThat(vector(plan, Map.of("0_id", 1L, "1_id", 2L))).isEqualTo("[1, Lund, 2, Kiruna] COMPLETE");
        assertThat(vector(plan, Map.of("id", 1L))).isEqualTo("[1, Lund, 1, Lund] COMPLETE");
    }

    @Test
    void labelsAreLeftOutAndAGroupOfLabelsIsNotRead() {
        List<ServingGroup> groups = List.of(
                group(ORDERS, 0, "", required("number", "")), unread(group(CUSTOMERS, 1, "c_", required("id", "c_"))));
        put(ORDERS, 7L, 1L, 9.5);
        VectorPlan plan = plan(
                groups,
                feature(groups, 0, "customer", true),
                feature(groups, 0, "amount"),
                feature(groups, 1, "age", true));

        VectorBatch batch =
                plan.plan(List.of(entry(Map.of("number", 7L, "c_id", "bad"))), VectorPlan.PassedCheck.STRICT);

        assertThat(plan.width()).isEqualTo(1);
        assertThat(batch.fault()).isNull();
        assertThat(batch.reads()).hasSize(1);
        assertThat(vector(plan, Map.of("number", 7L, "c_id", "bad"))).isEqualTo("[9.5] COMPLETE");
    }

    @Test
    void featuresOfAGroupThatIsNotOnlineMakeEveryVectorMissing() {
        List<ServingGroup> groups = List.of(
                group(ORDERS, 0, "", required("number", "")), unread(group(CUSTOMERS, 1, "c_", required("id", "c_"))));
        put(ORDERS, 7L, 1L, 9.5);
        VectorPlan plan =
                plan(groups, feature(groups, 0, "amount"), feature(groups, 1, "id"), feature(groups, 1, "age"));

        assertThat(vector(plan, Map.of("number", 7L, "c_id", 3L))).isEqualTo("[9.5, 3, -] MISSING");
    }

    @Test
    void keyOfASpineComesBackByItsName() {
        List<ServingGroup> groups = List.of(unread(group(CUSTOMERS, 0, "c_", required("id", "c_"))));
        ServingFeature id = new ServingFeature("c_id", FeatureType.Simple.BIGINT, 0, -1, false, false, false);
        ServingFeature age = new ServingFeature("c_age", FeatureType.Simple.INT, 0, -1, false, false, false);

        assertThat(vector(plan(groups, id, age), Map.of("c_id", 3L))).isEqualTo("[3, -] MISSING");
    }

    @Test
    void rowsOfOneRequestKeepTheirOrderWhateverIsMissing() {
        VectorPlan plan = nested();
        put(ORDERS, 8L, 2L, 1.25);

        assertThat(vectors(
                        plan,
                        List.of(
                                entry(Map.of("number", 99L, "c_id", 1L)),
                                entry(Map.of("c_id", 1L)),
                                entry(Map.of("nonsense", 1L)),
                                entry(Map.of()),
                                entry(Map.of("number", 8L)))))
                .containsExactly(
                        "[-, -, 1, 31] MISSING",
                        "[-, -, 1, 31] MISSING",
                        "[-, -, -, -] ERROR",
                        "[-, -, -, -] ERROR",
                        "[1.25, -, -, -] MISSING");
    }

    @Test
    void passedFeaturesGoToTheFullNameAndABareNameToEveryGroupThatHasIt() {
        List<ServingGroup> groups = List.of(
                group(CUSTOMERS, 0, "a_", required("id", "a_")), group(CUSTOMERS, 1, "b_", required("id", "b_")));
        VectorPlan plan = plan(groups, feature(groups, 0, "age"), feature(groups, 1, "age"));
        VectorEntry full = new VectorEntry(Map.of("id", 1L), Map.of("b_age", new Passed(Kind.NUMBER, 5)));
        VectorEntry bare = new VectorEntry(Map.of("id", 1L), Map.of("age", new Passed(Kind.NUMBER, 6)));

        assertThat(vectors(plan, List.of(full, bare)))
                .containsExactly("[-, passed 5] MISSING", "[passed 6, passed 6] MISSING");
    }

    @Test
    void uncheckedPassedFeaturesMayBeOfAnyKindAndName() {
        VectorPlan plan = nested();
        VectorEntry entry = new VectorEntry(
                Map.of("number", 7L),
                Map.of("amount", new Passed(Kind.STRING, "x"), "nope", new Passed(Kind.OTHER, 1)));

        VectorBatch strict = plan.plan(List.of(entry), VectorPlan.PassedCheck.STRICT);

        assertThat(vectors(plan, List.of(entry)).getFirst()).startsWith("[passed x,");
        assertThat(strict.fault(0)).isNotNull();
    }

    @Test
    void keyOfTheWrongTypeFailsTheWholeRequest() {
        VectorPlan plan = nested();
        VectorBatch batch = plan.plan(
                List.of(entry(Map.of("number", 7L)), entry(Map.of("number", "seven"))), VectorPlan.PassedCheck.STRICT);

        assertThat(batch.fault())
                .isEqualTo(new VectorFault(
                        VectorFault.Kind.KEY_TYPE, "Primary key 'number' should be in 'BIGINT' format."));
    }

    @Test
    void tooLongKeyFailsTheRequest() {
        VectorPlan plan = nested();
        VectorBatch batch = plan.plan(
                List.of(entry(Map.of("w_name", "x".repeat(5_000), "today", "2026-01-01"))),
                VectorPlan.PassedCheck.STRICT);

        assertThat(batch.fault()).extracting(VectorFault::message).asString().contains("at most 4092");
    }

    @Test
    void projectsOfAllGroupsAreNamed() {
        ServingGroup own = group(ORDERS, 0, "", required("number", ""));
        ServingGroup shared = new ServingGroup(2, 1, 5, "c_", CUSTOMERS, "{}", List.of(required("id", "c_")), true);

        assertThat(VectorPlan.of(new ServingView(1, "shop", "risk", 1, List.of(own, shared), List.of()))
                        .projectIds())
                .containsExactly(1L, 5L);
    }

    @Test
    void viewWithoutAServingKeyForAKeyColumnCannotBePlanned() {
        List<ServingGroup> groups = List.of(group(CITIES, 0, "", required("name", "")));

        assertThatThrownBy(() -> plan(groups, feature(groups, 0, "rain")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("feature group 3: no serving key for 'day' (expected: one per primary-key column)");
    }

    @Test
    void answerOfAnotherLengthIsADefect() {
        VectorBatch batch = nested().plan(List.of(entry(Map.of("number", 7L))), VectorPlan.PassedCheck.STRICT);

        assertThatThrownBy(() -> batch.assemble(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("answer of 0 rows (expected: 1)");
    }
}
