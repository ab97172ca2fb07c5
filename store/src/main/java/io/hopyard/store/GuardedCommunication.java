package io.hopyard.store;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.store.pair.PairGate;
import org.apache.ignite.IgniteException;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.lang.IgniteInClosure;
import org.apache.ignite.plugin.extensions.communication.Message;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;
import org.jspecify.annotations.Nullable;

/**
 * The engine's connections between nodes, which do not let the engine know that a message could not be sent before the
 * {@link PairGate} allows it: the engine would take the other node for gone and complete transactions without it. Stands on
 * engine version 2.18.0. Thread safe.
 */
final class GuardedCommunication extends TcpCommunicationSpi {
    private final PairGate gate;

    GuardedCommunication(PairGate gate) {
        this.gate = gate;
    }

    @Override
    public void sendMessage(ClusterNode node, Message message) {
        try {
            super.sendMessage(node, message);
        } catch (RuntimeException | Error e) {
            failed(node);
            throw e;
        }
    }

    @Override
    public void sendMessage(
            ClusterNode node, Message message, @Nullable IgniteInClosure<IgniteException> acknowledged) {
        try {
            super.sendMessage(node, message, acknowledged);
        } catch (RuntimeException | Error e) {
            failed(node);
            throw e;
        }
    }

    /** A node that stops cannot send: that says nothing about the other one. */
    private void failed(ClusterNode node) {
        Incarnation incarnation = GuardedDiscovery.incarnation(node);
        if (!node.isLocal() && incarnation != null && !getSpiContext().isStopping()) {
            gate.sendFailed(incarnation);
        }
    }
}
