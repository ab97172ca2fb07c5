package io.hopyard.server.join;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinAnswer;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.RenewRequest;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.CertificateRequest;
import io.hopyard.identity.Fingerprint;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.identity.PinnedAuthority;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Settings;
import io.hopyard.wire.join.JoinClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first thing that a node does at each start: it sees to it that the node is of a cluster, with a certificate that
 * will last. Used by one thread, which holds the data directory.
 */
public final class NodeJoin {
    private static final Logger LOG = LoggerFactory.getLogger(NodeJoin.class);

    /** A node whose certificate is good may start without the heads; so long it asks for a fresh one. */
    private static final Duration RENEW_TIMEOUT = Duration.ofSeconds(10);

    private final JoinedFiles files;
    private final Time time;
    private final SecureRandom random;

    /** How time passes. */
    public record Time(Clock clock, Ticker ticker, Pause pause) {}

    /** @param data the node's data directory */
    public NodeJoin(Path data, Time time, SecureRandom random) {
        this.files = new JoinedFiles(data, random);
        this.time = time;
        this.random = random;
    }

    /**
     * What the node shall be.
     *
     * @param hosts names and addresses under which others reach it
     * @param heads {@code host:port} of join doors; empty = none was named
     * @param token needed once, else null
     * @param timeout how long heads may be asked
     */
    public record Wish(
            Peer node,
            String zone,
            String region,
            List<String> hosts,
            List<String> heads,
            @Nullable String token,
            Duration timeout) {
        public Wish {
            hosts = List.copyOf(hosts);
            heads = List.copyOf(heads);
        }
    }

    /**
     * Joins if the node has not yet; else renews its certificate if less than a third of its life is left or the node has
     * got new hosts. A head that neither joined nor is told where to founds a cluster: for it nothing is done here.
     *
     * @return the settings that all nodes of the cluster share, by key; empty at a founding head
     * @throws FeatureStoreException when the node cannot be of the cluster, with what is expected instead
     */
    public Map<String, String> ensure(Wish wish) {
        return switch (files.state()) {
            case JOINED -> keep(wish);
            case FOUNDED -> {
                if (!wish.heads().isEmpty()) {
                    throw refused("data directory: its node founded a cluster (expected: one that is empty, to join"
                            + " another cluster; or no --join)");
                }
                yield Map.of();
            }
            case BEGUN -> join(wish);
            case FRESH -> {
                boolean founds = wish.heads().isEmpty() && wish.node().is(NodeRole.HEAD);
                yield founds ? Map.of() : join(wish);
            }
        };
    }

    private Map<String, String> join(Wish wish) {
        String text = wish.token();
        if (text == null || wish.heads().isEmpty()) {
            throw refused("data directory: the node has not joined a cluster yet (expected: --join HOST:PORT of a head,"
                    + " and the token that './hopyard token' prints there)");
        }
        JoinToken token = JoinToken.parse(text);
        CertificateRequest.Draft draft = files.draft();
        JoinRequest request = new JoinRequest(
                token,
                wish.node().name(),
                wish.node().roles(),
                wish.zone(),
                wish.region(),
                wish.hosts(),
                draft.requestPem());
        JoinAnswer answer;
        try (JoinClient client = client(PinnedAuthority.sslContext(token.fingerprint()))) {
            answer = client.join(wish.heads(), request, wish.timeout());
        }
        Identity node = identity(draft.keyPem(), answer, wish.node());
        if (!Fingerprint.of(node.authority()).equals(token.fingerprint())) {
            throw refused("answer of the head: its authority is not the token's");
        }
        boolean hasKey = answer.authorityKey() != null;
        if (hasKey != wish.node().is(NodeRole.HEAD)) {
            throw refused("answer of the head: " + (hasKey ? "with" : "without") + " the authority's key for "
                    + wish.node() + " (expected: for heads only)");
        }
        files.commit(node, answer);
        LOG.atInfo()
                .addKeyValue("node", wish.node().name())
                .addKeyValue("until", node.expires())
                .log("The node has joined the cluster.");
        return answer.settings();
    }

