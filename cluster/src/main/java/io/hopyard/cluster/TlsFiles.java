package io.hopyard.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * How a node shows itself to the others and whom it trusts. Immutable.
 *
 * @param keyStore PKCS 12 file with the node's key and certificate, whose common name begins with {@code node:}
 * @param trustStore PKCS 12 file with the cluster's authority as a trusted certificate
 * @param password of both files and of the key
 */
public record TlsFiles(Path keyStore, Path trustStore, String password) {
    static final String TYPE = "PKCS12";

    KeyStore loadKeyStore() throws IOException, GeneralSecurityException {
        return load(keyStore);
    }

    KeyStore loadTrustStore() throws IOException, GeneralSecurityException {
        return load(trustStore);
    }

    private KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "TlsFiles[keyStore=" + keyStore + ", trustStore=" + trustStore + ", password=***]";
    }
}
