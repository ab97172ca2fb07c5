package io.hopyard.core.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the holder of a certificate that the cluster's authority signed may come in at a door for nodes. Thread safe;
 * answers at once, and may say something else later about the same certificate.
 */
@FunctionalInterface
public interface NodeGate {
    /** Lets every holder in; for tests, and for clients that know by name whom they want. */
    NodeGate OPEN = (subject, validFrom) -> null;

    /**
     * @param subject the certificate's, as RFC 2253 has it
     * @param validFrom the certificate's
     * @return why not and what is expected, or null when it may
     */
    @Nullable
    String objection(String subject, Instant validFrom);
}
