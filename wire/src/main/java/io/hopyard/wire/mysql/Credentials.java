package io.hopyard.wire.mysql;

import io.hopyard.core.access.OnlineLogins.OnlineLogin;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What a client sent to prove that it knows a password, kept so that it can be checked again when the password changes.
 * Not thread safe.
 */
final class Credentials {
    static final String SHA2 = "caching_sha2_password";
    static final String NATIVE = "mysql_native_password";
    static final int NONCE_BYTES = 20;

    private final String user;
    private final boolean sha2;
    private final byte[] nonce;
    private final byte[] proof;

    Credentials(String user, String plugin, byte[] nonce, byte[] proof) {
        this.user = user;
        this.sha2 = plugin.equals(SHA2);
        this.nonce = nonce.clone();
        this.proof = proof.clone();
    }

    String user() {
        return user;
    }

    boolean sha2() {
        return sha2;
    }

    boolean passwordGiven() {
        return proof.length > 0;
    }

    boolean prove(OnlineLogin login) {
        return sha2 ? proveSha2(login.sha256()) : proveNative(login.sha1());
    }

    /** proof = SHA256(password) xor SHA256(SHA256(SHA256(password)) + nonce). */
    private boolean proveSha2(byte[] stored) {
        MessageDigest digest = digest("SHA-256");
        if (proof.length != digest.getDigestLength()) {
            return false;
        }
        digest.update(stored);
        byte[] mask = digest.digest(nonce);
        return MessageDigest.isEqual(digest.digest(xor(mask)), stored);
    }

    /** proof = SHA1(password) xor SHA1(nonce + SHA1(SHA1(password))). */
    private boolean proveNative(byte[] stored) {
        MessageDigest digest = digest("SHA-1");
        if (proof.length != digest.getDigestLength()) {
            return false;
        }
        digest.update(nonce);
        byte[] mask = digest.digest(stored);
        return MessageDigest.isEqual(digest.digest(xor(mask)), stored);
    }

    private byte[] xor(byte[] mask) {
        byte[] result = new byte[proof.length];
        for (int index = 0; index < result.length; index++) {
            result[index] = (byte) (proof[index] ^ mask[index]);
        }
        return result;
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
