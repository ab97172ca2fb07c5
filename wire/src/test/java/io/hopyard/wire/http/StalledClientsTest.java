package io.hopyard.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A door with one slot and short time-outs, and clients that do not do their part. */
@Timeout(60)
class StalledClientsTest {
    private static final String HOST = "127.0.24.1";
    private static final int BIG_BYTES = 64 << 20;

    private final Metrics metrics = new Metrics();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private final HttpDoor door = new HttpDoor(
            HttpSettings.at("stalled", HOST, 0)
                    .withConcurrency(1, 100)
                    .withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(300), Duration.ofSeconds(20)),
            List.of(
                    route("GET", "/quick", exchange -> Answer.empty(200)),
                    route("POST", "/size", exchange -> Answer.ok(Json.object().put("size", exchange.body().length))),
                    route("POST", "/ignored", exchange -> Answer.empty(200)),
                    route("GET", "/big", exchange -> Answer.bytes("application/octet-stream", new byte[BIG_BYTES])),
                    route("GET", "/patient", exchange -> await(new CountDownLatch(1), Duration.ofSeconds(1))),
                    route("GET", "/slow", exchange -> {
                        entered.countDown();
                        return await(leave, Duration.ofSeconds(30));
                    })),
            new HttpDoor.Parts(new Nobody(), KeySource.AUTHORIZATION, ErrorWriter.REST, metrics, System::nanoTime));

    /** All routes here are public. */
    private static final class Nobody implements Gate {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            throw new AssertionError("a public route asked for a key");
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return false;
        }
    }

    private static Answer await(CountDownLatch latch, Duration longest) {
        try {
            boolean _ = latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
            return Answer.empty(200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a handler was interrupted", e);
        }
    }

    private static Route route(String method, String path, Route.Handler handler) {
        return new Route(method, path, Access.PUBLIC, Scope.PROJECT, Set.of(), "a test", handler);
    }

    @BeforeEach
    void open() {
        door.start();
    }

    @AfterEach
    void close() {
        leave.countDown();
        door.close();
    }

    private void assertSlotIsFree() {
        Eventually.holds(
                () -> assertThat(metrics.prometheus()).contains("http_requests_in_flight{door=\"stalled\"} 0"));
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            assertThat(http.exchange("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n").status())
                    .isEqualTo(200);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitSlotIsTaken() {
        Eventually.holds(
                () -> assertThat(metrics.prometheus()).contains("http_requests_in_flight{door=\"stalled\"} 1"));
    }

    @Test
    void silenceInTheMiddleOfABodyIsCutAtTheRequestTimeout() throws IOException {
        for (String head : List.of(
                "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
                "POST /ignored HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
                "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc")) {
            long before = System.nanoTime();
            try (RawHttp silent = new RawHttp(HOST, door.port())) {
                silent.send(head);

                assertThat(silent.rest()).as(head).doesNotContain("200 OK\r\n\r\n{");
                assertThat(Duration.ofNanos(System.nanoTime() - before))
                        .as(head)
                        .isBetween(Duration.ofMillis(250), Duration.ofMillis(1_900));
                assertSlotIsFree();
            }
        }
    }

    @Test
    void bodyThatArrivesByteByByteIsNotWaitedForForever() throws IOException {
        try (RawHttp slow = new RawHttp(HOST, door.port())) {
            slow.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
            awaitSlotIsTaken();
            Eventually.holds(() -> {
                try {
                    slow.send("x");
                } catch (IOException e) {
                    // Closed, which is what we wait for.
                }
                assertThat(metrics.prometheus()).contains("http_requests_in_flight{door=\"stalled\"} 0");
            });
        }
        assertSlotIsFree();
    }

    @Test
    void answerThatNobodyTakesIsCutAtTheIdleTimeout() throws IOException {
        try (RawHttp deaf = new RawHttp(HOST, door.port())) {
            deaf.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
            awaitSlotIsTaken();

            assertSlotIsFree();
        }
    }

    @Test
    void handlerThatTakesLongerThanTheRequestTimeoutIsNotInterrupted() throws Exception {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            RawHttp.Reply reply = http.exchange("GET /patient HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(reply.status()).isEqualTo(200);
        }
    }

    private static void assertClosing(RawHttp http) {
        try {
            RawHttp.Reply reply = http.exchange("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.headers()).containsEntry("Connection", "close");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whoAsksToCloseAndWhoIsToldToCloseIsClosed() throws Exception {
        try (RawHttp asks = new RawHttp(HOST, door.port())) {
            RawHttp.Reply reply = asks.exchange("GET /quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(asks.closedByServer()).isTrue();
        }
        try (RawHttp kept = new RawHttp(HOST, door.port());
                RawHttp slow = new RawHttp(HOST, door.port());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(kept.exchange("GET /quick HTTP/1.1\r\nHost: h\r\n\r\n").status())
                    .isEqualTo(200);
            slow.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            var closing = executor.submit(door::close);
            Eventually.holds(() -> assertClosing(kept));
            assertThat(kept.closedByServer()).isTrue();
            leave.countDown();
            closing.get();
        }
    }
}
