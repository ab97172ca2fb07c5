package io.hopyard.server.join;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinAnswer;
import io.hopyard.identity.CertificateRequest;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.SecretFiles;
import io.hopyard.server.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a joiner keeps. All is written into {@code joining} of the data directory, which then becomes {@code identity} by
 * one rename: a node has joined completely or not at all. The key in {@code joining} stays the same however often a join
 * is begun, so a node that was killed after its token was spent gets its certificate by the same token.
 */
final class JoinedFiles {
    private static final String NODE = "node";
    private static final String REQUEST = "node.csr";
    private static final String SHARED = "cluster.properties";

    private final Path identity;
    private final Path joining;
    private final SecureRandom random;

    JoinedFiles(Path data, SecureRandom random) {
        this.identity = data.resolve("identity");
        this.joining = data.resolve("joining");
        this.random = random;
    }

    /** What the files in a data directory say about its node. */
    enum State {
        /** Nothing: it is nobody's yet. */
        FRESH,
        /** A join was begun and not finished. */
        BEGUN,
        /** It joined a cluster. */
        JOINED,
        /** It founded a cluster, or began to. */
        FOUNDED
    }

    State state() {
        if (Files.exists(identity.resolve(SHARED))) {
            return State.JOINED;
        }
        if (isFilled(identity)) {
            return State.FOUNDED;
        }
        return Files.exists(joining) ? State.BEGUN : State.FRESH;
    }

    private static boolean isFilled(Path directory) {
        if (!Files.exists(directory)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw unavailable(directory, e);
        }
    }

    /** The identity of a node that has joined, or null when its files were lost since. */
    @Nullable
    Identity find() {
        return IdentityFiles.find(identity, NODE, random);
    }

    /** The settings that all nodes of the cluster share, as the head told them last. */
    Map<String, String> shared() {
        try {
            return SettingsFile.read(identity.resolve(SHARED));
        } catch (IOException e) {
            throw unavailable(identity, e);
        }
    }

    /** The key to join with and its request: those of an earlier try, if there are any. */
    CertificateRequest.Draft draft() {
        Path key = joining.resolve(NODE + ".key");
        Path request = joining.resolve(REQUEST);
        try {
            if (Files.exists(request)) { // written last
                return new CertificateRequest.Draft(Files.readString(key), Files.readString(request));
            }
            CertificateRequest.Draft fresh = CertificateRequest.draft(random);
            SecretFiles.makeDirectory(joining);
            SecretFiles.write(key, fresh.keyPem());
            SecretFiles.write(request, fresh.requestPem());
            return fresh;
        } catch (IOException e) {
            throw unavailable(joining, e);
        }
    }

    /** From here on the node has joined; durable when it returns. */
    void commit(Identity node, JoinAnswer answer) {
        try {
            IdentityFiles.write(joining, NODE, node);
            SecretFiles.write(joining.resolve("ca.pem"), node.authorityPem());
            String authorityKey = answer.authorityKey();
            if (authorityKey != null) {
                SecretFiles.write(joining.resolve("ca.key"), authorityKey);
            }
            SecretFiles.write(joining.resolve(SHARED), text(answer.settings()));
            SecretFiles.move(joining, identity);
            Files.deleteIfExists(identity.resolve(REQUEST));
        } catch (IOException e) {
            throw unavailable(joining, e);
        }
    }

    /** Keeps a renewed certificate of the same key, and what the head told with it. */
    void replace(Identity node, Map<String, String> settings) {
        try {
            SecretFiles.write(identity.resolve(NODE + ".pem"), node.chainPem());
            SecretFiles.write(identity.resolve(SHARED), text(settings));
        } catch (IOException e) {
            throw unavailable(identity, e);
        }
    }

    private static String text(Map<String, String> settings) {
        StringBuilder text =
                new StringBuilder("# Settings that all nodes of the cluster share; the heads tell them.\n");
        new TreeMap<>(settings)
                .forEach((key, value) ->
                        text.append(key).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    private static FeatureStoreException unavailable(Path directory, IOException cause) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "identity in " + directory + ": " + cause.getMessage(), cause);
    }
}