    private Map<String, String> keep(Wish wish) {
        Identity there = files.find();
        if (there == null) {
            if (wish.node().is(NodeRole.HEAD)) { // killed while it renewed its certificate: it will make another one
                return files.shared();
            }
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "data directory: no key and certificate that belong together (expected: node.key and node.pem in"
                            + " 'identity' as they were when the node joined; or remove that directory and join with a"
                            + " new token)");
        }
        Peer known = NodeCertificates.find(there.certificate());
        if (!wish.node().equals(known)) {
            throw refused("node: " + wish.node() + " (expected: " + known
                    + ", as its certificate says; to change it, remove the directory 'identity' and join with a new"
                    + " token)");
        }
        checkToken(wish, there);
        Map<String, String> shared = files.shared();
        Instant now = time.clock().instant();
        boolean covers = there.covers(wish.hosts());
        Duration life = Duration.between(there.certificate().getNotBefore().toInstant(), there.expires());
        boolean fresh = now.plus(life.dividedBy(3)).isBefore(there.expires());
        // A head has the authority's key and renews by itself.
        if (wish.node().is(NodeRole.HEAD) || (covers && fresh)) {
            return shared;
        }
        if (!now.isBefore(there.expires())) {
            throw refused("certificate: it was good until " + there.expires() + " (expected: one that still is; remove"
                    + " the directory 'identity' and join with a new token)");
        }
        try {
            return renew(there, wish, shared);
        } catch (FeatureStoreException e) {
            if (!covers || !e.code().retryable()) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("until", there.expires())
                    .addKeyValue("reason", e.text())
                    .log("The node's certificate could not be renewed; it is tried again at the next start.");
            return shared;
        }
    }

    /** A token that is still in the command line does no harm, unless it is another cluster's. */
    private static void checkToken(Wish wish, Identity there) {
        String text = wish.token();
        if (text != null && !JoinToken.parse(text).fingerprint().equals(Fingerprint.of(there.authority()))) {
            throw refused("token: of another cluster than that of the data directory (expected: a token of the same, or"
                    + " an empty data directory)");
        }
    }

    private Map<String, String> renew(Identity there, Wish wish, Map<String, String> shared) {
        String told = shared.getOrDefault(AllSettings.JOIN_HEADS.key(), "");
        List<String> heads =
                wish.heads().isEmpty() ? AllSettings.JOIN_HEADS.kind().parse().apply(told) : wish.heads();
        if (heads.isEmpty()) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "heads: none is known (expected: --join HOST:PORT of a head)");
        }
        JoinAnswer answer;
        try (JoinClient client = client(there.sslContext())) {
            answer =
                    client.renew(heads, new RenewRequest(wish.hosts(), CertificateRequest.again(there)), RENEW_TIMEOUT);
        }
        Identity node = identity(there.keyPem(), answer, wish.node());
        if (!node.authority().equals(there.authority())) {
            throw refused("answer of the head: its authority is another one than the node's");
        }
        files.replace(node, answer.settings());
        LOG.atInfo()
                .addKeyValue("node", wish.node().name())
                .addKeyValue("until", node.expires())
                .log("The node has got a fresh certificate.");
        return answer.settings();
    }

    private JoinClient client(SSLContext tls) {
        return new JoinClient(tls, time.ticker(), time.pause(), random);
    }

    /** What the head answered, looked at before anything of it is kept. */
    private Identity identity(String keyPem, JoinAnswer answer, Peer expected) {
        Identity node;
        try {
            node = IdentityFiles.parse(keyPem, answer.chain(), random);
            node.certificate().verify(node.authority().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new FeatureStoreException(
                    ErrorCode.JOIN_REFUSED,
                    "answer of the head: no certificate for this node's key (expected: one)",
                    e);
        }
        Peer named = NodeCertificates.find(node.certificate());
        if (!expected.equals(named)) {
            throw refused("answer of the head: a certificate for " + named + " (expected: for " + expected + ")");
        }
        Settings.of(answer.settings());
        return node;
    }

    private static FeatureStoreException refused(String message) {
        return new FeatureStoreException(ErrorCode.JOIN_REFUSED, message);
    }
}
