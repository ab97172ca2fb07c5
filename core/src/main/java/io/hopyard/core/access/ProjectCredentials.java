package io.hopyard.core.access;

/**
 * The key material of one user in one project.
 *
 * @param keyStore base64 of a JKS with key and certificate chain
 * @param trustStore base64 of a JKS with the certificate authority
 * @param password of both stores and of the key
 * @param caChain PEM
 * @param clientCertificate PEM
 * @param clientKey PEM, PKCS 8, not encrypted
 */
public record ProjectCredentials(
        String keyStore,
        String trustStore,
        String password,
        String caChain,
        String clientCertificate,
        String clientKey) {
    /** Without any of it. */
    @Override
    public String toString() {
        return "ProjectCredentials[***]";
    }
}
