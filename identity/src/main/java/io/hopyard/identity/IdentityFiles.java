package io.hopyard.identity;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** An identity on disk: {@code name.key} (owner only) and {@code name.pem}, its certificate and the authority's. */
public final class IdentityFiles {
    private IdentityFiles() {}

    /**
     * Null when a file is missing, cannot be understood, or belongs to another one: whoever was killed between the two
     * writes left no identity.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the directory cannot be read
     */
    public static @Nullable Identity find(Path directory, String name, SecureRandom random) {
        Path key = directory.resolve(name + ".key");
        Path chain = directory.resolve(name + ".pem");
        if (!Files.exists(key) || !Files.exists(chain)) {
            return null;
        }
        try {
            return parse(Files.readString(key), Files.readString(chain), random);
        } catch (GeneralSecurityException e) {
            return null;
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "identity in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** @throws GeneralSecurityException when the texts are no key and chain that belong together */
    public static Identity parse(String keyPem, String chainPem, SecureRandom random) throws GeneralSecurityException {
        var key = Pem.readPrivateKey(keyPem);
        var chain = Pem.readCertificates(chainPem);
        if (chain.isEmpty() || !X509.belongTogether(key, chain.getFirst().getPublicKey(), random)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
        return new Identity(key, chain);
    }

    /** Durable when it returns; a kill in between leaves the old one or none. */
    public static void write(Path directory, String name, Identity identity) throws IOException {
        SecretFiles.write(directory.resolve(name + ".key"), identity.keyPem());
        SecretFiles.write(directory.resolve(name + ".pem"), identity.chainPem());
    }
}
