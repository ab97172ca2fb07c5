package io.hopyard.identity;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A private key and the certificates that say whose it is. Immutable, thread safe.
 *
 * @param chain own certificate first, the authority's last
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
    private static final String ALIAS = "hopyard";

    public Identity {
        chain = List.copyOf(chain);
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public X509Certificate authority() {
        return chain.getLast();
    }

    public Instant expires() {
        return certificate().getNotAfter().toInstant();
    }

    /** Whether a server with this certificate may be reached under all these names and addresses. */
    public boolean covers(List<String> hosts) {
        try {
            var names = certificate().getSubjectAlternativeNames();
            return (names == null
                            ? List.of()
                            : names.stream().map(entry -> entry.get(1)).toList())
                    .containsAll(hosts);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** The key as PKCS 8 PEM, not encrypted. */
    public String keyPem() {
        return Pem.privateKey(key);
    }

    /** The whole chain as PEM. */
    public String chainPem() {
        return Pem.certificates(chain);
    }

    public String authorityPem() {
        return Pem.certificates(List.of(authority()));
    }

    /** A context that shows this identity and trusts the authority only. */
    public SSLContext sslContext() {
        try {
            char[] none = {};
            KeyStore keys = keyStore("PKCS12", none);
            KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keyManagers.init(keys, none);
            TrustManagerFactory trustManagers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trustManagers.init(trustStore("PKCS12"));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a TLS context", e);
        }
    }

    /** Key and chain in a store of the JDK's kinds; store and key have the same password. */
    public KeyStore keyStore(String type, char[] password) {
        try {
            KeyStore store = emptyStore(type);
            store.setKeyEntry(ALIAS, key, password, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a key store of type " + type, e);
        }
    }

    /** The authority as a trusted certificate. */
    public KeyStore trustStore(String type) {
        try {
            KeyStore store = emptyStore(type);
            store.setCertificateEntry("authority", authority());
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a trust store of type " + type, e);
        }
    }

    private static KeyStore emptyStore(String type) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        try {
            store.load(null, null);
        } catch (java.io.IOException e) {
            throw new IllegalStateException("an empty key store could not be made", e);
        }
        return store;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Identity[" + certificate().getSubjectX500Principal() + ", until " + expires() + "]";
    }
}
