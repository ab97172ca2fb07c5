package io.hopyard.wire.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.testkit.http.RouteFuzz;
import io.hopyard.testkit.http.RouteShape;
import io.hopyard.wire.http.Json;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CatalogFuzzTest {
    private final CatalogWorld world = new CatalogWorld();
    private final HttpClient http = HttpClient.newHttpClient();
    private final DoorClient client = new DoorClient(http, "http://127.0.25.1:" + world.door.port());

    @AfterEach
    void close() {
        world.close();
        http.close();
    }

    private List<RouteShape> shapes() {
        return world.routes.stream()
                .map(route -> new RouteShape(
                        route.method(), route.path(), route.access().name(), route.query()))
                .toList();
    }

    private static ObjectNode view(ObjectNode group) {
        ObjectNode query = Json.object().put("featureStoreId", 100);
        query.set("leftFeatureGroup", group);
        query.set("leftFeatures", Json.array().add(Json.object().put("name", "id")));
        ObjectNode comparison = Json.object().put("condition", "EQUALS").put("value", "1");
        comparison.set("feature", Json.object().put("name", "id"));
        ObjectNode filter = Json.object().put("type", "SINGLE");
        filter.set("leftFilter", comparison);
        query.set("filter", filter);
        ObjectNode view = Json.object().put("name", "fv").put("version", 1);
        view.set("query", query);
        view.set("features", Json.array().add(Json.object().put("name", "id").put("label", true)));
        return view;
    }

    @Test
    void mutatedRequestsNeverBreakAnything() throws Exception {
        GroupBody group = GroupBody.named("tx")
                .key("id", "bigint")
                .feature("ts", "timestamp")
                .eventTime("ts");
        ObjectNode created = world.create(group);
        ObjectNode view = view(created);
        world.post(world.store() + "/featureview", view.toString()).expect(201);
        String dataset =
                "{\"name\":\"fv\",\"version\":null,\"splits\":[{\"name\":\"train\",\"percentage\":0.5}],\"trainSplit\":\"train\"}";
        world.post(world.store() + "/featureview/fv/version/1/trainingdatasets", dataset)
                .expect(201);
        RouteFuzz fuzz = new RouteFuzz(
                client,
                shapes(),
                new RouteFuzz.Seeds(
                        Map.of("Authorization", "ApiKey " + world.ownerKey, "Content-Type", "application/json"),
                        Map.of(
                                "projectId", List.of("100"),
                                "storeId", List.of("100", "demo_featurestore"),
                                "groupId", List.of("1", "2", "tx"),
                                "viewName", List.of("fv"),
                                "viewVersion", List.of("1"),
                                "datasetVersion", List.of("1"),
                                "jobName", List.of("tx_1_offline_fg_materialization"),
                                "subject", List.of("tx_1"),
                                "filter_by", List.of("ID:1", "LATEST", "computation_time_ltoeq:5")),
                        List.of(
                                group.json(),
                                created.toString(),
                                view.toString(),
                                view.get("query").toString(),
                                view.at("/query/filter").toString(),
                                dataset,
                                "{\"keywords\":[\"a\"]}",
                                "{\"numEntries\":3}",
                                "{\"computationTime\":5,\"rowPercentage\":1.0,\"beforeTransformation\":true}",
                                "{\"version\":1,\"hopsworksUdf\":{\"name\":\"f\",\"sourceCode\":\"x\"}}",
                                "\"tag\"")),
                RouteFuzz.Rules.REST);

        long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong(1_000_000));
        assertThat(fuzz.violations(seed, Integer.getInteger("requests", 1_500)))
                .as("seed " + seed)
                .isEmpty();
    }
}
