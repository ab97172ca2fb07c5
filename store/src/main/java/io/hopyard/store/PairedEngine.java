package io.hopyard.store;

import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairAction.How;
import io.hopyard.core.pair.PairEvent.EngineSeen;
import io.hopyard.store.pair.PairEngine;
import io.hopyard.store.pair.PairGate;
import io.hopyard.store.pair.Pairing;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The engine of a member of a pair. Thread safe. */
final class PairedEngine implements PairEngine {
    private final StoreSettings settings;
    private final Pairing pairing;
    private final Mirrors mirrors;
    private final Incarnation me;
    private final UnaryOperator<PairGate> gates;
    private volatile @Nullable Started started;

    private record Started(EngineNode node, GuardedDiscovery discovery) {}

    /** @param gates what to put between the engine and its gate */
    PairedEngine(
            StoreSettings settings, Pairing pairing, Mirrors mirrors, Incarnation me, UnaryOperator<PairGate> gates) {
        this.settings = settings;
        this.pairing = pairing;
        this.mirrors = mirrors;
        this.me = me;
        this.gates = gates;
    }

    @Override
    public @Nullable Incarnation start(How how, PairGate gate) {
        PairGate used = gates.apply(gate);
        Supplier<SSLContext> tls = pairing.tls();
        EngineSettings.Ring ring = new EngineSettings.Ring(
                me,
                used,
                new GuardedDiscovery(used),
                new GuardedCommunication(used),
                pairing.timings().failureDetection(),
                tls == null ? null : tls.get());
        EngineNode node = EngineNode.start(EngineSettings.of(settings, mirrors, ring));
        started = new Started(node, ring.discovery());
        switch (how) {
            case ALONE -> node.activate();
            case SECOND_OF_TWO -> {
                // At the very first start nobody else does; later the engine activates itself when both are there.
                if (node.blank()) {
                    node.activate();
                }
            }
            case FIRST_OF_TWO, JOINER -> {}
        }
        return ring.discovery().other();
    }

    /** Null before it is started. */
    @Nullable
    EngineNode node() {
        Started now = started;
        return now == null ? null : now.node();
    }

    private Started started() {
        return Objects.requireNonNull(started, "the engine was not started");
    }

    @Override
    public @Nullable EngineSeen look() {
        Started now = started();
        if (!now.node().running()) {
            return null;
        }
        return new EngineSeen(now.discovery().other(), now.node().everythingIsDoubled());
    }

    @Override
    public boolean inRing(Incarnation peer) {
        return started().discovery().holds(peer);
    }

    @Override
    public boolean admit(Incarnation joiner) {
        return started().node().admit(node -> joiner.equals(GuardedDiscovery.incarnation(node)));
    }

    @Override
    public void drop(Incarnation peer) {
        started().discovery().drop(peer);
    }
}
