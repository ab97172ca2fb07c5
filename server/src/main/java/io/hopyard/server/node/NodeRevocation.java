package io.hopyard.server.node;

import io.hopyard.cluster.ZooKeeperRevocations;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.wire.rest.RevocationRoutes;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts a node out of the cluster: the certificates that it has count no more at any door of the other nodes, and it gets no
 * fresh one. Its connections are cut as soon as the node at the other end hears of it. Thread safe.
 */
final class NodeRevocation implements RevocationRoutes.Revoker {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRevocation.class);
    /** No certificate of a node lives longer; see {@code tls.node-certificate-life}. */
    private static final Duration LIFE_MAX = Duration.ofDays(3_650);

    private final Surroundings around;
    private final Heads heads;
    private final ZooKeeperRevocations revocations;

    NodeRevocation(Surroundings around, Heads heads, ZooKeeperRevocations revocations) {
        this.around = around;
        this.heads = heads;
        this.revocations = revocations;
    }

    @Override
    public Instant revoke(String node, Deadline deadline) {
        if (!node.matches("[a-z0-9-]{1,32}")) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "node name: '" + node + "' (expected: 1 to 32 small letters, digits or '-')");
        }
        if (heads.names().contains(node)) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "node name: " + node + " (expected: no head; a head has the authority's key and could give itself"
                            + " another certificate)");
        }
        Instant now = around.clock().instant();
        // A certificate is valid from some time before it was issued.
        revocations.revoke(
                node, now.minus(CertificateAuthority.CLOCK_SKEW), now.minus(LIFE_MAX.multipliedBy(2)), deadline);
        LOG.atInfo().addKeyValue("node", node).log("The certificates of a node are revoked.");
        return now;
    }
}
