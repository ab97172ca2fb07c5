package io.hopyard.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.access.Scope;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpDoorTest {
    private static final String HOST = "127.0.24.1";
    private static final String KEY = "good";
    private static final String SENT_KEY = "Authorization: ApiKey " + KEY + "\r\n";

    private final Metrics metrics = new Metrics();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);
    private HttpDoor door = door(1_024);

    /** Knows one key; its user may only read project 7. */
    private static final class OneReader implements Gate {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            if (!KEY.equals(apiKey)) {
                throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, "API key: unknown");
            }
            return new Caller(1, "reader", "r@example.com", false, Set.of(Scope.PROJECT));
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return projectId == 7 && permission == Permission.READ;
        }
    }

    private HttpDoor door(int requestsMax) {
        List<Route> routes = List.of(
                route(
                        "GET",
                        "/echo/{value}",
                        Access.PUBLIC,
                        exchange -> Answer.ok(Json.object()
                                .put("value", exchange.path("value"))
                                .put("a", String.join("|", exchange.queries("a")))
                                .put("flag", exchange.queryFlag("flag", false)))),
                route("GET", "/echo/fixed", Access.PUBLIC, exchange -> Answer.text(200, "text/plain", "fixed")),
                route(
                        "POST",
                        "/size",
                        Access.PUBLIC,
                        exchange -> Answer.ok(Json.object().put("size", exchange.body().length))),
                route("POST", "/ignored", Access.PUBLIC, exchange -> Answer.empty(200)),
                route(
                        "GET",
                        "/project/{projectId}/x",
                        Access.PROJECT_READ,
                        exchange -> Answer.ok(
                                Json.object().put("user", exchange.caller().username()))),
                route("POST", "/project/{projectId}/x", Access.PROJECT_WRITE, exchange -> Answer.empty(200)),
                route("GET", "/admin", Access.ADMIN, exchange -> Answer.empty(200)),
                new Route("GET", "/job", Access.USER, Scope.JOB, Set.of(), "jobs", exchange -> Answer.empty(200)),
                route("GET", "/bad", Access.PUBLIC, exchange -> {
                    throw new IllegalArgumentException("limit: 0 (expected: >= 1)");
                }),
                route("GET", "/defect", Access.PUBLIC, exchange -> {
                    throw new IllegalStateException("secret detail");
                }),
                route(
                        "GET",
                        "/big",
                        Access.PUBLIC,
                        exchange -> Answer.ok(Json.object().put("text", "x".repeat(100_000)))),
                route("GET", "/slow", Access.PUBLIC, exchange -> {
                    entered.countDown();
                    try {
                        leave.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Answer.empty(200);
                }));
        HttpSettings settings = HttpSettings.at("test", HOST, 0)
                .withBodies(1 << 20, 64 << 20)
                .withConcurrency(requestsMax, 100)
                .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
        return new HttpDoor(
                settings,
                routes,
                new HttpDoor.Parts(
                        new OneReader(), KeySource.AUTHORIZATION, ErrorWriter.REST, metrics, System::nanoTime));
    }

    private static Route route(String method, String path, Access access, Route.Handler handler) {
        return new Route(method, path, access, Scope.PROJECT, Set.of("a", "flag"), "a test", handler);
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

    private RawHttp.Reply get(String target) throws IOException {
        return get(target, "");
    }

    private RawHttp.Reply get(String target, String headers) throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            return http.exchange("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        }
    }

    private static void assertError(RawHttp.Reply reply, ErrorCode code, String part) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(code.httpStatus());
        assertThat(reply.headers()).containsEntry("Content-Type", "application/json");
        var body = Json.parse(reply.body().getBytes(StandardCharsets.UTF_8));
        assertThat(body.get("errorCode").asInt()).isEqualTo(code.number());
        assertThat(body.get("errorMsg").asText()).isEqualTo(code.title());
        assertThat(body.get("usrMsg").asText()).contains(part);
    }

    @Test
    void encodedSlashesStayInsideTheirPart() throws IOException {
        assertThat(get("/echo/%2FProjects%2Fdemo%2Fx%20y+z%C3%A4").body())
                .isEqualTo("{\"value\":\"/Projects/demo/x y+zä\",\"a\":\"\",\"flag\":false}");
    }

    @Test
    void dotsAreNeitherResolvedNorRefused() throws IOException {
        assertThat(get("/echo/..%2F..%2Fetc").body()).contains("\"../../etc\"");
        assertThat(get("/echo/..").body()).contains("\"value\":\"..\"");
    }

    @Test
    void repeatedParametersAndFlagsInAnyCaseAreRead() throws IOException {
        assertThat(get("/echo/v?a=1&a=%26+2&flag=True").body())
                .isEqualTo("{\"value\":\"v\",\"a\":\"1|& 2\",\"flag\":true}");
    }

    @Test
    void literalPartWinsOverVariable() throws IOException {
        assertThat(get("/echo/fixed").body()).isEqualTo("fixed");
    }

    @Test
    void unknownParameterIsNamedWithTheKnownOnes() throws IOException {
        assertError(get("/echo/v?b=1"), ErrorCode.UNKNOWN_PARAMETER, "b (expected: one of a, flag)");
    }

    @Test
    void wrongFlagIsRefused() throws IOException {
        assertError(get("/echo/v?flag=maybe"), ErrorCode.INVALID_REQUEST, "flag: maybe (expected: true or false)");
    }

    @Test
    void brokenPercentSignsAreRefused() throws IOException {
        assertError(get("/echo/%zz"), ErrorCode.INVALID_REQUEST, "percent sign");
        assertError(get("/echo/v?a=%f"), ErrorCode.INVALID_REQUEST, "no well-formed HTTP");
        assertError(get("/echo/%ff%fe"), ErrorCode.INVALID_REQUEST, "no UTF-8");
        assertError(get("/echo/%00"), ErrorCode.INVALID_REQUEST, "control character");
    }

    @Test
    void unknownPathIsAJsonError() throws IOException {
        assertError(get("/nothing/here"), ErrorCode.ROUTE_NOT_FOUND, "GET /nothing/here");
        assertError(get("/"), ErrorCode.ROUTE_NOT_FOUND, "GET /");
        assertError(get("/echo//"), ErrorCode.ROUTE_NOT_FOUND, "no such route");
    }

    @Test
    void wrongMethodNamesTheAllowedOnes() throws IOException {
        RawHttp.Reply reply = get("/size");
        assertError(reply, ErrorCode.METHOD_NOT_ALLOWED, "one of OPTIONS, POST");
        assertThat(reply.headers()).containsEntry("Allow", "OPTIONS, POST");
    }

    @Test
    void optionsTellsTheMethods() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            RawHttp.Reply reply = http.exchange("OPTIONS /echo/v HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(reply.status()).isEqualTo(204);
            assertThat(reply.headers()).containsEntry("Allow", "GET, HEAD, OPTIONS");
        }
    }

    @Test
    void headTellsTheLengthAndKeepsTheConnection() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            http.send("HEAD /echo/fixed HTTP/1.1\r\nHost: h\r\n\r\n");
            RawHttp.Reply reply = http.receive(false);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("Content-Length", "5");
            assertThat(http.exchange("GET /echo/fixed HTTP/1.1\r\nHost: h\r\n\r\n")
                            .body())
                    .isEqualTo("fixed");
        }
    }

    @Test
    void noKeyAndWrongKeyAreUnauthenticated() throws IOException {
        assertError(get("/project/7/x"), ErrorCode.UNAUTHENTICATED, "API key");
        assertError(get("/project/7/x", "Authorization: ApiKey bad\r\n"), ErrorCode.UNAUTHENTICATED, "API key");
        assertError(get("/project/7/x", "Authorization: Bearer good\r\n"), ErrorCode.UNAUTHENTICATED, "API key");
        assertError(get("/project/abc/x"), ErrorCode.UNAUTHENTICATED, "API key");
    }

    @Test
    void foreignProjectAndMissingRightAreForbidden() throws IOException {
        assertThat(get("/project/7/x", SENT_KEY).body()).isEqualTo("{\"user\":\"reader\"}");
        assertError(get("/project/8/x", SENT_KEY), ErrorCode.FORBIDDEN, "project 8");
        assertError(get("/admin", SENT_KEY), ErrorCode.FORBIDDEN, "administrators");
        assertError(get("/job", SENT_KEY), ErrorCode.FORBIDDEN, "scope JOB");
        assertError(get("/project/abc/x", SENT_KEY), ErrorCode.INVALID_REQUEST, "projectId: abc");
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            RawHttp.Reply reply =
                    http.exchange("POST /project/7/x HTTP/1.1\r\nHost: h\r\n" + SENT_KEY + "Content-Length: 0\r\n\r\n");
            assertError(reply, ErrorCode.FORBIDDEN, "no right to write");
        }
    }

    @Test
    void illegalArgumentIsTheCallersFaultAndADefectTellsNothing() throws IOException {
        assertError(get("/bad"), ErrorCode.INVALID_REQUEST, "limit: 0 (expected: >= 1)");
        RawHttp.Reply defect = get("/defect");
        assertError(defect, ErrorCode.INTERNAL, "logged with the id");
        assertThat(defect.body()).doesNotContain("secret detail").doesNotContain("Exception");
    }

    @Test
    void bigAnswersAreCompressedForWhoTakesIt() throws Exception {
        assertThat(get("/big").body()).hasSizeGreaterThan(100_000);
        assertThat(get("/big", "Accept-Encoding: gzip;q=0\r\n").headers()).doesNotContainKey("Content-Encoding");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> reply = client.send(
                    HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + door.port() + "/big"))
                            .header("Accept-Encoding", "gzip, deflate")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(reply.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(reply.body()).hasSizeLessThan(10_000);
            byte[] text = new GZIPInputStream(new ByteArrayInputStream(reply.body())).readAllBytes();
            assertThat(text).hasSizeGreaterThan(100_000);
        }
    }

    @Test
    void bodyOfFiftyMegabytesIsRefusedAndTheConnectionStaysUsable() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            http.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: " + (50 << 20) + "\r\n\r\n");
            sendMegabytes(http, 50);
            assertError(http.receive(), ErrorCode.PAYLOAD_TOO_LARGE, "52428800 bytes (expected: at most 1048576");
            assertThat(http.exchange("GET /echo/fixed HTTP/1.1\r\nHost: h\r\n\r\n")
                            .body())
                    .isEqualTo("fixed");
        }
    }

    @Test
    void chunkedBodyOfFiftyMegabytesIsRefusedAndTheConnectionStaysUsable() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            http.send("POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] megabyte = new byte[1 << 20];
            for (int sent = 0; sent < 50; sent++) {
                http.send("100000\r\n");
                http.send(megabyte);
                http.send("\r\n");
            }
            http.send("0\r\n\r\n");
            assertError(http.receive(), ErrorCode.PAYLOAD_TOO_LARGE, "more than 1048576 bytes");
            assertThat(http.exchange("GET /echo/fixed HTTP/1.1\r\nHost: h\r\n\r\n")
                            .body())
                    .isEqualTo("fixed");
        }
    }

    @Test
    void hugeBodyIsRefusedAtOnceAndTheConnectionCloses() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            http.send("POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000000\r\n\r\n");
            RawHttp.Reply reply = http.receive();
            assertError(reply, ErrorCode.PAYLOAD_TOO_LARGE, "5000000000 bytes");
            assertThat(reply.headers()).containsEntry("Connection", "close");
            assertThat(http.closedByServer()).isTrue();
        }
    }

    @Test
    void whoWaitsForContinueIsRefusedWithoutSending() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            http.send("POST /size HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 50000000\r\n\r\n");
            assertError(http.receive(), ErrorCode.PAYLOAD_TOO_LARGE, "50000000 bytes");
            assertThat(http.closedByServer()).isTrue();
        }
    }

    @Test
    void bodyThatNobodyReadsLeavesTheConnectionUsable() throws IOException {
        try (RawHttp http = new RawHttp(HOST, door.port())) {
            for (String path : List.of("/ignored", "/nothing", "/project/7/x")) {
                http.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + (3 << 20) + "\r\n\r\n");
                sendMegabytes(http, 3);
                assertThat(http.receive().status()).isIn(200, 401, 404);
            }
        }
    }

    private static void sendMegabytes(RawHttp http, int count) throws IOException {
        byte[] megabyte = new byte[1 << 20];
        for (int sent = 0; sent < count; sent++) {
            http.send(megabyte);
        }
    }

    @Test
    void requestCutInTheMiddleIsHarmless() throws IOException {
        List<String> cuts = List.of(
                "",
                "P",
                "POST /size",
                "POST /size HTTP/1.1\r\nHost: h\r\nContent-Le",
                "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc",
                "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc");
        for (String cut : cuts) {
            try (RawHttp http = new RawHttp(HOST, door.port())) {
                http.send(cut);
            }
            try (RawHttp http = new RawHttp(HOST, door.port())) {
                http.send(cut);
                http.finishOutput();
                assertThat(http.rest()).doesNotContain("200 OK");
            }
        }
        assertThat(get("/echo/fixed").body()).isEqualTo("fixed");
        // The door notices a cut when it next reads, which may be after the answer to us.
        Eventually.holds(() -> assertThat(metrics.prometheus()).contains("http_requests_in_flight{door=\"test\"} 0"));
    }

    @Test
    void whatDoesNotNameHttpIsClosed() throws IOException {
        for (String request : List.of("nonsense\r\n\r\n", "GET /echo/v HTTP/9.9\r\nHost: h\r\n\r\n")) {
            try (RawHttp http = new RawHttp(HOST, door.port())) {
                http.send(request);
                assertThat(http.closedByServer()).as(request).isTrue();
            }
        }
        assertThat(get("/echo/fixed").body()).isEqualTo("fixed");
    }

    @Test
    void whatIsNoHttpGetsAJsonError() throws IOException {
        List<String> wrong = List.of(
                "GET  /echo/v HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /echo/v HTTP/1.1\r\nno colon\r\n\r\n",
                "GET /echo/v HTTP/1.1\r\nHost: h\r\nX: " + "y".repeat(100_000) + "\r\n\r\n",
                "GET /" + "y".repeat(100_000) + " HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n",
                "POST /size HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n",
                "POST /size HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        for (String request : wrong) {
            String shown = request.substring(0, Math.min(60, request.length()));
            try (RawHttp http = new RawHttp(HOST, door.port())) {
                RawHttp.Reply reply = http.exchange(request);
                assertThat(reply.status()).as(shown).isBetween(400, 505);
                assertThat(reply.status()).as(shown).isNotEqualTo(500);
                assertThat(Json.parse(reply.body().getBytes(StandardCharsets.UTF_8))
                                .has("errorCode"))
                        .as(shown)
                        .isTrue();
            }
        }
        assertThat(get("/echo/fixed").body()).isEqualTo("fixed");
    }

    @Test
    void moreRequestsThanAllowedAreRefused() throws Exception {
        door.close();
        door = door(1);
        door.start();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = executor.submit(() -> get("/slow"));
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            RawHttp.Reply refused = get("/echo/fixed");
            assertError(refused, ErrorCode.TOO_MANY_REQUESTS, "requests in flight: 1");
            assertThat(refused.headers()).containsEntry("Retry-After", "1");
            assertThat(metrics.prometheus()).contains("http_requests_in_flight{door=\"test\"} 1");
            leave.countDown();
            assertThat(slow.get().status()).isEqualTo(200);
        }
    }

    @Test
    void closingWaitsForRequestsInFlight() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = executor.submit(() -> get("/slow"));
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            var closing = executor.submit(() -> door.close());
            leave.countDown();
            assertThat(slow.get().status()).isEqualTo(200);
            closing.get();
        }
    }

    @Test
    void aDoorThatDrainsAnswersAndClosesInOrderUntilItResumes() throws Exception {
        try (RawHttp kept = new RawHttp(HOST, door.port());
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            String ask = "GET /echo/fixed HTTP/1.1\r\nHost: x\r\n\r\n";
            assertThat(kept.exchange(ask).headers()).doesNotContainEntry("Connection", "close");
            var slow = executor.submit(() -> get("/slow"));
            assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
            door.drain();
            RawHttp.Reply last = kept.exchange(ask);
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.headers()).containsEntry("Connection", "close");
            assertThat(kept.closedByServer()).isTrue();
            assertThat(get("/echo/fixed").status()).isEqualTo(200);
            assertThat(door.quiet()).isFalse();
            leave.countDown();
            assertThat(slow.get().status()).isEqualTo(200);
            Eventually.holds(() -> assertThat(door.quiet()).isTrue());
            door.resume();
            try (RawHttp again = new RawHttp(HOST, door.port())) {
                assertThat(again.exchange(ask).status()).isEqualTo(200);
                assertThat(again.exchange(ask).status()).isEqualTo(200);
            }
        }
    }

    /** Clients that keep connections and go elsewhere when one ends in order never fail, however many there are. */
    @Test
    void nobodyFailsWhileADoorDrainsUnderLoad() throws Exception {
        try (HttpDoor other = door(1_024);
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            other.start();
            AtomicBoolean ready = new AtomicBoolean(true);
            AtomicBoolean end = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                clients.add(executor.submit(() -> {
                    while (!end.get()) {
                        callUntilClosed(ready.get() ? door.port() : other.port(), end, answered);
                    }
                    return null;
                }));
            }
            Eventually.holds(() -> assertThat(answered.get()).isGreaterThan(500));
            ready.set(false);
            door.drain();
            Eventually.holds(() -> assertThat(door.quiet()).isTrue());
            door.close();
            int before = answered.get();
            Eventually.holds(() -> assertThat(answered.get()).isGreaterThan(before + 500));
            end.set(true);
            for (Future<?> client : clients) {
                client.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static void callUntilClosed(int port, AtomicBoolean end, AtomicInteger answered) throws IOException {
        try (RawHttp http = new RawHttp(HOST, port)) {
            while (!end.get()) {
                RawHttp.Reply reply = http.exchange("GET /echo/fixed HTTP/1.1\r\nHost: x\r\n\r\n");
                if (reply.status() != 200) {
                    throw new IOException("status " + reply.status());
                }
                answered.incrementAndGet();
                if ("close".equals(reply.headers().get("Connection"))) {
                    return;
                }
            }
        }
    }

    @Test
    void takenPortIsNamedAndTheDoorCanBeClosed() {
        HttpDoor second = new HttpDoor(
                HttpSettings.at("second", HOST, door.port()),
                List.of(),
                new HttpDoor.Parts(
                        new OneReader(), KeySource.AUTHORIZATION, ErrorWriter.REST, new Metrics(), System::nanoTime));
        try (second) {
            assertThatThrownBy(second::start)
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("door second cannot listen on " + HOST + ":" + door.port()
                            + ": Address already in use (expected: an address of this machine and a free port;"
                            + " set second.address and second.port, or end the process that has the port)");
        }
    }

    @Test
    void requestsAreCountedPerRouteAndStatus() throws IOException {
        get("/echo/a");
        get("/echo/b");
        get("/nothing");
        String text = metrics.prometheus();
        assertThat(text)
                .contains(
                        "http_requests_total{door=\"test\",method=\"GET\",route=\"/echo/{value}\",status=\"200\"} 2",
                        "http_requests_total{door=\"test\",method=\"-\",route=\"-\",status=\"404\"} 1",
                        "http_request_seconds_count{door=\"test\",method=\"GET\",route=\"/echo/{value}\"} 2",
                        "http_request_seconds_count{door=\"test\",method=\"GET\",route=\"/big\"} 0");
    }
}
