package io.hopyard.wire.http;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP door listens and what it takes at most.
 *
 * @param door its name in metrics, logs and settings
 * @param host address or name to bind
 * @param port 0 = any free one
 * @param tls null = plain HTTP
 * @param bodyMaxBytes a larger body is refused with {@code PAYLOAD_TOO_LARGE}
 * @param drainMaxBytes so much of a body that nobody wants is read and thrown away to keep the connection usable; when
 *     there is more, the connection is closed after the answer
 * @param requestsMax requests in flight; more are refused with {@code TOO_MANY_REQUESTS}
 * @param connectionsMax open connections
 * @param idleTimeout a connection on which nothing arrives for so long is closed, and one whose client has not taken a
 *     whole answer for so long
 * @param requestTimeout the deadline that handlers get, and the time in which a body must have arrived; a client that has
 *     fallen silent by then is cut off
 * @param stopTimeout how long {@link HttpDoor#close()} waits for requests in flight
 * @param compressFromBytes text answers of at least this size are compressed when the client takes gzip
 */
public record HttpSettings(
        String door,
        String host,
        int port,
        @Nullable SSLContext tls,
        int bodyMaxBytes,
        long drainMaxBytes,
        int requestsMax,
        int connectionsMax,
        Duration idleTimeout,
        Duration requestTimeout,
        Duration stopTimeout,
        int compressFromBytes) {
    public HttpSettings {
        check("port", port, 0, 65_535);
        check("bodyMaxBytes", bodyMaxBytes, 1, 1 << 30);
        check("drainMaxBytes", drainMaxBytes, 0, 1L << 40);
        check("requestsMax", requestsMax, 1, 1_000_000);
        check("connectionsMax", connectionsMax, 1, 1_000_000);
        check("idleTimeout in ms", idleTimeout.toMillis(), 1, 86_400_000);
        check("requestTimeout in ms", requestTimeout.toMillis(), 1, 86_400_000);
        check("stopTimeout in ms", stopTimeout.toMillis(), 0, 86_400_000);
        check("compressFromBytes", compressFromBytes, 1, Integer.MAX_VALUE);
    }

    private static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + " to " + max + ")");
        }
    }

    /** The defaults: plain HTTP, 16 MiB bodies, 1,024 requests and 2,048 connections, 30 s per request. */
    public static HttpSettings at(String door, String host, int port) {
        return new HttpSettings(
                door,
                host,
                port,
                null,
                16 << 20,
                64L << 20,
                1_024,
                2_048,
                Duration.ofMinutes(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                8 << 10);
    }

    public HttpSettings withTls(SSLContext context) {
        return new HttpSettings(
                door,
                host,
                port,
                context,
                bodyMaxBytes,
                drainMaxBytes,
                requestsMax,
                connectionsMax,
                idleTimeout,
                requestTimeout,
                stopTimeout,
                compressFromBytes);
    }

    public HttpSettings withBodies(int maxBytes, long drainBytes) {
        return new HttpSettings(
                door,
                host,
                port,
                tls,
                maxBytes,
                drainBytes,
                requestsMax,
                connectionsMax,
                idleTimeout,
                requestTimeout,
                stopTimeout,
                compressFromBytes);
    }

    public HttpSettings withConcurrency(int requests, int connections) {
        return new HttpSettings(
                door,
                host,
                port,
                tls,
                bodyMaxBytes,
                drainMaxBytes,
                requests,
                connections,
                idleTimeout,
                requestTimeout,
                stopTimeout,
                compressFromBytes);
    }

    public HttpSettings withTimeouts(Duration idle, Duration request, Duration stop) {
        return new HttpSettings(
                door,
                host,
                port,
                tls,
                bodyMaxBytes,
                drainMaxBytes,
                requestsMax,
                connectionsMax,
                idle,
                request,
                stop,
                compressFromBytes);
    }

    public HttpSettings withCompressionFrom(int bytes) {
        return new HttpSettings(
                door,
                host,
                port,
                tls,
                bodyMaxBytes,
                drainMaxBytes,
                requestsMax,
                connectionsMax,
                idleTimeout,
                requestTimeout,
                stopTimeout,
                bytes);
    }
}
