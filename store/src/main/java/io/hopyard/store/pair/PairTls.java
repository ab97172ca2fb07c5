package io.hopyard.store.pair;

import io.hopyard.core.cluster.NodeGate;
import java.io.IOException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * TLS between the members of a pair. Thread safe.
 *
 * @param context shows this node's certificate and trusts the cluster's authority
 * @param gate who may be the other member, whichever side connected
 */
record PairTls(SSLContext context, NodeGate gate) {
    /** @throws IOException when the node at the other end is none that may be there, now */
    void check(SSLSocket secured) throws IOException {
        X509Certificate shown = (X509Certificate) secured.getSession().getPeerCertificates()[0];
        String objection = gate.objection(
                shown.getSubjectX500Principal().getName(), shown.getNotBefore().toInstant());
        if (objection != null) {
            throw new NotAdmittedException(objection);
        }
    }

    /** The other end has a certificate of the cluster, but nothing to do here. */
    static final class NotAdmittedException extends IOException {
        private static final long serialVersionUID = 1;

        NotAdmittedException(String objection) {
            super(objection);
        }
    }
}
