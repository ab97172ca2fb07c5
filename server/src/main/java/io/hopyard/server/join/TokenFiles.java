package io.hopyard.server.join;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.SecretFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that this head made, a file each: {@code join/tokens/<id>} until it is used, {@code join/used/<id>} then.
 * They need no running node and no database, which a cluster that is being founded does not have. Thread safe; also
 * processes may use the same directory side by side.
 */
public final class TokenFiles {
    /** Another process may be writing the others just now. */
    private static final String FINISHED = "[0-9a-f]*[0-9a-f]";

    private final Path open;
    private final Path used;
    private final Clock clock;
    private final SecureRandom random;

    /** @param data the head's data directory */
    public TokenFiles(Path data, Clock clock, SecureRandom random) {
        this.open = data.resolve("join").resolve("tokens");
        this.used = data.resolve("join").resolve("used");
        this.clock = clock;
        this.random = random;
    }

    /**
     * A fresh token, durable when it returns. Files of tokens that ended long ago are removed.
     *
     * @param head name of this node
     * @param fingerprint of the authority
     */
    public JoinToken make(String head, String fingerprint, StoredToken.Grant grant) {
        JoinToken token = JoinToken.random(head, fingerprint, random);
        try {
            SecretFiles.makeDirectory(open);
            SecretFiles.makeDirectory(used);
            removeOld(open);
            removeOld(used);
            SecretFiles.write(
                    open.resolve(token.id()),
                    StoredToken.of(token, grant, random).encode());
            return token;
        } catch (IOException e) {
            throw unavailable(open, e);
        }
    }

    /** So long a joiner hears that its token ended or was used, and not just that there is none. */
    private void removeOld(Path directory) throws IOException {
        Instant before = clock.instant().minus(StoredToken.LIFE_MAX);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, FINISHED)) {
            for (Path file : files) {
                StoredToken token = read(file);
                if (token != null && token.expires().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The token, used or not, or null when this head has none with the id. */
    @Nullable
    StoredToken find(String id) {
        try {
            StoredToken token = read(open.resolve(id));
            return token == null ? read(used.resolve(id)) : token;
        } catch (IOException e) {
            throw unavailable(open, e);
        }
    }

    private static @Nullable StoredToken read(Path file) throws IOException {
        try {
            return StoredToken.decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no token: " + e.getMessage(), e);
        }
    }

    /**
     * Spends the token for the node that makes this claim; of several who try, one succeeds. Durable when it returns.
     *
     * @return false when it was spent before
     */
    boolean redeem(StoredToken token, String claim) {
        Path place = used.resolve(token.id());
        try {
            SecretFiles.move(open.resolve(token.id()), place);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unavailable(open, e);
        }
        try {
            // Killed before this, the token is spent and serves nobody.
            SecretFiles.write(place, token.claimedBy(claim).encode());
            return true;
        } catch (IOException e) {
            throw unavailable(used, e);
        }
    }

    private static FeatureStoreException unavailable(Path directory, IOException cause) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "tokens in " + directory + ": " + cause.getMessage(), cause);
    }
}
