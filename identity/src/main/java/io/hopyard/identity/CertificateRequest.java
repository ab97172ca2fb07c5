package io.hopyard.identity;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A request for a certificate (PKCS 10, RFC 2986), whose signature shows that the asker has the private key. Of the
 * subject in it nothing is taken: who the holder is, the authority says. Immutable.
 */
public final class CertificateRequest {
    private static final int CURVE_BITS = 256;

    private final PublicKey key;

    private CertificateRequest(PublicKey key) {
        this.key = key;
    }

    /** A fresh private key and the request for it, both as PEM. */
    public record Draft(String keyPem, String requestPem) {
        /** Without the key. */
        @Override
        public String toString() {
            return "Draft";
        }
    }

    public static Draft draft(SecureRandom random) {
        try {
            KeyPair pair = X509.keyPair(random);
            return new Draft(Pem.privateKey(pair.getPrivate()), write(pair.getPrivate(), pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot make a key", e);
        }
    }

    /** The request for another certificate of the same key, as PEM. */
    public static String again(Identity identity) {
        return write(identity.key(), identity.certificate().getPublicKey());
    }

    private static String write(PrivateKey key, PublicKey open) {
        try {
            return Pem.request(new JcaPKCS10CertificationRequestBuilder(X509.name("request", List.of()), open)
                    .build(new JcaContentSignerBuilder(X509.SIGNATURE).build(key))
                    .getEncoded());
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("the JDK cannot sign a request", e);
        }
    }

    /** @throws FeatureStoreException {@code INVALID_REQUEST} when it is none, of another kind, or not signed by its key */
    public static CertificateRequest read(String pem) {
        PublicKey key;
        boolean good;
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(Pem.readRequest(pem));
            key = request.getPublicKey();
            good = key instanceof ECPublicKey point
                    && point.getParams().getCurve().getField().getFieldSize() == CURVE_BITS
                    && request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw refused(e);
        } catch (RuntimeException e) { // the library has many kinds for bytes that are no request
            throw refused(e);
        }
        if (!good) {
            throw refused(null);
        }
        return new CertificateRequest(key);
    }

    private static FeatureStoreException refused(@Nullable Exception cause) {
        return new FeatureStoreException(
                ErrorCode.INVALID_REQUEST,
                "certificate request: cannot be used (expected: PEM of a PKCS 10 request for a key on the curve P-256,"
                        + " signed by that key)",
                cause);
    }

    PublicKey key() {
        return key;
    }

    /** SHA-256 of the public key, in hexadecimal digits. */
    public String keyHash() {
        return Fingerprint.of(key.getEncoded());
    }
}
