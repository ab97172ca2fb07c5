package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Revocations;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NodeGatesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicReference<Revocations> revoked = new AtomicReference<>(Revocations.NONE);
    private final NodeGates gates = new NodeGates(revoked::get);

    @Test
    void roleThatHasNothingToDoThereIsNotLetIn() {
        NodeGate gate = gates.of(Set.of(NodeRole.HEAD, NodeRole.API));

        assertThat(gate.objection("CN=node:h1,OU=head,O=Hopyard", NOON)).isNull();
        assertThat(gate.objection("CN=node:n1,OU=worker,OU=api,O=Hopyard", NOON))
                .isNull();
        assertThat(gate.objection("CN=node:d1,OU=data,O=Hopyard", NOON))
                .isEqualTo("certificate: of node d1 [DATA] (expected: that of a node with role head or api)");
        assertThat(gate.objection("CN=flights__anna,O=Hopyard", NOON))
                .isEqualTo(
                        "certificate: of CN=flights__anna,O=Hopyard (expected: that of a node with role head or api)");
        assertThat(gates.ofNodes().objection("CN=node:old,O=Hopyard", NOON)).contains("node old []");
    }

    @Test
    void revokedNodeIsNotLetInUntilItHasANewCertificate() {
        NodeGate gate = gates.ofNodes();
        assertThat(gate.objection("CN=node:d1,OU=data", NOON)).isNull();

        revoked.set(Revocations.NONE.with("d1", NOON, NOON.minusSeconds(1)));
        assertThat(gate.objection("CN=node:d1,OU=data", NOON))
                .contains("node d1", "which was taken out of the cluster");
        assertThat(gate.objection("CN=node:d1,OU=data", NOON.plusSeconds(1))).isNull();
        assertThat(gate.objection("CN=node:d2,OU=data", NOON)).isNull();
    }
}
