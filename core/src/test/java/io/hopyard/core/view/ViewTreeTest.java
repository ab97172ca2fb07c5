package io.hopyard.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.catalog.GroupBuilder;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.view.FeatureView.Mark;
import io.hopyard.core.view.FeatureView.Marked;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.Comparison;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.Join;
import io.hopyard.core.view.Query.JoinType;
import io.hopyard.core.view.Query.Logic;
import io.hopyard.core.view.Statements.Form;
import io.hopyard.core.view.Statements.Selection;
import io.hopyard.core.view.Statements.Statement;
import io.hopyard.core.view.ViewTree.ServingKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewTreeTest {
    private static final FeatureGroup TX = new GroupBuilder(101, "tx")
            .key("id", "bigint")
            .feature("amount", "double")
            .feature("fraud", "boolean")
            .feature("cust", "bigint")
            .feature("ts", "timestamp")
            .eventTime("ts")
            .build();
    private static final FeatureGroup PR = new GroupBuilder(105, "pr")
            .key("id", "bigint")
            .key("kind", "string")
            .feature("age", "int")
            .build();
    private static final FeatureGroup CUST = new GroupBuilder(109, "cust")
            .key("id", "bigint")
            .feature("name", "string")
            .build();
    private static final Map<GroupReference, FeatureGroup> GROUPS =
            List.of(TX, PR, CUST).stream().collect(Collectors.toMap(FeatureGroup::reference, Function.identity()));

    /** A view that was once stored must stay readable: never change this text, only add others. */
    private static final String GOLDEN =
            "01020204c8010702667608020b000d570102c80104ca0107026964091d01030c0102c80104d20107"
                    + "0361676505044c4546540702705f090269640b2b01030653494e474c4505200108ca010b06616d6f"
                    + "756e740d02494e0f035b315d11013112d20115036167650f180105036167650710494e464552454e"
                    + "43455f48454c504552151b01020e05086d6562313030303007056140622e630880a0d5edee66";

    private static Query query(FeatureGroup group, List<String> features, Join... joins) {
        return new Query(group.reference(), features, List.of(joins), null, null);
    }

    private static Join join(Query query, String prefix, String... on) {
        return new Join(query, JoinType.LEFT, prefix, List.of(on), List.of(), List.of());
    }

    private static FeatureView view(Query query, Marked... marked) {
        return new FeatureView(1, 100, "fv", 1, "", query, List.of(marked), List.of(), null, GroupBuilder.CREATION);
    }

    private static ViewTree tree(Query query, Marked... marked) {
        return ViewTree.of(view(query, marked), GROUPS);
    }

    private static List<String> names(ViewTree tree) {
        return tree.features().stream().map(feature -> feature.column().name()).toList();
    }

    private static List<String> sql(ViewTree tree, Form form, Selection selection) {
        return Statements.of(tree, form, selection, id -> "demo").stream()
                .map(Statement::sql)
                .toList();
    }

    private static ViewTree page() {
        return tree(
                query(TX, List.of("id", "amount", "fraud"), join(query(PR, List.of("age")), "p_", "id")),
                new Marked(101L, "fraud", Mark.LABEL));
    }

    @Test
    void statementsAreThoseOfThePage() {
        assertThat(sql(page(), Form.SINGLE, Selection.FEATURES))
                .containsExactly(
                        "SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = ?",
                        "SELECT `fg0`.`age` AS `p_age` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = ? AND `fg0`.`kind` = ?");
        assertThat(sql(page(), Form.BATCH, Selection.FEATURES))
                .containsExactly(
                        "SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` IN ?",
                        "SELECT `fg0`.`age` AS `p_age`, `fg0`.`id` AS `p_id`, `fg0`.`kind` AS `p_kind` FROM `demo`.`pr_1` AS `fg0` WHERE (`fg0`.`id`, `fg0`.`kind`) IN ?");
        assertThat(sql(page(), Form.SINGLE, Selection.HELPERS)).isEmpty();
        assertThat(Statements.of(page(), Form.BATCH, Selection.FEATURES, id -> "demo"))
                .extracting(Statement::index, Statement::prefix, Statement::parameters)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, "", List.of("id")),
                        org.assertj.core.groups.Tuple.tuple(1, "p_", List.of("id", "kind")));
    }

    @Test
    void keyThatMeetsTheRootsKeyIsTakenFromThere() {
        assertThat(page().keys())
                .containsExactly(
                        new ServingKey(0, load(TX, "id"), "", true, ""),
                        new ServingKey(1, load(PR, "id"), "p_", false, "id"),
                        new ServingKey(1, load(PR, "kind"), "p_", true, ""));
    }

    private static io.hopyard.core.catalog.Feature load(FeatureGroup group, String name) {
        return java.util.Objects.requireNonNull(group.findFeature(name));
    }

    @Test
    void keyThatMeetsAPlainFeatureHasToBeGivenWithAPrefixOfItsOwn() {
        Join join =
                new Join(query(CUST, List.of("name")), JoinType.LEFT, "", List.of(), List.of("cust"), List.of("id"));
        ViewTree tree = tree(query(TX, List.of("amount"), join));

        assertThat(tree.keys()).extracting(ServingKey::entry).containsExactly("id", "1_id");
        assertThat(Statements.of(tree, Form.BATCH, Selection.FEATURES, id -> "demo"))
                .extracting(Statement::prefix, Statement::sql)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "",
                                "SELECT `fg0`.`amount` AS `amount`, `fg0`.`id` AS `id` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` IN ?"),
                        org.assertj.core.groups.Tuple.tuple(
                                "1_",
                                "SELECT `fg0`.`name` AS `name`, `fg0`.`id` AS `1_id` FROM `demo`.`cust_1` AS `fg0` WHERE `fg0`.`id` IN ?"));
    }

    @Test
    void joinInsideAJoinTakesItsKeyFromTheRoot() {
        ViewTree tree = tree(query(
                TX,
                List.of("amount"),
                join(query(PR, List.of("age"), join(query(CUST, List.of("name")), "c_", "id")), "p_", "id")));

        assertThat(names(tree)).containsExactly("amount", "p_age", "c_name");
        assertThat(tree.tree().nodes()).extracting(QueryTree.Node::parent).containsExactly(-1, 0, 1);
        assertThat(tree.keys(tree.tree().nodes().get(2)))
                .containsExactly(new ServingKey(2, load(CUST, "id"), "c_", false, "id"));
    }

    @Test
    void namesThatClashGetTheGroupsName() {
        ViewTree tree = tree(query(
                TX,
                List.of("id", "amount"),
                join(query(CUST, List.of("id", "name")), "", "id"),
                join(query(CUST, List.of("id", "name")), "", "id"),
                join(query(TX, List.of("amount")), "", "id")));

        assertThat(names(tree))
                .containsExactly("id", "amount", "cust_id", "name", "cust_1_id", "cust_name", "tx_amount");
    }

    @Test
    void helperColumnsHaveStatementsOfTheirOwn() {
        ViewTree tree = tree(
                query(
                        TX,
                        List.of("id", "amount", "cust"),
                        join(query(PR, List.of("age")), "p_", "id"),
                        join(query(CUST, List.of("name")), "", "id")),
                new Marked(101L, "cust", Mark.INFERENCE_HELPER),
                new Marked(105L, "age", Mark.INFERENCE_HELPER),
                new Marked(109L, "name", Mark.TRAINING_HELPER));

        assertThat(sql(tree, Form.SINGLE, Selection.HELPERS))
                .containsExactly(
                        "SELECT `fg0`.`cust` AS `cust` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = ?",
                        "SELECT `fg0`.`age` AS `p_age` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = ? AND `fg0`.`kind` = ?");
        assertThat(sql(tree, Form.SINGLE, Selection.FEATURES)).hasSize(1);
        assertThat(Statements.of(tree, Form.BATCH, Selection.FEATURES, id -> "demo"))
                .extracting(Statement::index)
                .as("groups that give only helpers are in the batch set, with their keys")
                .containsExactly(0, 1, 2);
        assertThat(sql(tree, Form.SINGLE, Selection.LOGGING).getFirst()).contains("`fg0`.`ts` AS `ts`");
    }

    @Test
    void groupThatGivesOnlyALabelIsNotRead() {
        ViewTree tree = tree(
                query(TX, List.of("fraud"), join(query(PR, List.of("age")), "", "id")),
                new Marked(101L, "fraud", Mark.LABEL));

        assertThat(Statements.of(tree, Form.BATCH, Selection.FEATURES, id -> "demo"))
                .extracting(Statement::index)
                .containsExactly(1);
        assertThat(tree.keys()).hasSize(3);
    }

    @Test
    void unknownLabelIsRefused() {
        assertThatThrownBy(() -> tree(query(TX, List.of("id")), new Marked(101L, "fraud", Mark.LABEL)))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage("label: 'fraud' (expected: one of the features that the query selects)");
    }

    @Test
    void wrongQueriesAreRefused() {
        refused(
                query(TX, List.of("nope")),
                ErrorCode.INVALID_QUERY,
                "feature: 'nope' (expected: one of the features of 'tx'");
        refused(query(TX, List.of("id", "id")), ErrorCode.INVALID_QUERY, "is selected twice");
        refused(
                query(TX, List.of("id"), join(query(PR, List.of("age")), "", "nope")),
                ErrorCode.INVALID_QUERY,
                "join feature: 'nope'");
        refused(
                query(
                        TX,
                        List.of("id"),
                        new Join(
                                query(PR, List.of("age")),
                                JoinType.LEFT,
                                "",
                                List.of(),
                                List.of("amount"),
                                List.of("kind"))),
                ErrorCode.INVALID_QUERY,
                "join of 'amount' (double) with 'kind' (string)");
        FeatureGroup other = new GroupBuilder(7, "gone").key("id", "int").build();
        refused(query(other, List.of("id")), ErrorCode.FEATURE_GROUP_NOT_FOUND, "feature group: 7");
        FeatureGroup lonely = new GroupBuilder(8, "lonely").key("x", "int").build();
        assertThatThrownBy(() -> QueryTree.of(
                        query(TX, List.of("id"), join(query(lonely, List.of("x")), "")),
                        Map.of(TX.reference(), TX, lonely.reference(), lonely)))
                .hasMessageContaining("no primary key is common");
        Query deep = query(TX, List.of("amount"));
        for (int level = 0; level < 12; level++) {
            deep = query(TX, List.of("amount"), join(deep, "", "id"));
        }
        refused(deep, ErrorCode.INVALID_QUERY, "joins inside joins: 11 (expected: at most 10)");
    }

    private static void refused(Query query, ErrorCode code, String part) {
        assertThatThrownBy(() -> QueryTree.of(query, GROUPS))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(part);
    }

    private static Compared compared(String feature, Comparison comparison, @Nullable String value, String... values) {
        return new Compared(null, feature, comparison, value, Arrays.asList(values), null);
    }

    private static String text(Query query) {
        return QuerySql.text(QueryTree.of(query, GROUPS), id -> "demo");
    }

    @Test
    void singleTableIsReadWithFilterAndLimit() {
        Filter filter = new Combined(
                Logic.AND,
                new Combined(
                        Logic.OR,
                        compared("amount", Comparison.GREATER_THAN, "1.50"),
                        compared("fraud", Comparison.EQUALS, "True")),
                compared("id", Comparison.IN, "[1, 2]", "1", "2"));

        assertThat(text(new Query(TX.reference(), List.of("id", "ts"), List.of(), filter, 2L)))
                .isEqualTo("SELECT `fg0`.`id` `id`, `fg0`.`ts` `ts` FROM `demo`.`tx_1` `fg0`"
                        + " WHERE ((`fg0`.`amount` > 1.50 OR `fg0`.`fraud` = 1) AND `fg0`.`id` IN (1, 2)) LIMIT 2");
    }

    @Test
    void joinsAreWrittenOut() {
        assertThat(text(query(TX, List.of("id"), join(query(PR, List.of("age")), "p_", "id"))))
                .isEqualTo("SELECT `fg0`.`id` `id`, `fg1`.`age` `p_age` FROM `demo`.`tx_1` `fg0`"
                        + " LEFT JOIN `demo`.`pr_1` `fg1` ON `fg0`.`id` = `fg1`.`id`");
    }

    @Test
    void textsAreEscaped() {
        Query query = query(CUST, List.of("name")).withFilter(compared("name", Comparison.LIKE, "a%'\\x\n"));

        assertThat(text(query)).endsWith(" WHERE `fg0`.`name` LIKE 'a%\\'\\\\x\\n'");
    }

    @Test
    void timesAreWrittenPlainly() {
        Query query = query(TX, List.of("id")).withFilter(compared("ts", Comparison.LESS_THAN, "2026-03-01T00:00:00Z"));

        assertThat(text(query)).endsWith(" WHERE `fg0`.`ts` < '2026-03-01 00:00:00'");
    }

    @ParameterizedTest
    @CsvSource({"amount, 1 OR 1=1", "amount, 1e999999999", "fraud, maybe", "ts, yesterday", "ts, ''' OR 1'"})
    void valueThatDoesNotFitItsFeatureIsRefused(String feature, String value) {
        Query query = query(TX, List.of("id")).withFilter(compared(feature, Comparison.EQUALS, value));

        assertThatThrownBy(() -> text(query))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageStartingWith("filter on '" + feature + "' of type ");
    }

    @Test
    void textThatLooksLikeAParameterIsRefused() {
        Query query = query(CUST, List.of("name")).withFilter(compared("name", Comparison.EQUALS, "a :b"));

        assertThatThrownBy(() -> text(query)).hasMessageContaining("without ':' before a word");
    }

    @Test
    void viewComesBackFromItsRow() {
        Filter filter = new Combined(
                Logic.SINGLE,
                new Compared(101L, "amount", Comparison.IN, "[1]", List.of("1"), new Query.FeatureName(105L, "age")),
                null);
        Query query = query(TX, List.of("id"), join(query(PR, List.of("age")), "p_", "id"))
                .withFilter(filter);
        FeatureView view = view(query, new Marked(null, "age", Mark.INFERENCE_HELPER));

        assertThat(FeatureView.of(view.toBytes())).isEqualTo(view);
        assertThat(HexFormat.of().formatHex(view.toBytes())).isEqualTo(GOLDEN);
        TrainingDatasets.TrainingDataset dataset =
                new TrainingDatasets.TrainingDataset(1, "fv", 1, 2, 42, filter, "{}", GroupBuilder.CREATION);
        assertThat(TrainingDatasets.TrainingDataset.of(dataset.toBytes())).isEqualTo(dataset);
    }
}
