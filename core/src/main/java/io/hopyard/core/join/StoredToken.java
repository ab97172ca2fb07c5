package io.hopyard.core.join;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A token as the head that made it keeps it: of its secret only a salted SHA-256, which is enough for 128 random bits.
 * Immutable.
 *
 * @param roles what a node that shows it may be
 * @param name the only name such a node may have, or null for any that is free
 * @param expires from then on it is refused
 * @param claim what {@link JoinRequest#claim} says of the node that used it, or null while nobody did; that node alone may
 *     ask once more, for the same, since the answer may have been lost
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by value
public record StoredToken(
        String id,
        byte[] salt,
        byte[] hash,
        Set<NodeRole> roles,
        @Nullable String name,
        Instant expires,
        @Nullable String claim) {
    /** How long a token may be good for. */
    public static final Duration LIFE_MAX = Duration.ofDays(7);

    private static final int FORMAT = 1;
    private static final int ID = 1;
    private static final int SALT = 2;
    private static final int HASH = 3;
    private static final int ROLE = 4;
    private static final int NAME = 5;
    private static final int EXPIRES_MILLIS = 6;
    private static final int CLAIM = 7;
    private static final int SALT_BYTES = 16;

    public StoredToken {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("roles: none (expected: at least one)");
        }
        roles = Set.copyOf(roles);
    }

    /** What may be done with it. */
    public record Grant(Set<NodeRole> roles, @Nullable String name, Instant expires) {
        /** @throws FeatureStoreException {@code INVALID_REQUEST} when the name can be no node's */
        public Grant {
            if (name != null) {
                JoinRequest.checkWord("node name", name);
            }
            roles = Set.copyOf(roles);
        }
    }

    /** Of a fresh token; the generator must be a cryptographic one. */
    public static StoredToken of(JoinToken token, Grant grant, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new StoredToken(
                token.id(), salt, digest(salt, token.secret()), grant.roles(), grant.name(), grant.expires(), null);
    }

    public StoredToken claimedBy(String whose) {
        return new StoredToken(id, salt, hash, roles, name, expires, whose);
    }

    /**
     * Whether the node that makes this claim may join by it. Only who knows the secret learns what became of the token.
     *
     * @throws FeatureStoreException {@code UNAUTHENTICATED} when the secret is wrong, the time is over, or another node
     *     used it
     */
    public void check(JoinToken shown, String claimed, Instant now) {
        if (!MessageDigest.isEqual(hash, digest(salt, shown.secret()))) {
            throw unknown(shown);
        }
        if (claim != null && !claim.equals(claimed)) {
            throw used();
        }
        if (!now.isBefore(expires)) {
            throw refused("token " + id + ": it was good until " + expires + " (expected: one that still is)");
        }
    }

    /** The refusal of a token that this head does not have, and of a wrong secret: nobody can tell the two apart. */
    public static FeatureStoreException unknown(JoinToken shown) {
        return refused("token " + shown.id() + ": no such token on head " + shown.head()
                + " (expected: one that './hopyard token' printed there)");
    }

    /** The refusal of a token that another node used. */
    public FeatureStoreException used() {
        return refused("token " + id + ": used (expected: one that no node has used; each serves one node)");
    }

    private static FeatureStoreException refused(String message) {
        return new FeatureStoreException(ErrorCode.UNAUTHENTICATED, message);
    }

    public byte[] encode() {
        RecordWriter writer = new RecordWriter(FORMAT);
        writer.put(ID, id).put(SALT, salt).put(HASH, hash);
        new TreeSet<>(roles).forEach(role -> writer.put(ROLE, role.name()));
        return writer.put(NAME, name)
                .put(EXPIRES_MILLIS, expires.toEpochMilli())
                .put(CLAIM, claim)
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are no token, or of a newer format */
    public static StoredToken decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new StoredToken(
                reader.string(ID),
                reader.bytes(SALT),
                reader.bytes(HASH),
                reader.strings(ROLE).stream().map(NodeRole::valueOf).collect(Collectors.toSet()),
                reader.findString(NAME),
                Instant.ofEpochMilli(reader.number(EXPIRES_MILLIS)),
                reader.findString(CLAIM));
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

    /** Without salt and hash. */
    @Override
    public String toString() {
        return "token " + id + " for " + (name == null ? "a node" : "node " + name) + " " + new TreeSet<>(roles)
                + ", until " + expires + (claim == null ? "" : ", used");
    }
}
