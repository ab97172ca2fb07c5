package io.hopyard.server.join;

import io.hopyard.core.access.Caller;
import io.hopyard.core.access.Gate;
import io.hopyard.core.access.Permission;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.Identity;
import io.hopyard.wire.http.DoorTls;
import io.hopyard.wire.http.ErrorWriter;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.http.HttpSettings;
import io.hopyard.wire.http.KeySource;
import io.hopyard.wire.join.JoinRoutes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The listener at which nodes join. Who calls is not known yet, so its bounds are narrow; API keys are good for nothing
 * here, and it works before there is a database.
 */
public final class JoinDoor {
    private static final int BODY_BYTES_MAX = 64 << 10;
    /** So much of a longer body is read, so that its sender gets an answer. */
    private static final int DRAIN_BYTES_MAX = 1 << 20;

    private static final int REQUESTS_MAX = 16;
    private static final int CONNECTIONS_MAX = 64;
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /** For doors at which API keys are good for nothing. */
    public static final Gate NO_KEYS = new Gate() {
        @Override
        public Caller authenticate(@Nullable String apiKey, Deadline deadline) {
            throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, "API key: this door takes none");
        }

        @Override
        public boolean allows(Caller caller, long projectId, Permission permission, Deadline deadline) {
            return false;
        }
    };

    private JoinDoor() {}

    /**
     * Where the door listens.
     *
     * @param port 0 = any free one
     */
    public record Place(String host, int port) {}

    /** Nothing listens before it is started. */
    public static HttpDoor of(
            Place place, Identity head, JoinRoutes routes, Duration stopGrace, Metrics metrics, Ticker ticker) {
        HttpSettings settings = HttpSettings.at("join", place.host(), place.port())
                .withTls(new DoorTls(head.sslContext(), true))
                .withBodies(BODY_BYTES_MAX, DRAIN_BYTES_MAX)
                .withConcurrency(REQUESTS_MAX, CONNECTIONS_MAX)
                .withTimeouts(IDLE_TIMEOUT, REQUEST_TIMEOUT, stopGrace);
        return new HttpDoor(
                settings,
                routes.routes(),
                new HttpDoor.Parts(NO_KEYS, KeySource.AUTHORIZATION, ErrorWriter.REST, metrics, ticker));
    }
}
