package io.hopyard.server.node;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.cluster.Revocations;
import io.hopyard.identity.NodeCertificates;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which nodes come in at which door: those with a role that has to do there, as long as they are not revoked. Thread safe. */
final class NodeGates {
    private static final Set<NodeRole> ALL = EnumSet.allOf(NodeRole.class);

    private final Supplier<Revocations> revoked;

    /** @param revoked as this node knows them; asked each time */
    NodeGates(Supplier<Revocations> revoked) {
        this.revoked = revoked;
    }

    /** For nodes with any role. */
    NodeGate ofNodes() {
        return of(ALL);
    }

    /** For nodes with at least one of the roles. */
    NodeGate of(Set<NodeRole> roles) {
        Set<NodeRole> wanted = Set.copyOf(roles);
        String expected = words(wanted);
        return (subject, validFrom) -> objection(subject, validFrom, wanted, expected);
    }

    private @Nullable String objection(String subject, Instant validFrom, Set<NodeRole> wanted, String expected) {
        Peer node = NodeCertificates.find(subject);
        if (node == null || node.roles().stream().noneMatch(wanted::contains)) {
            return "certificate: of " + (node == null ? subject : node) + " (expected: that of a node with role "
                    + expected + ")";
        }
        return revoked.get().revokes(node.name(), validFrom)
                ? "certificate: of " + node + ", which was taken out of the cluster (expected: one that it gets when it"
                        + " joins again with a new token)"
                : null;
    }

    private static String words(Set<NodeRole> roles) {
        return Arrays.stream(NodeRole.values())
                .filter(roles::contains)
                .map(NodeRole::word)
                .collect(Collectors.joining(" or "));
    }
}
