package io.hopyard.cluster;

import io.hopyard.core.cluster.NodeGate;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trusts a peer when the JDK's own check does, its certificate is a node's and the gate lets it in. The cluster's authority
 * also signs certificates of users, for the log; those must not come in here. Thread safe.
 */
final class NodeTrust extends X509ExtendedTrustManager {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTrust.class);
    private static final String NODE_PREFIX = "node:";

    private final X509ExtendedTrustManager checked;
    private final NodeGate gate;

    NodeTrust(X509ExtendedTrustManager checked, NodeGate gate) {
        this.checked = checked;
        this.gate = gate;
    }

    private void checkNode(X509Certificate[] chain) throws CertificateException {
        String subject = chain[0].getSubjectX500Principal().getName();
        if (!isNode(subject)) {
            throw new CertificateException(
                    "certificate: " + subject + " (expected: a common name that begins with node:)");
        }
        String objection = gate.objection(subject, chain[0].getNotBefore().toInstant());
        if (objection != null) {
            LOG.atWarn().addKeyValue("reason", objection).log("A node is not let in to coordination.");
            throw new CertificateException(objection);
        }
    }

    /** @param subject a distinguished name as RFC 2253 has it */
    static boolean isNode(String subject) {
        try {
            return new LdapName(subject)
                    .getRdns().stream()
                            .anyMatch(part -> part.getType().equalsIgnoreCase("CN")
                                    && part.getValue().toString().startsWith(NODE_PREFIX));
        } catch (InvalidNameException e) {
            return false;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checked.checkClientTrusted(chain, authType, engine);
        checkNode(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checked.checkClientTrusted(chain, authType, socket);
        checkNode(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checked.checkClientTrusted(chain, authType);
        checkNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checked.checkServerTrusted(chain, authType, engine);
        checkNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checked.checkServerTrusted(chain, authType, socket);
        checkNode(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        checked.checkServerTrusted(chain, authType);
        checkNode(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return checked.getAcceptedIssuers();
    }
}
