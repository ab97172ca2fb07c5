package io.hopyard.server.join;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.ClusterView;
import io.hopyard.core.join.JoinAnswer;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.JoinRules;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.join.RenewRequest;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.CertificateRequest;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.join.JoinDesk;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets nodes into the cluster of this head: all is checked, then the token is spent, then it answers. Thread safe. */
public final class HeadDesk implements JoinDesk {
    private static final Logger LOG = LoggerFactory.getLogger(HeadDesk.class);

    private final String head;
    private final CertificateAuthority authority;
    private final Duration life;
    private final TokenFiles tokens;
    private final Supplier<ClusterView> cluster;
    private final Supplier<Map<String, String>> settings;
    private final NodeGate gate;
    private final Clock clock;
    /** One request at a time looks at a token and spends it, so that one which is repeated finds the claim. */
    private final ReentrantLock spending = new ReentrantLock();

    /**
     * What the desk asks while it works. Both answer at once or refuse with {@code UNAVAILABLE}; then the joiner tries
     * again.
     *
     * @param settings those that every node must share, by key
     * @param gate whose certificates are renewed
     */
    public record Sources(Supplier<ClusterView> cluster, Supplier<Map<String, String>> settings, NodeGate gate) {}

    /**
     * @param head name of this node
     * @param life of the certificates of nodes
     */
    public HeadDesk(
            String head,
            CertificateAuthority authority,
            Duration life,
            TokenFiles tokens,
            Sources sources,
            Clock clock) {
        this.head = head;
        this.authority = authority;
        this.life = life;
        this.tokens = tokens;
        this.cluster = sources.cluster();
        this.settings = sources.settings();
        this.gate = sources.gate();
        this.clock = clock;
    }

    @Override
    public Reply join(JoinRequest request) {
        JoinToken shown = request.token();
        ClusterView view = cluster.get();
        if (!shown.head().equals(head)) {
            return new Elsewhere(shown.head(), view.joinAddress(shown.head()));
        }
        CertificateRequest wanted = CertificateRequest.read(request.certificateRequest());
        Map<String, String> shared = shared(view);
        String chain = admit(request, wanted, view);
        LOG.atInfo()
                .addKeyValue("node", request.name())
                .addKeyValue("roles", request.roles())
                .addKeyValue("zone", request.zone())
                .addKeyValue("token", shown.id())
                .log("A node may join the cluster.");
        boolean isHead = request.roles().contains(NodeRole.HEAD);
        return new Admitted(new JoinAnswer(chain, shared, isHead ? authority.keyPem() : null));
    }

    /** With the doors of all heads that are alive, where the node renews its certificate. */
    private Map<String, String> shared(ClusterView view) {
        Map<String, String> shared = new TreeMap<>(settings.get());
        String doors = view.alive().stream()
                .map(node -> node.addresses().get(ClusterView.JOIN_DOOR))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(","));
        if (!doors.isEmpty()) {
            shared.putIfAbsent(AllSettings.JOIN_HEADS.key(), doors);
        }
        return shared;
    }

    /** All that can fail comes before the token is spent; the certificate leaves only after that. */
    private String admit(JoinRequest request, CertificateRequest wanted, ClusterView view) {
        JoinToken shown = request.token();
        String claim = request.claim(wanted.keyHash());
        spending.lock();
        try {
            StoredToken token = tokens.find(shown.id());
            if (token == null) {
                throw StoredToken.unknown(shown);
            }
            token.check(shown, claim, clock.instant());
            JoinRules.check(request, token, view);
            String chain = authority.certify(wanted, request.peer(), request.hosts(), life);
            if (token.claim() == null && !tokens.redeem(token, claim)) {
                throw token.used();
            }
            return chain;
        } finally {
            spending.unlock();
        }
    }

    @Override
    public JoinAnswer renew(X509Certificate shown, RenewRequest request) {
        Peer node = NodeCertificates.find(shown);
        if (node == null) {
            throw new FeatureStoreException(
                    ErrorCode.UNAUTHENTICATED,
                    "certificate: of " + shown.getSubjectX500Principal().getName() + " (expected: a node's)");
        }
        String objection = gate.objection(
                shown.getSubjectX500Principal().getName(), shown.getNotBefore().toInstant());
        if (objection != null) {
            throw new FeatureStoreException(ErrorCode.UNAUTHENTICATED, objection);
        }
        CertificateRequest wanted = CertificateRequest.read(request.certificateRequest());
        Map<String, String> shared = shared(cluster.get());
        String chain = authority.certify(wanted, node, request.hosts(), life);
        LOG.atInfo().addKeyValue("node", node.name()).log("A node has got a fresh certificate.");
        return new JoinAnswer(chain, shared, null);
    }
}
