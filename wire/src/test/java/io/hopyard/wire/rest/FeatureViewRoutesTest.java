package io.hopyard.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.serving.ServingCatalog.Lookup;
import io.hopyard.core.serving.ServingView;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeatureViewRoutesTest {
    private final CatalogWorld world = new CatalogWorld();
    private final String views = world.store() + "/featureview";
    private final String view = views + "/fv/version/1";
    private ObjectNode tx = Json.object();
    private ObjectNode pr = Json.object();

    @BeforeEach
    void groups() {
        tx = world.create(GroupBody.named("tx")
                .key("id", "bigint")
                .feature("amount", "double")
                .feature("fraud", "boolean")
                .feature("ts", "timestamp")
                .eventTime("ts"));
        pr = world.create(
                GroupBody.named("pr").key("id", "bigint").key("kind", "string").feature("age", "int"));
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static JsonNode json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode query(ObjectNode group, String... features) {
        ObjectNode query =
                Json.object().put("featureStoreName", "demo_featurestore").put("featureStoreId", 100);
        query.set("leftFeatureGroup", group.deepCopy());
        ArrayNode selected = Json.array();
        for (String feature : features) {
            selected.add(Json.object().put("name", feature));
        }
        query.set("leftFeatures", selected);
        query.putNull("leftFeatureGroupStartTime").putNull("filter").putNull("limit");
        query.set("joins", Json.array());
        return query;
    }

    private ObjectNode joined() {
        ObjectNode join = Json.object().put("type", "LEFT").put("prefix", "p_");
        join.set("query", query(pr, "age"));
        join.set("on", Json.array().add(Json.object().put("name", "id")));
        join.set("leftOn", Json.array());
        join.set("rightOn", Json.array());
        ObjectNode query = query(tx, "id", "amount", "fraud");
        query.set("joins", Json.array().add(join));
        return query;
    }

    private ObjectNode body() {
        ObjectNode label = Json.object().put("name", "fraud").putNull("type").put("label", true);
        label.put("inferenceHelperColumn", false)
                .put("trainingHelperColumn", false)
                .putNull("featureGroupFeatureName");
        label.set("featuregroup", tx);
        ObjectNode body = Json.object()
                .put("featurestoreId", 100)
                .put("name", "fv")
                .put("version", 1)
                .put("description", "")
                .put("loggingEnabled", false)
                .put("type", "featureViewDTO");
        body.set("query", joined());
        body.set("features", Json.array().add(label));
        body.set("transformationFunctions", Json.array());
        body.putNull("extraLogColumns");
        return body;
    }

    private JsonNode create() {
        return world.post(views, body().toString()).expect(201).body();
    }

    private static void noNulls(JsonNode node) {
        assertThat(node.isNull()).as("null in an answer").isFalse();
        node.forEach(FeatureViewRoutesTest::noNulls);
    }

    @Test
    void viewIsAnsweredWithAllFeaturesAndServingKeys() {
        JsonNode created = create();

        noNulls(created);
        assertThat(created.get("features").findValuesAsText("featureGroupFeatureName"))
                .containsExactly("id", "amount", "fraud", "age");
        assertThat(created.at("/features/3/name").asText()).isEqualTo("p_age");
        assertThat(created.at("/features/2/label").asBoolean()).isTrue();
        assertThat(created.at("/features/3/featuregroup/id").asLong()).isEqualTo(2);
        ArrayNode keys = ((ArrayNode) created.get("servingKeys")).deepCopy();
        keys.forEach(key -> ((ObjectNode) key).remove("featureGroup"));
        assertThat(keys).isEqualTo(json("""
                [{"featureName":"id","joinIndex":0,"required":true},
                 {"featureName":"id","joinIndex":1,"required":false,"prefix":"p_","joinOn":"id"},
                 {"featureName":"kind","joinIndex":1,"required":true,"prefix":"p_"}]
                """));
        assertThat(created.at("/query/leftFeatureGroup/type").asText()).isEqualTo("streamFeatureGroupDTO");
        assertThat(created.at("/query/joins/0/query/leftFeatures/0/name").asText())
                .isEqualTo("age");
        assertThat(world.get(view + "?expand=query").expect(200).body()).isEqualTo(created);
        assertThat(world.get(views + "/fv").expect(200).body().get("items").get(0))
                .isEqualTo(created);
        assertThat(world.get(views).body().get("count").asInt()).isEqualTo(1);
    }

    @Test
    void missingViewHasItsOwnCode() {
        world.get(view).refused(ErrorCode.FEATURE_VIEW_NOT_FOUND, "'fv' version 1");
        world.get(views + "/fv").refused(ErrorCode.FEATURE_VIEW_NOT_FOUND, "'fv'");
        world.delete(view).refused(ErrorCode.FEATURE_VIEW_NOT_FOUND, "'fv' version 1");
    }

    @Test
    void existingViewIsNotCreatedAgainAndTheNextVersionIsFree() {
        create();

        world.post(views, body().toString()).refused(ErrorCode.FEATURE_VIEW_EXISTS, "'fv' version 1");
        ObjectNode next = body();
        next.putNull("version");
        assertThat(world.post(views, next.toString())
                        .expect(201)
                        .body()
                        .get("version")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void wrongViewsAreRefusedWithTheValue() {
        ObjectNode unknown = body();
        ((ObjectNode) unknown.at("/query/leftFeatures/0")).put("name", "nope");
        world.post(views, unknown.toString()).refused(ErrorCode.INVALID_QUERY, "feature: 'nope'");
        ObjectNode label = body();
        ((ObjectNode) label.at("/features/0")).put("name", "nope");
        world.post(views, label.toString()).refused(ErrorCode.INVALID_FEATURE_VIEW, "label: 'nope'");
        ObjectNode type = body();
        ((ObjectNode) type.at("/query/joins/0")).put("type", "SIDEWAYS");
        world.post(views, type.toString()).refused(ErrorCode.INVALID_QUERY, "join type: 'SIDEWAYS'");
        ObjectNode foreign = body();
        ((ObjectNode) foreign.at("/query/joins/0/query/leftFeatureGroup")).put("featurestoreId", 555);
        world.post(views, foreign.toString()).refused(ErrorCode.FORBIDDEN, "feature store: 555");
        ObjectNode unsaved = body();
        ((ObjectNode) unsaved.at("/query/leftFeatureGroup")).putNull("id");
        world.post(views, unsaved.toString()).refused(ErrorCode.INVALID_QUERY, "without an id");
        ObjectNode logging = body().put("loggingEnabled", true);
        world.post(views, logging.toString()).refused(ErrorCode.NOT_AVAILABLE, "loggingEnabled");
        ObjectNode name = body().put("name", "My View");
        world.post(views, name.toString()).refused(ErrorCode.INVALID_FEATURE_VIEW, "'My View'");
        assertThat(world.get(views).body().get("count").asInt()).isZero();
    }

    @Test
    void statementsHaveTheFormOfTheClient() {
        create();

        assertThat(world.get(
                                view
                                        + "/preparedstatement?batch=False&inference_helper_columns=False&logging_meta_data=False&feature_vector_with_inference_helpers=False")
                        .expect(200)
                        .body())
                .isEqualTo(json("""
                {"count":2,"items":[{"featureGroupId":1,"preparedStatementIndex":0,"preparedStatementParameters":[{"name":"id","index":1}],
                  "queryOnline":"SELECT `fg0`.`id` AS `id`, `fg0`.`amount` AS `amount` FROM `demo`.`tx_1` AS `fg0` WHERE `fg0`.`id` = ?"},
                 {"featureGroupId":2,"preparedStatementIndex":1,"preparedStatementParameters":[{"name":"id","index":1},{"name":"kind","index":2}],
                  "queryOnline":"SELECT `fg0`.`age` AS `p_age` FROM `demo`.`pr_1` AS `fg0` WHERE `fg0`.`id` = ? AND `fg0`.`kind` = ?","prefix":"p_"}]}
                """));
        assertThat(world.get(view + "/preparedstatement?batch=True&inference_helper_columns=True")
                        .body())
                .isEqualTo(json("{\"count\":0,\"items\":[]}"));
    }

    @Test
    void batchQueryHasNoLabelUnlessAsked() {
        create();

        JsonNode plain = world.get(view + "/query/batch?with_label=False&is_hive_engine=True")
                .expect(200)
                .body();
        assertThat(plain.get("leftFeatures").findValuesAsText("name")).containsExactly("id", "amount");
        JsonNode all = world.get(
                        view
                                + "/query/batch?with_label=True&with_event_time=True&with_primary_keys=True&start_time=1000000&end_time=1767225600000")
                .expect(200)
                .body();
        assertThat(all.get("leftFeatures").findValuesAsText("name")).containsExactly("id", "amount", "fraud", "ts");
        assertThat(all.at("/joins/0/query/leftFeatures").findValuesAsText("name"))
                .containsExactly("age", "id", "kind");
        assertThat(all.at("/filter/leftFilter/value").asText()).isEqualTo("2026-01-01 00:00:00.000");
        world.get(view + "/query/batch?start_time=x").refused(ErrorCode.INVALID_REQUEST, "start_time: 'x'");
        JsonNode filtered = world.post(
                        view + "/query/batch?with_label=False",
                        "{\"type\":\"SINGLE\",\"leftFilter\":{\"feature\":{\"name\":\"amount\"},\"condition\":\"GREATER_THAN\",\"value\":\"1\"}}")
                .expect(200)
                .body();
        assertThat(filtered.at("/filter/leftFilter/feature/name").asText()).isEqualTo("amount");
    }

    @Test
    void timeWindowNeedsAnEventTime() {
        ObjectNode body = body().put("name", "plain");
        body.set("query", query(pr, "age"));
        body.set("features", Json.array());
        world.post(views, body.toString()).expect(201);

        world.get(views + "/plain/version/1/query/batch?end_time=1767225600000")
                .refused(ErrorCode.EVENT_TIME_NOT_FOUND, "'pr' version 1");
    }

    @Test
    void queryBecomesSqlAndOfflineReadsAreRefused() {
        String path = "/project/100/featurestores/query";
        JsonNode answer =
                world.put(path + "?hqs=False", joined().toString()).expect(200).body();

        assertThat(answer).isEqualTo(json("""
                {"query":"SELECT `fg0`.`id` `id`, `fg0`.`amount` `amount`, `fg0`.`fraud` `fraud`, `fg1`.`age` `p_age` FROM `demo_featurestore`.`tx_1` `fg0` LEFT JOIN `demo_featurestore`.`pr_1` `fg1` ON `fg0`.`id` = `fg1`.`id`",
                 "queryOnline":"SELECT `fg0`.`id` `id`, `fg0`.`amount` `amount`, `fg0`.`fraud` `fraud`, `fg1`.`age` `p_age` FROM `demo`.`tx_1` `fg0` LEFT JOIN `demo`.`pr_1` `fg1` ON `fg0`.`id` = `fg1`.`id`",
                 "onDemandFeatureGroups":[],"hudiCachedFeatureGroups":[]}
                """));
        world.put(path + "?hqs=True", joined().toString()).refused(ErrorCode.NOT_AVAILABLE, "offline store");
        assertThat(world.send(world.observerKey, "PUT", path + "?hqs=False", joined().toString())
                        .status())
                .as("a query is a read")
                .isEqualTo(200);
        world.put(path, "{}").refused(ErrorCode.INVALID_REQUEST, "leftFeatureGroup: missing");
    }

    @Test
    void provenanceLeadsFromViewToGroupsAndBack() {
        create();

        JsonNode up = world.get(view + "/provenance/links?expand=provenance_artifacts&upstreamLvls=1&downstreamLvls=0")
                .expect(200)
                .body();
        assertThat(up.get("upstream")).hasSize(2);
        assertThat(up.at("/upstream/0/node/artifact/name").asText()).isEqualTo("tx");
        assertThat(up.at("/upstream/1/node/artifact/onlineEnabled").asBoolean()).isTrue();
        JsonNode down = world.get(world.store() + "/featuregroups/2/provenance/links?upstreamLvls=0&downstreamLvls=1")
                .expect(200)
                .body();
        assertThat(down.at("/downstream/0/node/artifact_type").asText()).isEqualTo("FEATURE_VIEW");
        assertThat(down.at("/downstream/0/node/artifact/name").asText()).isEqualTo("fv");
    }

    @Test
    void groupInUseIsOnlyDeletedOnDemand() {
        create();
        String group = world.store() + "/featuregroups/2";
        world.delete(group).refused(ErrorCode.NOT_EMPTY, "'fv' version 1");

        world.delete(group + "?force=True").expect(200);

        world.get(view).refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "feature group: 2");
        JsonNode up =
                world.get(view + "/provenance/links?upstreamLvls=1").expect(200).body();
        assertThat(up.at("/upstream/1/node/deleted").asBoolean()).isTrue();
        world.delete(view).expect(200);
        world.delete(world.store() + "/featuregroups/1").expect(200);
    }

    @Test
    void groupTakesItsViewsAlongWhenAsked() {
        create();

        world.delete(world.store() + "/featuregroups/2?deleteFeatureViews=True").expect(200);

        world.get(view).refused(ErrorCode.FEATURE_VIEW_NOT_FOUND, "fv");
    }

    @Test
    void trainingDatasetsAreRemembered() {
        create();
        String datasets = view + "/trainingdatasets";
        String body = """
                {"name":"fv","version":null,"description":"d","dataFormat":"tsv","coalesce":false,"trainingDatasetType":"IN_MEMORY_TRAINING_DATASET","features":null,
                 "splits":[{"name":"train","percentage":0.5,"splitType":"RANDOM_SPLIT","startTime":null,"endTime":null}],"seed":null,"queryDTO":null,
                 "statisticsConfig":{"enabled":true},"trainSplit":"train","eventStartTime":1000,"extraFilter":null,"spineAnchored":false,"type":"trainingDatasetDTO",
                 "dataSource":{"path":"","storageConnector":{"type":null}}}
                """;

        JsonNode created = world.post(datasets, body).expect(201).body();

        noNulls(created);
        assertThat(created.fieldNames())
                .toIterable()
                .contains(
                        "type",
                        "version",
                        "dataFormat",
                        "featurestoreId",
                        "created",
                        "splits",
                        "statisticsConfig",
                        "seed")
                .doesNotContain("dataSource", "queryDTO", "features");
        assertThat(created.get("version").asInt()).isEqualTo(1);
        assertThat(world.get(datasets + "/version/1").expect(200).body()).isEqualTo(created);
        assertThat(world.get(datasets).body().get("count").asInt()).isEqualTo(1);
        world.get(datasets + "/version/9").refused(ErrorCode.TRAINING_DATASET_NOT_FOUND, "version 9");
        world.post(datasets, body.replace("RANDOM_SPLIT", "X"))
                .refused(ErrorCode.INVALID_TRAINING_DATASET, "splitType: 'X'");
        world.post(datasets, body.replace("0.5", "1.5")).refused(ErrorCode.INVALID_TRAINING_DATASET, "1.5");
        world.post(datasets + "/version/1/compute", "{}").refused(ErrorCode.NOT_AVAILABLE, "compute");
        world.post(datasets, body.replace("IN_MEMORY", "HOPSFS"))
                .refused(ErrorCode.NOT_AVAILABLE, "HOPSFS_TRAINING_DATASET");
        world.get(datasets + "/version/2").refused(ErrorCode.TRAINING_DATASET_NOT_FOUND, "version 2");
        String statistics = datasets + "/version/1/statistics";
        world.post(statistics, "{\"computationTime\":5,\"beforeTransformation\":true}")
                .expect(201);
        world.post(statistics, "{\"computationTime\":7,\"beforeTransformation\":true}")
                .expect(201);
        world.post(statistics, "{\"computationTime\":6,\"beforeTransformation\":false}")
                .expect(201);
        assertThat(world.get(
                                statistics
                                        + "?training_dataset_version=1&sort_by=computation_time:desc&filter_by=before_transformation_eq:True")
                        .body()
                        .at("/items/0/computationTime")
                        .asLong())
                .isEqualTo(7);
        world.put(datasets + "/version/1/tags/a", "1").expect(201);
        world.delete(datasets + "/version/1").expect(200);
        assertThat(world.get(datasets).body().get("count").asInt()).isZero();
    }

    @Test
    void descriptionChangesAndTagsStay() {
        create();
        world.put(view + "/tags/owner", "\"me\"").expect(201);

        world.put(view, body().put("description", "new").toString()).expect(200);

        assertThat(world.get(view).body().get("description").asText()).isEqualTo("new");
        assertThat(world.get(view + "/tags").body().get("count").asInt()).isEqualTo(1);
        world.delete(view).expect(200);
        create();
        assertThat(world.get(view + "/tags").body().get("count").asInt()).isZero();
    }

    @Test
    void servingCatalogFollowsEveryChange() {
        assertThat(world.serving.view("demo", "fv", 1, CatalogWorld.deadline())).isInstanceOf(Lookup.NoView.class);
        assertThat(world.serving.view("none", "fv", 1, CatalogWorld.deadline())).isInstanceOf(Lookup.NoStore.class);
        create();

        ServingView first = found();
        assertThat(found()).as("nothing changed").isSameAs(first);
        assertThat(first.features())
                .extracting(ServingView.ServingFeature::name)
                .containsExactly("id", "amount", "fraud", "p_age");
        assertThat(first.features())
                .extracting(ServingView.ServingFeature::ordinal)
                .containsExactly(0, 1, 2, 2);
        assertThat(first.groups().get(1).keys())
                .containsExactly(
                        new ServingView.ServingKey("id", "p_", false, "id"),
                        new ServingView.ServingKey("kind", "p_", true, null));
        ((ArrayNode) tx.get("features")).add(Json.object().put("name", "more").put("type", "int"));
        world.put(world.store() + "/featuregroups/1?updateMetadata=True", tx.toString())
                .expect(200);

        assertThat(found().groups().getFirst().schema().columns()).hasSize(5);
        assertThat(found().groups().getFirst().subject()).contains("\"more\"");
        assertThat(world.serving.table("DEMO", "tx_1", CatalogWorld.deadline())).isNotNull();
        assertThat(world.serving.table("demo", "tx_2", CatalogWorld.deadline())).isNull();
        world.delete(world.store() + "/featuregroups/1?force=True").expect(200);
        assertThat(world.serving.view("demo", "fv", 1, CatalogWorld.deadline())).isInstanceOf(Lookup.NoGroup.class);
        assertThat(world.serving.table("demo", "tx_1", CatalogWorld.deadline())).isNull();
    }

    private ServingView found() {
        return ((Lookup.Found) world.serving.view("demo", "fv", 1, CatalogWorld.deadline())).view();
    }

    @Test
    void offlineGroupIsNotReadOnline() {
        ObjectNode plain =
                world.create(GroupBody.named("plain").feature("a", "int").offline());
        ObjectNode body = body().put("name", "offline");
        body.set("query", query(plain, "a"));
        body.set("features", Json.array());
        world.post(views, body.toString()).expect(201);

        Lookup.Found found = (Lookup.Found) world.serving.view("demo", "offline", 1, CatalogWorld.deadline());
        assertThat(found.view().groups())
                .extracting(ServingView.ServingGroup::read)
                .isEqualTo(List.of(false));
        assertThat(found.view().features().getFirst().ordinal()).isEqualTo(-1);
        JsonNode answer = world.put(
                        "/project/100/featurestores/query", query(plain, "a").toString())
                .expect(200)
                .body();
        assertThat(answer.has("queryOnline")).isFalse();
    }
}
