package io.hopyard.wire.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.http.DoorClient;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthRoutesTest {
    private static final Gate NOBODY = new Gate() {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            throw new IllegalStateException("health asks for no key");
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return false;
        }
    };

    private final AtomicBoolean logReady = new AtomicBoolean();
    private final Metrics metrics = new Metrics();

    @Test
    void readyOnlyWhenEveryPartIs() throws Exception {
        HealthRoutes routes = new HealthRoutes(
                () -> List.of(
                        new PartHealth("database", true, "serves"), new PartHealth("log", logReady.get(), "starts")),
                metrics);
        try (HttpDoor door = new HttpDoor(
                        HttpSettings.at("health", "127.0.24.3", 0),
                        routes.routes(),
                        new HttpDoor.Parts(
                                NOBODY, KeySource.AUTHORIZATION, ErrorWriter.REST, metrics, System::nanoTime));
                HttpClient http = HttpClient.newHttpClient()) {
            door.start();
            DoorClient client = new DoorClient(http, "http://127.0.24.3:" + door.port());

            assertThat(get(client, "/live").body()).isEqualTo("{\"live\":true}");
            DoorClient.Reply early = get(client, "/ready");
            assertThat(early.status()).isEqualTo(503);
            assertThat(early.body())
                    .isEqualTo("{\"ready\":false,\"parts\":["
                            + "{\"part\":\"database\",\"ready\":true,\"detail\":\"serves\"},"
                            + "{\"part\":\"log\",\"ready\":false,\"detail\":\"starts\"}]}");
            logReady.set(true);
            assertThat(get(client, "/ready").status()).isEqualTo(200);
            DoorClient.Reply text = get(client, "/metrics");
            assertThat(text.headers()).containsEntry("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            assertThat(text.body())
                    .contains("http_requests_total{door=\"health\",method=\"GET\",route=\"/ready\",status=\"503\"} 1");
        }
    }

    private static DoorClient.Reply get(DoorClient client, String path) throws Exception {
        return client.call("GET", path, Map.of(), new byte[0]);
    }
}
