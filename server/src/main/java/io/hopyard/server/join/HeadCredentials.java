package io.hopyard.server.join;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.wire.join.CredentialDesk;
import java.security.cert.X509Certificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nodes with role {@code api} have certificates of members of projects. Such a node has asked the gate whether the member
 * is one, as a head does; it is believed like a head. Thread safe.
 */
public final class HeadCredentials implements CredentialDesk {
    private static final Logger LOG = LoggerFactory.getLogger(HeadCredentials.class);

    private final CertificateIssuer issuer;

    public HeadCredentials(CertificateIssuer issuer) {
        this.issuer = issuer;
    }

    @Override
    public ProjectCredentials issue(X509Certificate shown, String project, String user) {
        Peer node = NodeCertificates.find(shown);
        if (node == null || !node.is(NodeRole.API)) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED,
                    "certificate: of " + shown.getSubjectX500Principal().getName()
                            + " (expected: that of a node with role api)");
        }
        LOG.atInfo()
                .addKeyValue("node", node.name())
                .addKeyValue("project", project)
                .addKeyValue("user", user)
                .log("A node has got a certificate for a member of a project.");
        return issuer.issue(project, user);
    }
}
