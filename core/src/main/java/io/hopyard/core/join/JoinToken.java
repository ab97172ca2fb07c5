package io.hopyard.core.join;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text {@code head.id.secret.fingerprint} by which one node joins one cluster once. Never logged; the head that made
 * it keeps a {@link StoredToken} only. Immutable.
 *
 * @param head name of the node that made it, and alone can redeem it
 * @param id 16 hexadecimal digits, public
 * @param secret 32 hexadecimal digits
 * @param fingerprint SHA-256 of the certificate of the cluster's authority, 64 hexadecimal digits: by it the joiner knows
 *     the cluster before it shows the secret
 */
public record JoinToken(String head, String id, String secret, String fingerprint) {
    private static final Pattern SHAPE =
            Pattern.compile("([a-z0-9-]{1,32})\\.([0-9a-f]{16})\\.([0-9a-f]{32})\\.([0-9a-f]{64})");
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 16;

    /** A fresh one; the generator must be a cryptographic one. */
    public static JoinToken random(String head, String fingerprint, RandomGenerator random) {
        return parse(String.join(".", head, hex(random, ID_BYTES), hex(random, SECRET_BYTES), fingerprint));
    }

    /** @throws FeatureStoreException {@code UNAUTHENTICATED} when the text has another shape; it is not repeated */
    public static JoinToken parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED,
                    "token: " + text.length() + " characters of another shape (expected: head.id.secret.fingerprint, as"
                            + " './hopyard token' prints it)");
        }
        return new JoinToken(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    private static String hex(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What the joiner is given. */
    public String text() {
        return String.join(".", head, id, secret, fingerprint);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return head + "." + id + ".***." + fingerprint;
    }
}
