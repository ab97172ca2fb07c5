package io.hopyard.core.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;

/** An API key as stored: of its secret only a salted SHA-256. */
@SuppressWarnings("ArrayRecordComponent") // never compared by value
record StoredKey(ApiKey key, byte[] salt, byte[] hash) {
    private static final int SALT_BYTES = 16;

    static StoredKey of(ApiKey key, String secret, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new StoredKey(key, salt, digest(salt, secret));
    }

    /** Takes the same time wherever the first wrong byte is. */
    boolean matches(String secret) {
        return MessageDigest.isEqual(hash, digest(salt, secret));
    }

    private static byte[] digest(byte[] salt, String secret) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            return sha.digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
