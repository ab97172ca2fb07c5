package io.hopyard.server.node;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.join.JoinClient;
import java.time.Duration;
import java.util.List;

/**
 * Gets certificates of members of projects from the heads, for a node that has the REST API but not the authority's key.
 * Thread safe.
 */
final class HeadIssuer implements CertificateIssuer, AutoCloseable {
    /** Shorter than a client of the REST API waits. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final JoinClient client;
    private final List<String> heads;

    HeadIssuer(Surroundings around, NodeIdentity identity, Heads heads) {
        this.client = new JoinClient(identity.node().sslContext(), around.ticker(), around.pause(), around.random());
        this.heads = heads.doors(AllSettings.JOIN_ADDRESS, AllSettings.JOIN_PORT);
    }

    /** @throws FeatureStoreException {@code UNAVAILABLE} when no head answers in time */
    @Override
    public ProjectCredentials issue(String projectName, String username) {
        return client.credentials(heads, projectName, username, TIMEOUT);
    }

    @Override
    public void close() {
        client.close();
    }
}
