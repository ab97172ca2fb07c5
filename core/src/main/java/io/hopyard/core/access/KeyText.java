package io.hopyard.core.access;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.random.RandomGenerator;

/**
 * The text of an API key, {@code prefix.secret}, as its owner holds it. Never logged, never stored.
 *
 * @param prefix 16 letters and digits, public
 * @param secret at least 32 characters
 */
public record KeyText(String prefix, String secret) {
    private static final int PREFIX_LENGTH = 16;
    private static final int SECRET_LENGTH = 64;
    private static final int TEXT_MAX = 256;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** A fresh one; the generator must be a cryptographic one. */
    public static KeyText random(RandomGenerator random) {
        return new KeyText(letters(random, PREFIX_LENGTH), letters(random, SECRET_LENGTH));
    }

    /** Refused with {@code UNAUTHENTICATED} when the text has another shape. */
    public static KeyText parse(String text) {
        int dot = text.indexOf('.');
        if (dot != PREFIX_LENGTH || text.length() <= PREFIX_LENGTH + 1 || text.length() > TEXT_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED,
                    "API key: of another shape (expected: 16 characters, a dot and the secret)");
        }
        for (int index = 0; index < PREFIX_LENGTH; index++) {
            if (ALPHABET.indexOf(text.charAt(index)) < 0) {
                throw new FeatureStoreException(
                        ErrorCode.UNAUTHENTICATED, "API key: of another shape (expected: letters and digits)");
            }
        }
        return new KeyText(text.substring(0, dot), text.substring(dot + 1));
    }

    static String letters(RandomGenerator random, int length) {
        StringBuilder letters = new StringBuilder(length);
        for (int index = 0; index < length; index++) {
            letters.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return letters.toString();
    }

    /** What the owner sends. */
    public String text() {
        return prefix + "." + secret;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return prefix + ".***";
    }
}
