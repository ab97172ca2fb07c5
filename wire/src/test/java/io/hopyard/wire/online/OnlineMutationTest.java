package io.hopyard.wire.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged requests are refused or answered: never a 5xx, never a hang, never a stack trace. */
@Timeout(120)
class OnlineMutationTest {
    private static final String HOST = "127.0.26.1";
    private static final int REQUESTS = 400;
    private static final Set<Integer> EXPECTED = Set.of(200, 400, 401, 404, 415);
    private static final List<String> PIECES = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "\"\"",
            "-1",
            "1e999",
            "1e999999999",
            "9223372036854775808",
            "\"\\u0000\"",
            "\"2026-13-45\"",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "\"id\":1,",
            "\"x\":[[[[[[]]]]]]",
            "\ud83d\ude00",
            "0.0",
            "\"p_kind\"");
    private static final String VIEW =
            "{\"featureStoreName\":\"demo\",\"featureViewName\":\"types\",\"featureViewVersion\":1,";
    private static final List<List<String>> REQUEST = List.of(
            List.of(
                    "feature_store",
                    VIEW + "\"entries\":{\"id\":5},\"passedFeatures\":{\"b\":true,\"s\":\"x\",\"arr\":[1]},"
                            + "\"metadataOptions\":{\"featureName\":true},\"options\":{\"includeDetailedStatus\":true}}"),
            List.of(
                    "batch_feature_store",
                    VIEW + "\"entries\":[{\"id\":5},{\"id\":\"6\"}],\"passedFeatures\":[{\"i\":1},null],"
                            + "\"options\":{\"validatePassedFeatures\":false,\"includeDetailedStatus\":true}}"),
            List.of(
                    "demo/types_1/pk-read",
                    "{\"filters\":[{\"column\":\"id\",\"value\":5}],\"readColumns\":[{\"column\":\"s\","
                            + "\"dataReturnType\":\"default\"}],\"operationId\":\"x\"}"),
            List.of(
                    "batch",
                    "{\"operations\":[{\"method\":\"POST\",\"relative-url\":\"demo/types_1/pk-read\",\"body\":"
                            + "{\"filters\":[{\"column\":\"id\",\"value\":5}],\"operationId\":\"1\"}}]}"));

    private final OnlineWorld world = new OnlineWorld();
    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpDoor door = new HttpDoor(
            HttpSettings.at("online", HOST, 0).withBodies(OnlineWorld.BODY_BYTES_MAX, 64L << 20),
            new OnlineRoutes(world, world, world, OnlineWorld.SETTINGS, () -> true).routes(),
            new HttpDoor.Parts(world, KeySource.X_API_KEY, OnlineErrors::write, new Metrics(), System::nanoTime));

    @BeforeEach
    void open() {
        world.put(
                OnlineWorld.TYPES,
                5L,
                true,
                1L,
                1L,
                1L,
                1L,
                1f,
                1.0,
                new BigDecimal("1.50"),
                "x",
                1L,
                1L,
                new byte[] {1},
                new byte[] {2, 0});
        door.start();
    }

    @AfterEach
    void close() {
        client.close();
        door.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedRequestsAreRefusedOrAnswered(long seed) throws IOException, InterruptedException {
        Mutations mutations = new Mutations(seed, PIECES);
        for (int count = 0; count < REQUESTS; count++) {
            List<String> request = mutations.oneOf(REQUEST);
            byte[] body = mutations.damaged(request.get(1));
            String version = mutations.oneOf(List.of("/0.1.0/", "/0.2.0/"));
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + door.port() + version + request.get(0)))
                            .header("X-API-KEY", OnlineWorld.KEY)
                            .timeout(Duration.ofSeconds(20))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode())
                    .as(
                            "seed %s, request %s: %s -> %s",
                            seed, count, new String(body, StandardCharsets.UTF_8), answer.body())
                    .isIn(EXPECTED);
            assertThat(answer.body()).doesNotContain("Exception", "\tat ", "io.hopyard", "com.fasterxml");
        }
    }
}
