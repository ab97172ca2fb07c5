package io.hopyard.wire.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, read at most once and never beyond the door's limits. Whoever answers calls {@link #drain()}
 * first: a client that is still sending would otherwise meet a reset connection in place of the answer.
 */
final class RequestBody {
    private static final byte[] NOTHING = {};
    private static final int CHUNK_BYTES = 64 << 10;

    private final ServerRequest request;
    private final HttpSettings settings;
    private final Deadline deadline;
    private final Ticker ticker;
    private final StallWatch watch;
    private final long announcedBytes;
    private byte @Nullable [] bytes;
    private @Nullable InputStream stream;
    private long readBytes;
    private boolean complete;
    private boolean broken;

    RequestBody(ServerRequest request, HttpSettings settings, Deadline deadline, Ticker ticker, StallWatch watch) {
        this.request = request;
        this.settings = settings;
        this.deadline = deadline;
        this.ticker = ticker;
        this.watch = watch;
        this.announcedBytes = request.headers().contentLength().orElse(-1);
        this.complete = !request.content().hasEntity();
    }

    byte[] bytes() {
        byte[] there = bytes;
        if (there == null) {
            there = complete ? NOTHING : readAll();
            bytes = there;
        }
        return there;
    }

    private byte[] readAll() {
        if (request.headers().contains(HeaderNames.CONTENT_ENCODING)
                && !request.headers().get(HeaderNames.CONTENT_ENCODING).get().equalsIgnoreCase("identity")) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "Content-Encoding: a compressed body (expected: identity)");
        }
        if (announcedBytes > settings.bodyMaxBytes()) {
            throw tooLarge(announcedBytes + " bytes");
        }
        int expected = announcedBytes >= 0 ? (int) announcedBytes : CHUNK_BYTES;
        byte[] buffer = new byte[Math.max(1, Math.min(expected, CHUNK_BYTES))];
        int length = 0;
        while (true) {
            int count = read(buffer, length);
            if (count < 0) {
                break;
            }
            length += count;
            if (length > settings.bodyMaxBytes()) {
                throw tooLarge("more than " + settings.bodyMaxBytes() + " bytes");
            }
            if (length == buffer.length && length != announcedBytes) {
                long doubled = Math.max(CHUNK_BYTES, 2L * length);
                buffer = Arrays.copyOf(buffer, (int) Math.min(doubled, settings.bodyMaxBytes() + 1L));
            } else if (length == announcedBytes) {
                complete = true;
                break;
            }
        }
        return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }

    private FeatureStoreException tooLarge(String size) {
        return new FeatureStoreException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "body: " + size + " (expected: at most " + settings.bodyMaxBytes() + " bytes)");
    }

    private int read(byte[] buffer, int from) {
        if (deadline.passed(ticker)) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "body: not complete after " + settings.requestTimeout().toMillis() + " ms");
        }
        StallWatch.Wait wait = watch.begin(deadline.atNanos());
        try {
            InputStream in = stream;
            if (in == null) {
                in = request.content().inputStream();
                stream = in;
            }
            int count = in.read(buffer, from, buffer.length - from);
            if (!wait.end()) {
                throw new CloseConnectionException("the client fell silent in the middle of a body");
            }
            if (count < 0) {
                complete = true;
            } else {
                readBytes += count;
            }
            return count;
        } catch (IllegalArgumentException | RequestException e) {
            broken = true;
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "body: malformed (expected: chunks as in HTTP/1.1)", e);
        } catch (IOException | UncheckedIOException | DataReader.InsufficientDataAvailableException e) {
            throw new CloseConnectionException("the client went away in the middle of a body", e);
        } finally {
            wait.end();
        }
    }

    /**
     * Throws away what was not read.
     *
     * @return false when the connection cannot be used again and must be closed after the answer
     */
    boolean drain() {
        if (complete) {
            return true;
        }
        if (broken) {
            return false;
        }
        boolean waitsForContinue = request.headers().contains(HeaderNames.EXPECT) && !request.continueSent();
        if (waitsForContinue || announcedBytes - readBytes > settings.drainMaxBytes()) {
            return false;
        }
        byte[] rubbish = new byte[CHUNK_BYTES];
        long drained = 0;
        while (drained <= settings.drainMaxBytes() && !deadline.passed(ticker)) {
            int count = read(rubbish, 0);
            if (count < 0) {
                return true;
            }
            drained += count;
        }
        return false;
    }
}
