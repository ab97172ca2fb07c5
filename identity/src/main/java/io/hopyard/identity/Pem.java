package io.hopyard.identity;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Keys and certificates as PEM text (RFC 7468). */
final class Pem {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final String REQUEST_BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
    private static final String REQUEST_END = "-----END CERTIFICATE REQUEST-----";
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    static String privateKey(PrivateKey key) {
        return KEY_BEGIN + "\n" + LINES.encodeToString(key.getEncoded()) + "\n" + KEY_END + "\n";
    }

    static String certificates(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append("-----BEGIN CERTIFICATE-----\n")
                        .append(LINES.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate cannot be encoded", e);
            }
        }
        return text.toString();
    }

    static String request(byte[] encoded) {
        return REQUEST_BEGIN + "\n" + LINES.encodeToString(encoded) + "\n" + REQUEST_END + "\n";
    }

    /** @throws IllegalArgumentException when it is no PEM */
    static byte[] readRequest(String pem) {
        return body(pem, REQUEST_BEGIN, REQUEST_END);
    }

    /** Reads what {@link #privateKey} wrote, a key on the curve P-256. */
    static PrivateKey readPrivateKey(String pem) throws GeneralSecurityException {
        byte[] encoded;
        try {
            encoded = body(pem, KEY_BEGIN, KEY_END);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("no PEM of a private key", e);
        }
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static byte[] body(String pem, String begin, String end) {
        return Base64.getDecoder()
                .decode(pem.replace(begin, "").replace(end, "").replaceAll("\\s", ""));
    }

    static List<X509Certificate> readCertificates(String pem) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }
}
