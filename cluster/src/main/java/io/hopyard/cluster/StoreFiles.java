package io.hopyard.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;

/**
 * Key and trust store as the files that the engine wants, PKCS 12, readable by their owner only.
 *
 * @param password of both and of the key; may be made anew at each start, it need not be kept
 */
public record StoreFiles(Path keyStore, Path trustStore, String password) {
    /** The kind of both files. */
    static final String TYPE = "PKCS12";

    /**
     * Writes both stores into the directory; files of an earlier start are replaced.
     *
     * @param keys whose key has the same password
     */
    public static StoreFiles write(Path directory, KeyStore keys, KeyStore trusted, String password)
            throws IOException {
        Files.createDirectories(directory);
        StoreFiles files =
                new StoreFiles(directory.resolve("node-keys.p12"), directory.resolve("trusted.p12"), password);
        store(keys, files.keyStore, password);
        store(trusted, files.trustStore, password);
        return files;
    }

    private static void store(KeyStore store, Path file, String password) throws IOException {
        Files.deleteIfExists(file);
        try (OutputStream out = Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))) {
            store.store(out, password.toCharArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("key store " + file + " cannot be written", e);
        }
    }

    @Override
    public String toString() {
        return "StoreFiles[keyStore=" + keyStore + ", trustStore=" + trustStore + ", password=***]";
    }
}
