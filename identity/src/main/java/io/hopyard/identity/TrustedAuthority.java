package io.hopyard.identity;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** For clients that know the cluster's authority and show no certificate of their own. */
public final class TrustedAuthority {
    private TrustedAuthority() {}

    /**
     * A context that trusts this authority only.
     *
     * @param pem the authority's certificate
     * @throws FeatureStoreException {@code INVALID_REQUEST} when the text is no certificate
     */
    public static SSLContext sslContext(String pem) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate certificate : Pem.readCertificates(pem)) {
                store.setCertificateEntry(certificate.getSerialNumber().toString(), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST, "certificate of the authority: no PEM of a certificate", e);
        }
    }
}
