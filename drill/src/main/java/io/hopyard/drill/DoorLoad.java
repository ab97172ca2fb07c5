package io.hopyard.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.TrustedAuthority;
import io.hopyard.server.local.LocalNode;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads feature vectors at the brokers' doors: clients that know all brokers, stay at one, and go to the next when a call
 * fails, as the documentation recommends. Thread safe.
 */
final class DoorLoad implements SideLoad {
    private static final int PORT = 4406;
    private static final int READERS = 2;
    private static final int KEYS_PER_CALL = 10;
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    /** As long as a user waits. */
    private static final Duration CALL = Duration.ofSeconds(5);

    private static final Duration JOIN = Duration.ofSeconds(10);

    private final List<LocalNode> brokers;
    private final Target target;
    private final Ticker ticker;
    private final boolean strict;
    private final Duration pause;
    private final long seed;
    private final Timeline calls = new Timeline(Verdict.BROKER_READS);
    private final List<Broken> broken = new CopyOnWriteArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final AtomicLong wrong = new AtomicLong();
    private final HttpClient http;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("door-load-", 0).daemon().factory());
    private volatile boolean succeeded;
    private volatile boolean observed;
    private volatile boolean stopping;

    /**
     * What is asked for.
     *
     * @param key of a user
     * @param tls trusts the cluster's authority
     */
    record Target(ClientLine.View view, String key, SSLContext tls) {
        static Target of(ClientLine.View view, Path head) {
            try {
                return new Target(
                        view,
                        Files.readString(head.resolve("admin.key")).strip(),
                        TrustedAuthority.sslContext(
                                Files.readString(head.resolve("identity").resolve("ca.pem"))));
            } catch (IOException e) {
                throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "directory " + head + ": " + e.getMessage(), e);
            }
        }
    }

    /** An attempt that a broker had taken and did not answer, or answered with an error other than that it cannot now. */
    record Broken(String broker, long beginNanos, long endNanos, String what) {}

    /** @param strict only a broker's death may break an attempt */
    DoorLoad(List<LocalNode> brokers, Target target, boolean strict, Duration pause, Ticker ticker, long seed) {
        this.pause = pause;
        this.strict = strict;
        this.brokers = List.copyOf(brokers);
        this.target = target;
        this.ticker = ticker;
        this.seed = seed;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .sslContext(target.tls())
                .build();
    }

    @Override
    public void start() {
        for (int reader = 0; reader < READERS; reader++) {
            int first = reader % brokers.size();
            SplittableRandom random = new SplittableRandom(seed + 1_000 + reader);
            threads.execute(() -> read(first, random));
        }
    }

    @Override
    public boolean warm() {
        return succeeded;
    }

    @Override
    public void observe(long nowNanos) {
        calls.begin(nowNanos);
        observed = true;
    }

    private void read(int first, SplittableRandom random) {
        int at = first;
        while (!stopping) {
            LockSupport.parkNanos(pause.toNanos());
            at = call(at, keys(random));
        }
    }

    private List<Integer> keys(SplittableRandom random) {
        return random.ints(KEYS_PER_CALL, 0, target.view().rows()).boxed().toList();
    }

    /** Asks a broker, and the next one when it fails, until the caller's time is over; returns who is asked first next time. */
    private int call(int first, List<Integer> keys) {
        long begin = ticker.nanos();
        int at = first;
        while (!stopping && ticker.nanos() - begin < CALL.toNanos()) {
            LocalNode broker = brokers.get(at);
            String failure = attempt(broker, keys, begin);
            if (failure == null) {
                return at;
            }
            calls.failure(ticker.nanos(), broker.name() + " " + failure);
            at = (at + 1) % brokers.size();
            LockSupport.parkNanos(pause.toNanos());
        }
        if (!stopping) {
            calls.failedCall();
        }
        return at;
    }

    /** What went wrong, or null. */
    private @Nullable String attempt(LocalNode broker, List<Integer> keys, long callBegin) {
        long begin = ticker.nanos();
        try {
            HttpResponse<byte[]> answer = http.send(request(broker, keys), HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() == 200) {
                calls.success(callBegin, ticker.nanos());
                succeeded = true;
                look(keys, Json.parse(answer.body()).path("features"));
                return null;
            }
            String answered = Verdict.ANSWERED + answer.statusCode();
            // Refused before anything was done, as by a broker that stops: the client asks the next one.
            return answer.statusCode() == Verdict.UNAVAILABLE ? answered : broken(broker, begin, answered);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return "not connected"; // nothing was in flight
        } catch (HttpTimeoutException e) {
            return broken(broker, begin, "timed out");
        } catch (IOException e) {
            return broken(broker, begin, "cut off");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private String broken(LocalNode broker, long begin, String what) {
        if (observed && !stopping) {
            broken.add(new Broken(broker.name(), begin, ticker.nanos(), what));
        }
        return what;
    }

    private HttpRequest request(LocalNode broker, List<Integer> keys) {
        ObjectNode body = target.view().body().deepCopy();
        ArrayNode entries = body.putArray("entries");
        keys.forEach(key -> entries.addObject().put("id", key));
        return HttpRequest.newBuilder(URI.create("https://" + broker.address() + ":" + PORT
                        + target.view().path()))
                .timeout(ATTEMPT)
                .header("X-API-KEY", target.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                .build();
    }

    private void look(List<Integer> keys, JsonNode features) {
        for (int index = 0; index < keys.size(); index++) {
            JsonNode value = features.path(index).path(0);
            if (!value.isNumber() || value.asDouble() != keys.get(index) * 0.5) {
                wrong.incrementAndGet();
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        calls.end(ticker.nanos());
        threads.shutdown();
        try {
            if (!threads.awaitTermination(JOIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.INTERNAL, "load: a reader did not end within " + JOIN.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.close();
    }

    @Override
    public List<Timeline.Summary> timelines(Phases phases) {
        return List.of(calls.summary(phases));
    }

    @Override
    public List<String> problems(List<Watch.Death> deaths) {
        List<String> problems = new ArrayList<>();
        if (wrong.get() > 0) {
            problems.add(wrong.get() + " wrong values in vectors of the brokers");
        }
        Map<String, Long> others = notInFlight(broken, deaths);
        notes.add("attempts at brokers that were taken and not answered: " + broken.size()
                + ", of them not in flight when their broker went: " + others);
        if (strict && !others.isEmpty()) {
            problems.add("attempts broken by brokers that stayed: " + others + " (expected: none)");
        }
        return problems;
    }

    /** Attempts that a broker broke though it did not die meanwhile, by what it did. */
    static Map<String, Long> notInFlight(List<Broken> broken, List<Watch.Death> deaths) {
        Map<String, Long> counts = new TreeMap<>();
        broken.stream()
                .filter(one -> deaths.stream()
                        .noneMatch(death ->
                                death.node().equals(one.broker()) && death.during(one.beginNanos(), one.endNanos())))
                .forEach(one -> counts.merge(one.broker() + " " + one.what(), 1L, Long::sum));
        return counts;
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }
}
