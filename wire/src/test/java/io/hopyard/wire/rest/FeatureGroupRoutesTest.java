package io.hopyard.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.catalog.CatalogTargets;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.ingest.IngestPartition;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.PartitionProgress;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.testkit.database.MemoryDatabase.LostAnswer;
import io.hopyard.wire.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FeatureGroupRoutesTest {
    private final CatalogWorld world = new CatalogWorld();
    private final String groups = world.store() + "/featuregroups";

    @AfterEach
    void close() {
        world.close();
    }

    private static GroupBody transactions() {
        return GroupBody.named("tx")
                .key("id", "bigint")
                .feature("ts", "timestamp")
                .feature("name", "string")
                .feature("ok", "boolean")
                .feature("vector", "array<double>")
                .eventTime("ts");
    }

    private static void noNulls(JsonNode node) {
        assertThat(node.isNull()).as("null in an answer").isFalse();
        node.forEach(FeatureGroupRoutesTest::noNulls);
    }

    private static JsonNode json(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void creationIsAnsweredWithWhatTheClientNeeds() {
        ObjectNode group = world.create(transactions());

        noNulls(group);
        ObjectNode stable = group.deepCopy();
        stable.remove(List.of("created"));
        stable.set("creator", ((ObjectNode) stable.get("creator")).without("username"));
        assertThat(stable).isEqualTo(json("""
                {"type":"streamFeatureGroupDTO","id":1,"name":"tx","version":1,"featurestoreId":100,"onlineEnabled":true,
                 "timeTravelFormat":"ICEBERG","eventTime":"ts","features":[
                  {"name":"id","type":"bigint","primary":true,"foreign":false,"partition":false,"hudiPrecombineKey":false,"onDemand":false,"featureGroupId":1,"onlineType":"bigint"},
                  {"name":"ts","type":"timestamp","primary":false,"foreign":false,"partition":false,"hudiPrecombineKey":false,"onDemand":false,"featureGroupId":1,"onlineType":"timestamp"},
                  {"name":"name","type":"string","primary":false,"foreign":false,"partition":false,"hudiPrecombineKey":false,"onDemand":false,"featureGroupId":1,"onlineType":"varchar(100)"},
                  {"name":"ok","type":"boolean","primary":false,"foreign":false,"partition":false,"hudiPrecombineKey":false,"onDemand":false,"featureGroupId":1,"onlineType":"tinyint"},
                  {"name":"vector","type":"array<double>","primary":false,"foreign":false,"partition":false,"hudiPrecombineKey":false,"onDemand":false,"featureGroupId":1,"onlineType":"varbinary(100)"}],
                 "featurestoreName":"demo_featurestore","description":"","onlineTopicName":"100_1_tx_1_onlinefs","deprecated":false,
                 "creator":{"email":"owner@example.com"},"ttlEnabled":false,
                 "statisticsConfig":{"enabled":true,"correlations":false,"histograms":false,"exactUniqueness":false,"columns":[]}}
                """));
        assertThat(world.topics.ends).containsOnlyKeys("100_1_tx_1_onlinefs");
    }

    @Test
    void groupIsFoundByNameVersionAndId() {
        ObjectNode created = world.create(transactions());
        world.create(transactions().version(2));

        assertThat(world.get(groups + "/tx?version=1&expand=features&expand=expectationsuite")
                        .expect(200)
                        .body())
                .isEqualTo(Json.array().add(created));
        assertThat(world.get(groups + "/tx").expect(200).body()).hasSize(2);
        assertThat(world.get(groups + "/1").expect(200).body()).isEqualTo(created);
        assertThat(world.get(groups).expect(200).body().get("count").asInt()).isEqualTo(2);
        world.get(groups + "/tx?version=3").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "'tx' version 3");
        world.get(groups + "/other").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "'other'");
        world.get(groups + "/77").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "77");
    }

    @Test
    void versionThatIsLeftOutIsTheNextOne() {
        world.create(transactions());
        ObjectNode second =
                world.create(transactions().with("version", Json.object().nullNode()));

        assertThat(second.get("version").asInt()).isEqualTo(2);
    }

    @Test
    void existingGroupIsNotCreatedAgain() {
        world.create(transactions());

        world.post(groups, transactions().json()).refused(ErrorCode.FEATURE_GROUP_EXISTS, "'tx' version 1");
    }

    @Test
    void creationThatWasCutShortIsFinishedByTheNext() {
        world.topics.failNextCreate = true;
        world.post(groups, transactions().json()).refused(ErrorCode.UNAVAILABLE, "the log is away");
        world.get(groups + "/tx?version=1").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "tx");

        ObjectNode group = world.create(transactions());

        assertThat(group.get("id").asLong()).isEqualTo(1);
        assertThat(world.topics.ends).hasSize(1);
    }

    @Test
    void creationThatWasCutShortDoesNotBlockAnotherDefinition() {
        world.topics.failNextCreate = true;
        world.post(groups, transactions().json()).expect(503);

        ObjectNode group = world.create(GroupBody.named("tx").key("other", "int"));

        assertThat(group.get("features")).hasSize(1);
        assertThat(world.get(groups).body().get("count").asInt()).isEqualTo(1);
    }

    @Test
    void lostAnswerOfTheDatabaseIsNoFailure() {
        for (LostAnswer how : LostAnswer.values()) {
            world.database.loseAnswer(how);
            world.create(GroupBody.named("lost_" + how.name().toLowerCase(java.util.Locale.ROOT))
                    .key("id", "int"));
        }

        assertThat(world.get(groups).body().get("count").asInt()).isEqualTo(LostAnswer.values().length);
    }

    @Test
    void twoCreatorsAtOnceMakeOneGroup() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<CatalogWorld.Reply>> creators = java.util.Collections.nCopies(
                    8, () -> world.post(groups, transactions().json()));
            int created = 0;
            for (var reply : threads.invokeAll(creators)) {
                int status = reply.get().status();
                assertThat(status).isIn(201, 409);
                created += status == 201 ? 1 : 0;
            }
            assertThat(created).isPositive();
        }
        assertThat(world.get(groups).body().get("count").asInt()).isEqualTo(1);
        assertThat(world.topics.ends).hasSize(1);
    }

    static Stream<Arguments> wrongGroups() {
        return Stream.of(
                Arguments.of(GroupBody.named("Tx").key("id", "int"), "'Tx' (expected: 1 to 63 lower-case"),
                Arguments.of(GroupBody.named("1x").key("id", "int"), "'1x'"),
                Arguments.of(GroupBody.named("x".repeat(64)).key("id", "int"), "expected: 1 to 63"),
                Arguments.of(GroupBody.named("x").version(0).key("id", "int"), "version: 0 (expected: >= 1)"),
                Arguments.of(GroupBody.named("x").version(-3).key("id", "int"), "version: -3"),
                Arguments.of(GroupBody.named("x").key("id", "uint64"), "feature 'id': type 'uint64'"),
                Arguments.of(GroupBody.named("x").key("id", "int").feature("id", "int"), "feature 'id' comes twice"),
                Arguments.of(GroupBody.named("x").feature("a", "int"), "primary key: none"),
                Arguments.of(GroupBody.named("x").key("k", "double"), "primary key 'k' of type double"),
                Arguments.of(GroupBody.named("x").key("k", "array<int>"), "primary key 'k' of type array<int>"),
                Arguments.of(GroupBody.named("x"), "features: 0 (expected: 1 to 4096)"),
                Arguments.of(GroupBody.named("x").key("Id", "int"), "feature name: 'Id'"),
                Arguments.of(GroupBody.named("x").key("id", "int").eventTime("ts"), "event time: 'ts'"),
                Arguments.of(
                        GroupBody.named("x")
                                .key("id", "int")
                                .feature("t", "string")
                                .eventTime("t"),
                        "event time 't' of type string"),
                Arguments.of(
                        GroupBody.named("x")
                                .key("id", "int")
                                .with("ttl", json("60"))
                                .with("ttlEnabled", json("true")),
                        "ttl: 60 seconds without an event time"),
                Arguments.of(
                        GroupBody.named("x")
                                .key("id", "int")
                                .feature("t", "timestamp")
                                .eventTime("t")
                                .with("ttl", json("0")),
                        "ttl: 0 seconds"));
    }

    @ParameterizedTest
    @MethodSource("wrongGroups")
    void wrongDefinitionIsRefusedWithTheValue(GroupBody body, String part) {
        world.post(groups, body.json()).refused(ErrorCode.INVALID_FEATURE_GROUP, part);

        assertThat(world.get(groups).body().get("count").asInt()).isZero();
        assertThat(world.topics.ends).isEmpty();
    }

    @Test
    void wrongJsonIsRefusedWithTheMember() {
        world.post(groups, "{\"name\":5}").refused(ErrorCode.INVALID_REQUEST, "name: 5 (expected: a text)");
        world.post(groups, "{}").refused(ErrorCode.INVALID_REQUEST, "name: missing");
        world.post(groups, "[]").expect(400);
        world.post(groups, "nonsense").expect(400);
        world.post(groups, transactions().with("features", json("{}")).json()).expect(201);
        world.post(groups, "{\"name\":\"a\",\"features\":7}").refused(ErrorCode.INVALID_REQUEST, "features: 7");
    }

    @Test
    void whatIsNotThereIsRefusedClearly() {
        GroupBody external = transactions().with("type", Json.array().textNode("onDemandFeaturegroupDTO"));
        world.post(groups, external.json()).refused(ErrorCode.NOT_AVAILABLE, "external");
        GroupBody vectors = transactions().with("embeddingIndex", Json.object().put("indexName", "x"));
        world.post(groups, vectors.json()).refused(ErrorCode.NOT_AVAILABLE, "vector index");
    }

    @Test
    void changedFeatureThatComesLastKeepsItsPlace() {
        ObjectNode group = world.create(transactions());
        ArrayNode features = (ArrayNode) group.get("features");
        ObjectNode name = (ObjectNode) features.remove(2);
        features.add(name.put("description", "who"));

        JsonNode updated = world.put(groups + "/1?updateMetadata=True", group.toString())
                .expect(200)
                .body();

        assertThat(updated.get("features").findValuesAsText("name"))
                .containsExactly("id", "ts", "name", "ok", "vector");
        assertThat(updated.get("features").get(2).get("description").asText()).isEqualTo("who");
        noNulls(updated);
    }

    @Test
    void appendedFeatureMakesANewVersionOfTheSubject() {
        ObjectNode group = world.create(transactions());
        String subject = world.store() + "/kafka/subjects/tx_1/versions/";
        JsonNode before = world.get(subject + "latest").expect(200).body();
        ((ArrayNode) group.get("features"))
                .add(Json.object().put("name", "more").put("type", "int").put("defaultValue", "7"));

        world.put(groups + "/1?updateMetadata=True", group.toString()).expect(200);

        JsonNode after = world.get(subject + "latest").expect(200).body();
        assertThat(before.get("version").asInt()).isEqualTo(1);
        assertThat(after.get("version").asInt()).isEqualTo(2);
        assertThat(after.get("id").asLong()).isNotEqualTo(before.get("id").asLong());
        assertThat(after.get("schema").asText()).contains("\"more\"");
        assertThat(world.get(subject + "1").expect(200).body()).isEqualTo(before);
        world.get(subject + "3").refused(ErrorCode.SUBJECT_NOT_FOUND, "tx_1");
        world.get(world.store() + "/kafka/subjects/none_1/versions/latest")
                .refused(ErrorCode.SUBJECT_NOT_FOUND, "none_1");
    }

    @Test
    void removedAndRetypedFeaturesAreRefused() {
        ObjectNode group = world.create(transactions());
        ObjectNode fewer = group.deepCopy();
        ((ArrayNode) fewer.get("features")).remove(4);
        world.put(groups + "/1?updateMetadata=True", fewer.toString())
                .refused(ErrorCode.INVALID_FEATURE_GROUP, "feature 'vector' is missing");
        ObjectNode retyped = group.deepCopy();
        ((ObjectNode) retyped.get("features").get(2)).put("type", "int");
        world.put(groups + "/1?updateMetadata=True", retyped.toString())
                .refused(ErrorCode.INVALID_FEATURE_GROUP, "type of feature 'name': int");
    }

    @Test
    void timeToLiveStatisticsAndDeprecationCanBeChanged() {
        ObjectNode group = world.create(transactions());
        group.put("ttl", 3600).put("ttlEnabled", true).put("description", "new");
        JsonNode updated = world.put(groups + "/1?updateMetadata=True", group.toString())
                .expect(200)
                .body();
        assertThat(updated.get("ttl").asLong()).isEqualTo(3600);
        assertThat(updated.get("description").asText()).isEqualTo("new");

        assertThat(world.put(groups + "/1?deprecate=True", group.toString())
                        .body()
                        .get("deprecated")
                        .asBoolean())
                .isTrue();
        group.set("statisticsConfig", json("{\"enabled\":false,\"columns\":[\"id\"]}"));
        JsonNode config = world.put(groups + "/1?updateStatsConfig=True", group.toString())
                .body()
                .get("statisticsConfig");
        assertThat(config.get("enabled").asBoolean()).isFalse();
        assertThat(config.get("columns").get(0).asText()).isEqualTo("id");
    }

    @Test
    void deletionTakesTopicRowsAndAttachmentsAlong() {
        world.create(transactions());
        world.put(groups + "/1/tags/owner", "\"me\"").expect(201);
        world.post(groups + "/1/online_ingestion", "{\"numEntries\":3}").expect(201);

        world.delete(groups + "/1").expect(200);

        assertThat(world.topics.ends).isEmpty();
        world.get(groups + "/1").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "1");
        world.delete(groups + "/1").refused(ErrorCode.FEATURE_GROUP_NOT_FOUND, "1");
        assertThat(world.create(transactions()).get("id").asLong()).isEqualTo(2);
        assertThat(world.get(groups + "/2/tags").body().get("count").asInt()).isZero();
    }

    @Test
    void clearRemembersTheEndOfTheTopic() {
        world.create(transactions());
        world.topics.ends.put("100_1_tx_1_onlinefs", List.of(5L, 9L));

        world.post(groups + "/1/clear", "").expect(200);

        var target = new CatalogTargets(world.records, world.featureGroups()).find(100, 1, CatalogWorld.deadline());
        assertThat(target).extracting(IngestTarget::clearedBefore).isEqualTo(List.of(5L, 9L));
    }

    @Test
    void ingesterSeesWhatWasMadeChangedAndRemovedAtItsNextLook() {
        CatalogTargets targets = new CatalogTargets(world.records, world.featureGroups());
        assertThat(targets.all(CatalogWorld.deadline())).isEmpty();
        List<List<IngestTarget>> seen = new ArrayList<>();
        world.onGroupChange = () -> seen.add(targets.all(CatalogWorld.deadline()));

        world.create(transactions());
        world.topics.ends.put("100_1_tx_1_onlinefs", List.of(5L, 9L));
        world.post(groups + "/1/clear", "").expect(200);

        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst()).extracting(IngestTarget::topic).containsExactly("100_1_tx_1_onlinefs");
        assertThat(seen.getLast()).extracting(IngestTarget::clearedBefore).containsExactly(List.of(5L, 9L));
        world.delete(groups + "/1").expect(200);
        assertThat(targets.all(CatalogWorld.deadline())).isEmpty();
        assertThat(new CatalogTargets(world.records, world.featureGroups()).all(CatalogWorld.deadline()))
                .isEmpty();
    }

    @Test
    void ingestionsAreCountedAndRejectedRowsListed() {
        world.create(transactions());
        JsonNode opened = world.post(groups + "/1/online_ingestion", "{\"id\":null,\"numEntries\":3}")
                .expect(201)
                .body();
        assertThat(opened).isEqualTo(json("{\"id\":1,\"numEntries\":3}"));
        var partition = new IngestPartition(100, 1, 0);
        var state =
                world.ledger.load(List.of(partition), CatalogWorld.deadline()).getFirst();
        PartitionProgress progress = new PartitionProgress(state);
        progress.count(1L, IngestStatus.UPSERTED);
        progress.count(1L, IngestStatus.UPSERTED);
        progress.reject(
                new RejectedRow(0, 2, java.time.Instant.EPOCH, RejectReason.NULL_KEY, "id: null", 1L, new byte[] {1}));
        progress.reached(3);
        world.ledger.commit(List.of(progress), CatalogWorld.deadline());

        assertThat(world.get(groups + "/1/online_ingestion?filter_by=ID:1")
                        .expect(200)
                        .body())
                .isEqualTo(
                        json(
                                "{\"count\":1,\"items\":[{\"id\":1,\"numEntries\":3,\"results\":[{\"onlineIngestionId\":1,\"status\":\"UPSERTED\",\"rows\":2},{\"onlineIngestionId\":1,\"status\":\"FAILED\",\"rows\":1}]}]}"));
        assertThat(world.get(groups + "/1/online_ingestion?filter_by=LATEST")
                        .body()
                        .get("count")
                        .asInt())
                .isEqualTo(1);
        assertThat(world.get(groups + "/1/online_ingestion?filter_by=ID:9").body())
                .isEqualTo(json("{\"count\":0}"));
        world.get(groups + "/1/online_ingestion?filter_by=x").refused(ErrorCode.INVALID_REQUEST, "filter_by: 'x'");
        JsonNode rejected =
                world.get(groups + "/1/online_ingestion/rejected").expect(200).body();
        assertThat(rejected.at("/items/0/failureReason").asText()).isEqualTo("id: null");
        assertThat(rejected.at("/items/0/offset").asLong()).isEqualTo(2);
    }

    @Test
    void jobHasExecutionsWhoseLogSaysTheTruth() {
        world.create(transactions());
        String job = "/project/100/jobs/tx_1_offline_fg_materialization";
        JsonNode found = world.get(job + "?expand=creator").expect(200).body();
        assertThat(found.fieldNames())
                .toIterable()
                .contains("id", "name", "creationTime", "config", "jobType", "creator", "href");
        assertThat(found.get("href").asText())
                .endsWith("/hopsworks-api/api/project/100/jobs/tx_1_offline_fg_materialization");
        assertThat(world.get(job + "/executions?limit=1&sort_by=submissiontime:desc")
                        .body())
                .isEqualTo(json("{\"count\":0}"));

        JsonNode execution = world.post(job + "/executions", "").expect(201).body();

        assertThat(execution.get("state").asText()).isEqualTo("FINISHED");
        assertThat(execution.get("finalStatus").asText()).isEqualTo("SUCCEEDED");
        assertThat(world.get(job + "/executions/" + execution.get("id").asLong())
                        .body())
                .isEqualTo(execution);
        assertThat(world.get(job + "/executions?limit=1").body().get("count").asInt())
                .isEqualTo(1);
        for (String member : List.of("stdoutPath", "stderrPath")) {
            String path = execution.get(member).asText().replace("/", "%2F");
            assertThat(world.get("/project/100/dataset/" + path)
                            .expect(200)
                            .body()
                            .at("/attributes/dir")
                            .asBoolean())
                    .isFalse();
            world.get("/project/100/dataset/download/with_auth/" + path + "?type=DATASET")
                    .expect(200);
        }
        world.get("/project/100/jobs/none_1_offline_fg_materialization").refused(ErrorCode.JOB_NOT_FOUND, "none_1");
        world.get("/project/100/dataset/Models").refused(ErrorCode.DATASET_NOT_FOUND, "Models");
    }

    @Test
    void emptySuiteAndCommitsAreCounts() {
        world.create(transactions());

        assertThat(world.get(groups + "/1/expectationsuite").expect(200).body()).isEqualTo(json("{\"count\":0}"));
        assertThat(world.get(groups + "/1/commits?sort_by=committed_on:desc&offset=0&limit=1")
                        .expect(200)
                        .body())
                .isEqualTo(json("{\"count\":0,\"items\":[]}"));
        world.post(groups + "/1/expectationsuite", "{}").refused(ErrorCode.NOT_AVAILABLE, "expectation suites");
    }

    @Test
    void tagsAndKeywordsAreKept() {
        world.create(transactions());
        String group = groups + "/1";
        world.put(group + "/tags/owner", "\"me\"").expect(201);
        world.put(group + "/tags/level", "{\"a\":1}").expect(201);

        assertThat(world.get(group + "/tags/owner").body())
                .isEqualTo(json("{\"count\":1,\"items\":[{\"name\":\"owner\",\"value\":\"\\\"me\\\"\"}]}"));
        assertThat(world.get(group + "/tags").body().get("count").asInt()).isEqualTo(2);
        world.delete(group + "/tags/owner").expect(200);
        world.get(group + "/tags/owner").refused(ErrorCode.TAG_NOT_FOUND, "owner");

        world.post(group + "/keywords", "{\"keywords\":[\"a\",\"b\"]}").expect(200);
        assertThat(world.get(group + "/keywords").body().get("keywords")).isEqualTo(json("[\"a\",\"b\"]"));
        assertThat(world.get("/project/100/featurestores/keywords").body())
                .isEqualTo(json("{\"keywords\":[\"a\",\"b\"]}"));
        world.delete(group + "/keywords?keyword=a").expect(200);
        assertThat(world.get(group + "/keywords").body().get("keywords")).isEqualTo(json("[\"b\"]"));
    }

    @Test
    void statisticsComeBackUnchangedByTheirAttributes() {
        world.create(transactions());
        String path = groups + "/1/statistics";
        String document =
                "{\"computationTime\":1795502048788,\"rowPercentage\":1.0,\"windowEndCommitTime\":7,\"featureDescriptiveStatistics\":[{\"featureName\":\"amount\",\"count\":2.0,\"percentiles\":[1.5,2.25]}]}";
        assertThat(world.get(path).body()).isEqualTo(json("{\"count\":0}"));

        world.post(path, document).expect(201);

        JsonNode found = world.get(
                        path
                                + "?offset=0&limit=1&fields=content&sort_by=window_end_commit_time:desc&filter_by=window_end_commit_time_eq:7")
                .body();
        assertThat(found.get("items").get(0)).isEqualTo(json(document));
        assertThat(world.get(path + "?filter_by=window_end_commit_time_eq:8").body())
                .isEqualTo(json("{\"count\":0}"));
        assertThat(world.get(path + "?filter_by=row_percentage_eq:1.0&filter_by=computation_time_ltoeq:1795502048788")
                        .body()
                        .get("count")
                        .asInt())
                .isEqualTo(1);
        world.get(path + "?filter_by=nonsense").refused(ErrorCode.INVALID_REQUEST, "filter_by: 'nonsense'");
        world.post(path + "/compute", "").refused(ErrorCode.NOT_AVAILABLE, "statistics");
    }

    @Test
    void functionsAreStoredByNameAndVersion() {
        String path = world.store() + "/transformationfunctions";
        String function =
                "{\"id\":null,\"version\":1,\"transformationType\":\"undefined\",\"hopsworksUdf\":{\"sourceCode\":\"def f(x): ..\",\"outputTypes\":[\"double\"],\"name\":\"plus1\",\"droppedArgumentNames\":null}}";

        JsonNode stored = world.post(path, function).expect(201).body();

        noNulls(stored);
        assertThat(stored.at("/hopsworksUdf/name").asText()).isEqualTo("plus1");
        assertThat(world.get(path + "?name=plus1&version=1").body().get("items").get(0))
                .isEqualTo(stored);
        world.post(path, function).refused(ErrorCode.TRANSFORMATION_FUNCTION_EXISTS, "'plus1' version 1");
        world.get(path + "?name=none").refused(ErrorCode.TRANSFORMATION_FUNCTION_NOT_FOUND, "'none'");
        world.delete(path + "/" + stored.get("id").asLong()).expect(200);
        assertThat(world.get(path).body().get("count").asInt()).isZero();
    }

    @Test
    void storeIsFoundByNameAndNumber() {
        JsonNode store = world.get("/project/100/featurestores/demo_featurestore")
                .expect(200)
                .body();

        assertThat(store.get("featurestoreId").asLong()).isEqualTo(100);
        assertThat(store.get("onlineFeaturestoreName").asText()).isEqualTo("demo");
        assertThat(world.get("/project/100/featurestores/100").body()).isEqualTo(store);
        assertThat(world.get("/project/100/featurestores").body())
                .isEqualTo(Json.array().add(store));
        world.get("/project/100/featurestores/none_featurestore").refused(ErrorCode.FEATURE_STORE_NOT_FOUND, "none");
    }

    @Test
    void connectorsSayWhereTheDoorsAre() {
        String connectors = world.store() + "/storageconnectors";
        assertThat(world.get(connectors + "/kafka_connector/byok?external=True")
                        .expect(200)
                        .body())
                .isEqualTo(
                        json(
                                "{\"type\":\"featurestoreKafkaConnectorDTO\",\"storageConnectorType\":\"KAFKA\",\"id\":1,\"name\":\"kafka_connector\",\"description\":\"\",\"featurestoreId\":100,\"bootstrapServers\":\"127.0.25.1:9092\",\"securityProtocol\":\"SSL\",\"sslEndpointIdentificationAlgorithm\":\"\",\"externalKafka\":false,\"options\":[]}"));
        JsonNode online =
                world.get(connectors + "/onlinefeaturestore").expect(200).body();
        assertThat(online.get("connectionString").asText()).isEqualTo("jdbc:mysql://127.0.25.1:3306/demo");
        assertThat(online.at("/arguments/0/value").asText()).isEqualTo("demo_" + world.owner.username());
        assertThat(online.at("/arguments/1/value").asText()).matches("[A-Za-z0-9]{32}");
        world.get(connectors + "/mine").refused(ErrorCode.STORAGE_CONNECTOR_NOT_FOUND, "'mine'");
    }

    @Test
    void observerReadsAndDoesNotWrite() {
        world.create(transactions());

        assertThat(world.send(world.observerKey, "GET", groups + "/1", null).status())
                .isEqualTo(200);
        for (var route : world.routes) {
            if (route.access() != io.hopyard.wire.http.Access.PROJECT_WRITE) {
                continue;
            }
            String path = route.path()
                    .replace("/hopsworks-api/api", "")
                    .replace("{projectId}", "100")
                    .replace("{storeId}", "100")
                    .replaceAll("\\{[a-zA-Z]+}", "1");
            assertThat(world.send(world.observerKey, route.method(), path, "{}").status())
                    .as(route.method() + " " + route.path())
                    .isEqualTo(403);
        }
    }

    @Test
    void storeOfAnotherProjectIsClosed() {
        world.get("/project/100/featurestores/101/featuregroups").refused(ErrorCode.FORBIDDEN, "feature store: 101");
    }
}
