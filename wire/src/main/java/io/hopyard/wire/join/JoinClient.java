package io.hopyard.wire.join;

import com.fasterxml.jackson.databind.JsonNode;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinAnswer;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.RenewRequest;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import io.hopyard.wire.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the heads of a cluster, one after the other and again after a growing pause, until one answers or the time is
 * over. Sending a request again is safe: a token serves the node that used it a second time. Thread safe.
 */
public final class JoinClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration PAUSE_MIN = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final HttpClient http;
    private final Ticker ticker;
    private final Pause pause;
    private final RandomGenerator random;

    /** @param tls decides which servers are trusted, and shows the node's certificate if it has one */
    public JoinClient(SSLContext tls, Ticker ticker, Pause pause, RandomGenerator random) {
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(tls)
                .build();
        this.ticker = ticker;
        this.pause = pause;
        this.random = random;
    }

    /**
     * Joins by the token in the request.
     *
     * @param heads {@code host:port} of join doors, at least one
     * @throws FeatureStoreException the head's refusal; {@code JOIN_REFUSED} when a server is not of the token's cluster,
     *     before it was shown the token; {@code UNAVAILABLE} when no head let the node in before the time was over
     */
    public JoinAnswer join(List<String> heads, JoinRequest request, Duration timeout) {
        return JoinJson.readAnswer(ask(heads, JoinRoutes.JOIN, Json.bytes(JoinJson.write(request)), timeout));
    }

    /** Asks for a fresh certificate; else as {@link #join}. */
    public JoinAnswer renew(List<String> heads, RenewRequest request, Duration timeout) {
        return JoinJson.readAnswer(ask(heads, JoinRoutes.RENEW, Json.bytes(JoinJson.write(request)), timeout));
    }

    /** Asks for key material of a member of a project; else as {@link #renew}. */
    public ProjectCredentials credentials(List<String> heads, String project, String user, Duration timeout) {
        byte[] body = Json.bytes(Json.object().put(JoinJson.PROJECT, project).put(JoinJson.USER, user));
        return JoinJson.readCredentials(ask(heads, JoinRoutes.CREDENTIALS, body, timeout));
    }

    /** What one head said. */
    private sealed interface Said {}

    private record Yes(JsonNode answer) implements Said {}

    /** It may say something else later. */
    private record Later(String why) implements Said {}

    /** Another head decides; at the address, if that is known. */
    private record Other(
            FeatureStoreException refusal, @Nullable URI address) implements Said {}

    private JsonNode ask(List<String> heads, String path, byte[] body, Duration timeout) {
        Deadline deadline = Deadline.after(ticker, timeout);
        List<URI> addresses = heads.stream().map(head -> address(head, path)).toList();
        Duration next = PAUSE_MIN;
        while (true) {
            List<String> reasons = new ArrayList<>();
            FeatureStoreException elsewhere = null;
            for (URI address : addresses) {
                Said said = send(address, body, deadline);
                if (said instanceof Other other && other.address() != null) {
                    said = send(other.address(), body, deadline);
                }
                switch (said) {
                    case Yes yes -> {
                        return yes.answer();
                    }
                    case Later later -> reasons.add(later.why());
                    case Other other -> elsewhere = other.refusal();
                }
            }
            if (reasons.isEmpty() && elsewhere != null) {
                throw elsewhere;
            }
            if (deadline.passed(ticker) || Thread.currentThread().isInterrupted()) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "heads: none of " + heads + " answered within " + timeout.toSeconds() + " s (the last: "
                                + String.join("; ", reasons) + ")");
            }
            pause.pause(least(jittered(next), deadline.remaining(ticker)));
            next = least(next.multipliedBy(2), PAUSE_MAX);
        }
    }

    private static URI address(String head, String path) {
        try {
            return URI.create("https://" + head + path);
        } catch (IllegalArgumentException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "address of a head: '" + head + "' (expected: host:port)", e);
        }
    }

    private Duration jittered(Duration pause) {
        return Duration.ofMillis(random.nextLong(pause.toMillis() / 2, pause.toMillis() + 1));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Said send(URI address, byte[] body, Deadline deadline) {
        Duration rest = least(deadline.remaining(ticker), REQUEST_TIMEOUT);
        if (rest.isZero()) {
            return new Later(address.getAuthority() + ": no time was left");
        }
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(rest)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return read(
                    address,
                    http.send(
                            request,
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX)));
        } catch (IOException e) {
            CertificateException distrust = distrust(e);
            if (distrust != null) {
                throw new FeatureStoreException(
                        ErrorCode.JOIN_REFUSED,
                        "server " + address.getAuthority() + " is not trusted, nothing was sent to it: "
                                + distrust.getMessage(),
                        e);
            }
            return new Later(address.getAuthority() + ": "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Later("interrupted");
        }
    }

    private static @Nullable CertificateException distrust(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException distrust) {
                return distrust;
            }
        }
        return null;
    }

    private static Said read(URI address, HttpResponse<byte[]> response) {
        int status = response.statusCode();
        JsonNode json = response.body().length == 0 ? Json.object() : Json.parse(response.body());
        if (status == 200) {
            return new Yes(json);
        }
        String text = json.path("usrMsg").asText(json.path("errorMsg").asText("status " + status));
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(candidate ->
                        candidate.number() == json.path("errorCode").asInt())
                .findFirst()
                .orElse(ErrorCode.INTERNAL);
        if (code.retryable()) {
            return new Later(address.getAuthority() + ": " + text);
        }
        FeatureStoreException refusal = new FeatureStoreException(code, text);
        if (!json.has(JoinRoutes.HEAD)) {
            throw refusal;
        }
        String other = json.path(JoinRoutes.ADDRESS).asText("");
        return new Other(refusal, other.isEmpty() ? null : address(other, address.getPath()));
    }

    @Override
    public void close() {
        http.close();
    }
}
