package io.hopyard.cluster;

import io.hopyard.core.cluster.NodeGate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS between nodes: shows a node's own certificate and trusts those of nodes only. */
final class NodeTls {
    private NodeTls() {}

    /**
     * @param gate decides about the nodes at the other end, whichever side began
     * @throws IOException when the files cannot be read with their password
     */
    static SSLContext context(StoreFiles files, NodeGate gate) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(files.loadKeyStore(), files.password().toCharArray());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(files.loadTrustStore());
            X509ExtendedTrustManager checked = Arrays.stream(trust.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new NodeTrust(checked, gate)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS with " + files + ": " + e.getMessage(), e);
        }
    }
}
