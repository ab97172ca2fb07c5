package io.hopyard.server.join;

import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.Fingerprint;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.NodeCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** Makes tokens over the data directory of a head, whether that runs or not. */
public final class HeadTokens {
    private HeadTokens() {}

    /**
     * A fresh token, durable when it returns; the head honours it from then on.
     *
     * @param data the head's data directory
     * @throws FeatureStoreException {@code UNAVAILABLE} when it is not the directory of a head
     */
    public static JoinToken make(Path data, StoredToken.Grant grant, Clock clock, SecureRandom random) {
        Path directory = data.resolve("identity");
        Identity node = IdentityFiles.find(directory, "node", random);
        Peer head = node == null ? null : NodeCertificates.find(node.certificate());
        if (node == null || head == null || !Files.exists(directory.resolve("ca.key"))) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    data + " holds no head with the cluster's authority (expected: --data with the directory of a head"
                            + " that was started once)");
        }
        return new TokenFiles(data, clock, random).make(head.name(), Fingerprint.of(node.authority()), grant);
    }
}
