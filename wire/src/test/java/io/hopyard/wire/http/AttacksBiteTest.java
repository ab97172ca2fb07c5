package io.hopyard.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.http.AccessWalk;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.testkit.http.RouteFuzz;
import io.hopyard.testkit.http.RouteShape;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The walk and the fuzz find what they look for. */
@Timeout(60)
class AttacksBiteTest {
    private static final String HOST = "127.0.24.5";

    /** Forgets to look at the permission. */
    private static final Gate CARELESS = new Gate() {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            if (apiKey == null || apiKey.endsWith("wrong")) {
                throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, "API key: unknown");
            }
            return new Caller(1, "u", "u@example.com", false, Set.of(Scope.values()));
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return projectId == 7;
        }
    };

    private static final RouteShape WRITE = new RouteShape("POST", "/project/{projectId}/x", "PROJECT_WRITE", Set.of());
    private static final RouteShape DEFECT = new RouteShape("GET", "/defect", "USER", Set.of());
    private static final RouteShape HTML = new RouteShape("GET", "/html", "USER", Set.of());
    private static final RouteShape TRACE = new RouteShape("GET", "/trace", "USER", Set.of());

    private static Route route(RouteShape shape, Route.Handler handler) {
        return new Route(
                shape.method(),
                shape.path(),
                Access.valueOf(shape.access()),
                Scope.PROJECT,
                Set.of(),
                "a test",
                handler);
    }

    @Test
    void holesAndDefectsAreFound() throws Exception {
        List<Route> routes = List.of(
                route(WRITE, exchange -> Answer.empty(200)),
                route(DEFECT, exchange -> {
                    throw new IllegalStateException("a defect for the test");
                }),
                route(HTML, exchange -> Answer.text(404, "text/html", "<html>")),
                route(TRACE, exchange -> {
                    throw new IllegalArgumentException("java.lang.NullPointerException\n\tat x");
                }));
        try (HttpDoor door = new HttpDoor(
                        HttpSettings.at("bite", HOST, 0),
                        routes,
                        new HttpDoor.Parts(
                                CARELESS, KeySource.AUTHORIZATION, ErrorWriter.REST, new Metrics(), System::nanoTime));
                HttpClient http = HttpClient.newHttpClient()) {
            door.start();
            DoorClient client = new DoorClient(http, "http://" + HOST + ":" + door.port());

            assertThat(new AccessWalk(
                                    client,
                                    new AccessWalk.Keys("Authorization", "ApiKey ", "7", "n", "o", "s"),
                                    AccessWalk.Statuses.REST)
                            .violations(List.of(WRITE)))
                    .hasSize(2)
                    .anySatisfy(violation -> assertThat(violation).contains("as a stranger: 200 (expected: 403)"))
                    .anySatisfy(violation -> assertThat(violation).contains("as an observer: 200 (expected: 403)"));
            assertFuzzFinds(client, DEFECT, ": 500 ");
            assertFuzzFinds(client, HTML, "404 in another shape: <html>");
            assertFuzzFinds(client, TRACE, "tells of the inside");
        }
    }

    private static void assertFuzzFinds(DoorClient client, RouteShape shape, String part) throws InterruptedException {
        RouteFuzz fuzz = new RouteFuzz(
                client,
                List.of(shape),
                new RouteFuzz.Seeds(Map.of("Authorization", "ApiKey k"), Map.of(), List.of()),
                RouteFuzz.Rules.REST);
        assertThat(fuzz.violations(1, 20))
                .anySatisfy(violation -> assertThat(violation).contains(part));
    }
}
