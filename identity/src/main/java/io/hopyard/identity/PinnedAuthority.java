package io.hopyard.identity;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * For a client that knows nothing of a cluster but the fingerprint of its authority: it trusts a server whose chain ends
 * in the certificate with that fingerprint, and is valid under it, names of hosts included. Thread safe.
 */
public final class PinnedAuthority extends X509ExtendedTrustManager {
    private static final X509Certificate[] NONE = {};

    private final String fingerprint;

    private PinnedAuthority(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** @param fingerprint as {@link Fingerprint} writes it */
    public static SSLContext sslContext(String fingerprint) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new PinnedAuthority(fingerprint)}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a TLS context", e);
        }
    }

    /** The JDK's own check, with the pinned authority as the only one it trusts. */
    private X509ExtendedTrustManager under(X509Certificate[] chain) throws CertificateException {
        String shown = Fingerprint.of(chain[chain.length - 1]);
        if (!shown.equals(fingerprint)) {
            throw new CertificateException("authority of the server: fingerprint " + shown + " (expected: "
                    + fingerprint + ", as the token says)");
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", chain[chain.length - 1]);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return Arrays.stream(trust.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the pinned authority cannot be trusted", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        under(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        under(chain).checkServerTrusted(chain, authType, socket);
    }

    /** Without a connection there is no name of a host to check. */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notHere();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notHere();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notHere();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notHere();
    }

    private static CertificateException notHere() {
        return new CertificateException("a pinned authority is for connections to servers only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return NONE;
    }
}
