package io.hopyard.store;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.store.pair.PairGate;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ignite.cluster.ClusterNode;
import org.apache.ignite.events.EventType;
import org.apache.ignite.lang.IgniteFuture;
import org.apache.ignite.spi.discovery.DiscoveryNotification;
import org.apache.ignite.spi.discovery.DiscoverySpiListener;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.jspecify.annotations.Nullable;

/**
 * The engine's discovery, which does not let the engine know that a node is gone before the {@link PairGate} allows it: the
 * engine would complete transactions without that node. Two ways lead from the ring to the engine, its listener and the look
 * into the ring by {@link #getNode}; the second is taken even before the first. Holds the ring's thread, which is harmless
 * with two nodes only. Stands on engine version 2.18.0. Thread safe.
 */
final class GuardedDiscovery extends TcpDiscoverySpi {
    private static final String INCARNATION = "hopyard.incarnation";

    private final PairGate gate;
    /** Other nodes that were in the ring and were not excluded since. */
    private final Map<UUID, Seen> remembered = new ConcurrentHashMap<>();

    private record Seen(ClusterNode node, Incarnation incarnation) {}

    GuardedDiscovery(PairGate gate) {
        this.gate = gate;
    }

    /** What a node says of itself in the ring. */
    static Map<String, String> attributes(Incarnation me) {
        return Map.of(INCARNATION, me.toString());
    }

    static @Nullable Incarnation incarnation(ClusterNode node) {
        String text = node.attribute(INCARNATION);
        return text == null ? null : Incarnation.parse(text);
    }

    /** The other node of the ring, excluded or not. */
    @Nullable
    Incarnation other() {
        for (ClusterNode node : super.getRemoteNodes()) {
            Incarnation incarnation = incarnation(node);
            if (incarnation != null) {
                return incarnation;
            }
        }
        return null;
    }

    /** Whether the ring holds that process, excluded or not. */
    boolean holds(Incarnation peer) {
        String text = peer.toString();
        return super.getRemoteNodes().stream().anyMatch(node -> text.equals(node.attribute(INCARNATION)));
    }

    void drop(Incarnation peer) {
        String text = peer.toString();
        for (ClusterNode node : super.getRemoteNodes()) {
            if (text.equals(node.attribute(INCARNATION))) {
                failNode(node.id(), "excluded from the pair");
            }
        }
    }

    @Override
    public void setListener(@Nullable DiscoverySpiListener listener) {
        super.setListener(listener == null ? null : new Guarded(listener));
    }

    @Override
    public @Nullable ClusterNode getNode(UUID id) {
        Seen seen = remembered.get(id);
        ClusterNode there = super.getNode(id);
        if (seen == null) {
            return there == null || isExcluded(there) ? null : there;
        }
        return gate.excluded(seen.incarnation()) ? null : seen.node();
    }

    @Override
    public boolean pingNode(UUID id) {
        Seen seen = remembered.get(id);
        if (seen == null) {
            ClusterNode there = super.getNode(id);
            return there != null && !isExcluded(there) && super.pingNode(id);
        }
        return !gate.excluded(seen.incarnation());
    }

    private boolean isExcluded(ClusterNode node) {
        Incarnation incarnation = node.isLocal() ? null : incarnation(node);
        return incarnation != null && gate.excluded(incarnation);
    }

    private final class Guarded implements DiscoverySpiListener {
        private final DiscoverySpiListener engine;

        Guarded(DiscoverySpiListener engine) {
            this.engine = engine;
        }

        @Override
        public void onLocalNodeInitialized(ClusterNode node) {
            engine.onLocalNodeInitialized(node);
        }

        @Override
        public IgniteFuture<?> onDiscovery(DiscoveryNotification notification) {
            ClusterNode node = notification.getNode();
            switch (notification.type()) {
                case EventType.EVT_NODE_JOINED -> notification.getTopSnapshot().forEach(this::remember);
                case EventType.EVT_NODE_FAILED, EventType.EVT_NODE_LEFT -> forget(node);
                case EventType.EVT_NODE_SEGMENTED -> gate.thrownOut();
                default -> {}
            }
            return engine.onDiscovery(notification);
        }

        private void remember(ClusterNode node) {
            Incarnation incarnation = node.isLocal() ? null : incarnation(node);
            if (incarnation != null && !gate.excluded(incarnation)) {
                remembered.put(node.id(), new Seen(node, incarnation));
            }
        }

        private void forget(ClusterNode node) {
            Seen seen = remembered.get(node.id());
            if (seen != null) {
                gate.dropped(seen.incarnation());
                remembered.remove(node.id());
            }
        }
    }
}
