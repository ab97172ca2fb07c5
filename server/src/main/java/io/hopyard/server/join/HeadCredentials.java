package io.hopyard.server.join;

import io.hopyard.core.access.CertificateIssuer;
import io.hopyard.core.access.ProjectCredentials;
import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
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
    private final NodeGate gate;

    /** @param gate of nodes that serve the REST API */
    public HeadCredentials(CertificateIssuer issuer, NodeGate gate) {
        this.issuer = issuer;
        this.gate = gate;
    }

    @Override
    public ProjectCredentials issue(X509Certificate shown, String project, String user) {
        String subject = shown.getSubjectX500Principal().getName();
        String objection = gate.objection(subject, shown.getNotBefore().toInstant());
        if (objection != null) {
            throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, objection);
        }
        LOG.atInfo()
                .addKeyValue("node", subject)
                .addKeyValue("project", project)
                .addKeyValue("user", user)
                .log("A node has got a certificate for a member of a project.");
        return issuer.issue(project, user);
    }
}
