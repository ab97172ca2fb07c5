package io.hopyard.wire.join;

import io.hopyard.core.join.JoinAnswer;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.RenewRequest;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/** Decides at a head who joins. Thread safe. */
public interface JoinDesk {
    /**
     * Lets a node in, once per token; the token is spent when it returns {@link Admitted}, and only then.
     *
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAUTHENTICATED} for the token, {@code JOIN_REFUSED} for
     *     the rest
     */
    Reply join(JoinRequest request);

    /**
     * Gives a node a fresh certificate.
     *
     * @param shown its present one, which TLS trusts
     * @throws io.hopyard.core.error.FeatureStoreException {@code UNAUTHENTICATED} when it is no node's
     */
    JoinAnswer renew(X509Certificate shown, RenewRequest request);

    /** What becomes of a request to join. */
    sealed interface Reply {}

    /** The node is let in. */
    record Admitted(JoinAnswer answer) implements Reply {}

    /**
     * Another head made the token and alone can redeem it.
     *
     * @param address {@code host:port} of its join door, or null when this head does not know it
     */
    record Elsewhere(String head, @Nullable String address) implements Reply {}
}
