package io.hopyard.stream;

import java.nio.file.Path;
import java.util.Map;

/** The certificate with which a side of a connection shows itself, its key, and whose certificates it trusts. */
public sealed interface TlsMaterial {
    /** The same as settings of the log's broker and clients. */
    Map<String, Object> properties();

    /**
     * Texts in PEM.
     *
     * @param certificateChain own certificate first
     * @param privateKey PKCS 8, not encrypted
     * @param trusted certificates of the authorities that are trusted
     */
    record Pem(String certificateChain, String privateKey, String trusted) implements TlsMaterial {
        @Override
        public Map<String, Object> properties() {
            return Map.of(
                    "ssl.keystore.type", "PEM",
                    "ssl.keystore.certificate.chain", certificateChain,
                    "ssl.keystore.key", privateKey,
                    "ssl.truststore.type", "PEM",
                    "ssl.truststore.certificates", trusted);
        }

        @Override
        public String toString() {
            return "Pem[certificateChain=" + certificateChain.length() + " characters, privateKey=***]";
        }
    }

    /**
     * Files of the JDK's kinds, both with the same password, which is also the key's.
     *
     * @param type {@code PKCS12} or {@code JKS}
     */
    record Stores(Path keyStore, Path trustStore, String password, String type) implements TlsMaterial {
        @Override
        public Map<String, Object> properties() {
            return Map.of(
                    "ssl.keystore.type", type,
                    "ssl.keystore.location", keyStore.toString(),
                    "ssl.keystore.password", password,
                    "ssl.key.password", password,
                    "ssl.truststore.type", type,
                    "ssl.truststore.location", trustStore.toString(),
                    "ssl.truststore.password", password);
        }

        @Override
        public String toString() {
            return "Stores[keyStore=" + keyStore + ", trustStore=" + trustStore + ", password=***]";
        }
    }
}
