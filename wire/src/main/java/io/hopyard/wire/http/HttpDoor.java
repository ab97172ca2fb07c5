package io.hopyard.wire.http;

import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.supervision.Drainable;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.wire.listen.Listening;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP listener that serves a list of routes: it finds the route, lets in or refuses the caller, hands the request to
 * the route's handler on a virtual thread and writes its answer, or the error, in the door's shape. Thread safe.
 */
public final class HttpDoor implements AutoCloseable, Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
    private static final String HEAD = "HEAD";
    /** Clients that were told to go elsewhere, and idle connections, get so long to show up again. */
    private static final Duration QUIET = Duration.ofSeconds(2);

    private final HttpSettings settings;
    private final Gate gate;
    private final KeySource keys;
    private final ErrorWriter errors;
    private final Ticker ticker;
    private final RouteTable<Served> table = new RouteTable<>();
    private final DoorMetrics metrics;
    private final Semaphore slots;
    private final StallWatch watch;
    private final WebServer server;
    private volatile boolean stopping;
    private volatile boolean draining;
    private volatile long lastNanos;

    private record Served(Route route, List<String> segments, DoorMetrics.Of metrics) {}

    /** What the frame needs besides the routes. */
    public record Parts(Gate gate, KeySource keys, ErrorWriter errors, Metrics metrics, Ticker ticker) {}

    /** Nothing listens before {@link #start()}. */
    public HttpDoor(HttpSettings settings, List<Route> routes, Parts parts) {
        this.settings = settings;
        this.gate = parts.gate();
        this.keys = parts.keys();
        this.errors = parts.errors();
        this.ticker = parts.ticker();
        this.watch = new StallWatch(settings.door(), ticker);
        this.slots = new Semaphore(settings.requestsMax());
        this.metrics = new DoorMetrics(parts.metrics(), settings.door());
        metrics.inFlight(() -> settings.requestsMax() - slots.availablePermits());
        for (Route route : routes) {
            table.add(
                    route.method(),
                    route.path(),
                    new Served(route, RouteTable.segments(route.path()), metrics.of(route.method(), route.path())));
        }
        this.server = build();
    }

    private WebServer build() {
        var handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, this::refuseRaw);
        }
        var builder = WebServer.builder()
                .host(settings.host())
                .port(settings.port())
                .shutdownHook(false)
                .maxTcpConnections(settings.connectionsMax())
                .idleConnectionTimeout(settings.idleTimeout())
                .shutdownGracePeriod(Duration.ofMillis(500))
                .connectionOptions(
                        options -> options.readTimeout(settings.idleTimeout()).tcpNoDelay(true))
                .addProtocol(Http1Config.builder()
                        .validatePath(false)
                        .maxHeadersSize(32 << 10)
                        .maxPrologueLength(16 << 10)
                        .build())
                .directHandlers(handlers.build())
                .routing(routing -> routing.any(this::serve));
        DoorTls tls = settings.tls();
        if (tls != null) {
            builder.tls(Tls.builder()
                    .sslContext(tls.context())
                    .clientAuth(tls.asksForCertificate() ? TlsClientAuth.OPTIONAL : TlsClientAuth.NONE)
                    .build());
        }
        return builder.build();
    }

    /**
     * Listens when it returns.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the address cannot be bound
     */
    public void start() {
        // Helidon only logs that it could not bind, and with a stack.
        Listening.checkFree(settings.door(), settings.host(), settings.port());
        try {
            server.start();
        } catch (RuntimeException e) {
            throw Listening.refused(settings.door(), settings.host(), settings.port(), e);
        }
        if (!server.isRunning()) {
            throw Listening.refused(settings.door(), settings.host(), settings.port(), null);
        }
        watch.start();
        LOG.atInfo()
                .addKeyValue("door", settings.door())
                .addKeyValue("host", settings.host())
                .addKeyValue("port", port())
                .log("HTTP door is open");
    }

    /** The bound port; only after {@link #start()}. */
    public int port() {
        return server.port();
    }

    /** From now on each connection is closed in order after its next answer, so that its client opens one elsewhere. */
    @Override
    public void drain() {
        lastNanos = ticker.nanos();
        draining = true;
    }

    @Override
    public void resume() {
        draining = false;
    }

    @Override
    public boolean quiet() {
        return slots.availablePermits() == settings.requestsMax() && ticker.nanos() - lastNanos >= QUIET.toNanos();
    }

    /** Refuses new requests, waits for those in flight up to the stop time-out, then closes every connection. */
    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        try {
            if (!slots.tryAcquire(settings.requestsMax(), settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.atWarn()
                        .addKeyValue("door", settings.door())
                        .addKeyValue("inFlight", settings.requestsMax() - slots.availablePermits())
                        .log("HTTP door closes with requests in flight");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.stop();
        watch.close();
    }

    private void serve(ServerRequest request, ServerResponse response) {
        long from = ticker.nanos();
        lastNanos = from;
        Deadline deadline = Deadline.after(ticker, settings.requestTimeout());
        RequestBody body = new RequestBody(request, settings, deadline, ticker, watch);
        String rawPath = request.prologue().uriPath().rawPath();
        if (stopping || !slots.tryAcquire()) {
            Answer busy = stopping
                    ? errors.write(ErrorCode.UNAVAILABLE, "the node is stopping", rawPath)
                    : errors.write(
                            ErrorCode.TOO_MANY_REQUESTS,
                            "requests in flight: " + settings.requestsMax() + " (expected: less)",
                            rawPath);
            metrics.none().record(busy.status(), ticker.nanos() - from);
            send(request, response, body, busy, Map.of("Retry-After", "1"));
            return;
        }
        try {
            serveAdmitted(request, response, body, deadline, from);
        } finally {
            slots.release();
        }
    }

    private void serveAdmitted(
            ServerRequest request, ServerResponse response, RequestBody body, Deadline deadline, long from) {
        String method = request.prologue().method().text();
        String rawPath = request.prologue().uriPath().rawPath();
        Map<String, String> more = new HashMap<>();
        DoorMetrics.Of measured = metrics.none();
        Answer answer;
        try {
            List<String> segments = Target.segments(rawPath);
            RouteTable.Match<Served> match = table.find(method.equals(HEAD) ? "GET" : method, segments);
            Served served = match.target();
            if (served == null) {
                answer = noRoute(method, rawPath, match.allowed(), more);
            } else {
                measured = served.metrics();
                answer = handle(served, segments, request, body, deadline);
            }
        } catch (RuntimeException | StackOverflowError e) {
            answer = failure(e, method, rawPath);
        }
        measured.record(answer.status(), ticker.nanos() - from);
        if (answer.status() == 429 || answer.status() == 503) {
            more.put("Retry-After", "1");
        }
        send(request, response, body, answer, more);
    }

    private Answer noRoute(String method, String rawPath, Set<String> known, Map<String, String> more) {
        if (known.isEmpty()) {
            return errors.write(
                    ErrorCode.ROUTE_NOT_FOUND, method + " " + Texts.shown(rawPath) + ": no such route", rawPath);
        }
        Set<String> allowed = new TreeSet<>(known);
        allowed.add("OPTIONS");
        if (known.contains("GET")) {
            allowed.add(HEAD);
        }
        more.put("Allow", String.join(", ", allowed));
        if (method.equals("OPTIONS")) {
            return Answer.empty(204);
        }
        return errors.write(
                ErrorCode.METHOD_NOT_ALLOWED,
                "method: " + Texts.shown(method) + " (expected: one of " + String.join(", ", allowed) + ")",
                rawPath);
    }

    private Answer handle(
            Served served, List<String> segments, ServerRequest request, RequestBody body, Deadline deadline) {
        Route route = served.route();
        Map<String, String> parts = new HashMap<>();
        for (int index = 0; index < segments.size(); index++) {
            String name = RouteTable.variable(served.segments().get(index));
            if (name != null) {
                parts.put(name, segments.get(index));
            }
        }
        Caller caller = route.access() == Access.PUBLIC
                ? null
                : gate.authenticate(keys.find(name -> HelidonExchange.header(request, name)), deadline);
        Map<String, List<String>> parameters =
                Target.query(request.prologue().query().rawValue());
        HelidonExchange exchange = new HelidonExchange(
                request, body, parts, parameters, deadline, settings.tls() == null ? "http" : "https");
        if (caller != null) {
            exchange.admit(caller);
            authorise(route, caller, exchange);
        }
        for (String name : parameters.keySet()) {
            if (!route.query().contains(name)) {
                throw new FeatureStoreException(
                        ErrorCode.UNKNOWN_PARAMETER,
                        "query parameter: " + Texts.shown(name) + " (expected: "
                                + (route.query().isEmpty()
                                        ? "none"
                                        : "one of " + String.join(", ", new TreeSet<>(route.query())))
                                + ")");
            }
        }
        return route.handler().handle(exchange);
    }

    private void authorise(Route route, Caller caller, HelidonExchange exchange) {
        if (!caller.scopes().contains(route.scope())) {
            throw new FeatureStoreException(ErrorCode.FORBIDDEN, "the API key lacks the scope " + route.scope());
        }
        Permission permission = switch (route.access()) {
            case PUBLIC, USER, BY_HANDLER -> null;
            case ADMIN -> {
                if (!caller.admin()) {
                    throw new FeatureStoreException(ErrorCode.FORBIDDEN, "only administrators may do this");
                }
                yield null;
            }
            case PROJECT_READ -> Permission.READ;
            case PROJECT_WRITE -> Permission.WRITE;
            case PROJECT_OWN -> Permission.OWN;
        };
        if (permission != null) {
            long projectId = exchange.pathNumber("projectId");
            if (!gate.allows(caller, projectId, permission, exchange.deadline())) {
                throw new FeatureStoreException(
                        ErrorCode.FORBIDDEN,
                        "project " + projectId + ": the caller has no right to "
                                + switch (permission) {
                                    case READ -> "read";
                                    case WRITE -> "write";
                                    case OWN -> "administer";
                                }
                                + " it, or it does not exist");
            }
        }
    }

    private Answer failure(Throwable failure, String method, String rawPath) {
        if (failure instanceof CloseConnectionException gone) {
            throw gone;
        }
        if (failure instanceof FeatureStoreException refusal && refusal.code() != ErrorCode.INTERNAL) {
            return errors.write(refusal.code(), refusal.text(), rawPath);
        }
        if (failure instanceof IllegalArgumentException refusal) {
            String message = refusal.getMessage();
            return errors.write(ErrorCode.INVALID_REQUEST, message == null ? "" : message, rawPath);
        }
        String id = UUID.randomUUID().toString();
        LOG.atError()
                .addKeyValue("door", settings.door())
                .addKeyValue("id", id)
                .addKeyValue("method", method)
                .addKeyValue("path", rawPath)
                .setCause(failure)
                .log("Request failed by a defect");
        return errors.write(ErrorCode.INTERNAL, "a defect of the server, logged with the id " + id, rawPath);
    }

    private void send(
            ServerRequest request,
            ServerResponse response,
            RequestBody requestBody,
            Answer answer,
            Map<String, String> more) {
        boolean usable;
        try {
            usable = requestBody.drain()
                    && !stopping
                    && !draining
                    && !request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        } catch (FeatureStoreException e) {
            usable = false;
        }
        StallWatch.Wait wait =
                watch.begin(ticker.nanos() + settings.idleTimeout().toNanos());
        boolean taken;
        try {
            write(request, response, answer, more, usable);
        } finally {
            taken = wait.end();
        }
        if (!usable || !taken) {
            // Helidon would wait for the rest of the body, or for another request, whatever the headers say.
            throw new CloseConnectionException("the connection is not to be used again");
        }
    }

    private void write(
            ServerRequest request, ServerResponse response, Answer answer, Map<String, String> more, boolean usable) {
        response.status(Status.create(answer.status()));
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        more.forEach(response::header);
        answer.headers().forEach(response::header);
        if (!usable) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        byte[] body = answer.body();
        if (body.length == 0) {
            response.send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
        if (body.length >= settings.compressFromBytes() && isText(answer.contentType())) {
            response.header(HeaderNames.VARY, "Accept-Encoding");
            if (takesGzip(HelidonExchange.header(request, "Accept-Encoding"))) {
                response.header(HeaderNames.CONTENT_ENCODING, "gzip");
                body = gzip(body);
            }
        }
        if (request.prologue().method().text().equals(HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
            response.send();
            return;
        }
        response.send(body);
    }

    private static boolean isText(String contentType) {
        return contentType.startsWith("application/json") || contentType.startsWith("text/");
    }

    private static boolean takesGzip(@Nullable String accepted) {
        if (accepted == null) {
            return false;
        }
        for (String part : accepted.split(",", 32)) {
            String[] words = part.strip().split("\\s*;\\s*", 2);
            if (words[0].equalsIgnoreCase("gzip")) {
                return words.length == 1 || !words[1].matches("q\\s*=\\s*0(\\.0*)?");
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** What Helidon refuses before any handler sees it: requests that are no HTTP, too large or too many headers. */
    private DirectHandler.TransportResponse refuseRaw(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            io.helidon.http.ServerResponseHeaders headers,
            String message) {
        ErrorCode code = switch (status.code()) {
            case 404 -> ErrorCode.ROUTE_NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 429 -> ErrorCode.TOO_MANY_REQUESTS;
            case 503 -> ErrorCode.UNAVAILABLE;
            default -> status.code() < 500 ? ErrorCode.INVALID_REQUEST : ErrorCode.INTERNAL;
        };
        Answer answer = errors.write(code, "the request is no well-formed HTTP, or its headers are too large", "");
        metrics.none().record(status.code(), 0);
        var out = DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .keepAlive(false)
                .header(HeaderNames.CONTENT_TYPE, answer.contentType())
                .entity(answer.body());
        return out.build();
    }
}
