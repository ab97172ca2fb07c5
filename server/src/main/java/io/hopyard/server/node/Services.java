package io.hopyard.server.node;

import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.ZooKeeperMembership;
import io.hopyard.core.time.Ticker;
import io.hopyard.wire.health.PartHealth;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The services of a node. They may live several times in one process, and are wired anew for each life, so that no part must
 * be able to start twice. A node whose services run is a member of the cluster, one that drains or rests is none, so that
 * nothing is sent to it. Orders come from one thread at a time; {@link #health} and the questions from any.
 */
final class Services {
    private final Supplier<Life> wiring;
    private final Coordination coordination;
    private final ZooKeeperMembership membership;
    private final Ticker ticker;
    private volatile @Nullable Running running;
    private volatile boolean draining;

    /** The parts of one life. */
    interface Life {
        /** In start order. */
        List<Part> parts();

        /** True while this node does what only one head may do. */
        boolean leads();
    }

    private record Running(Life life, PartList parts) {}

    Services(Supplier<Life> wiring, Coordination coordination, ZooKeeperMembership membership, Ticker ticker) {
        this.wiring = wiring;
        this.coordination = coordination;
        this.membership = membership;
        this.ticker = ticker;
    }

    /** @throws Exception why they cannot run; then everything is closed again */
    void start() throws Exception {
        Life life = wiring.get();
        PartList parts = new PartList(life.parts(), ticker);
        running = new Running(life, parts);
        draining = false;
        try {
            parts.start();
            membership.enter();
        } catch (Exception | LinkageError e) {
            parts.close();
            running = null;
            throw e;
        }
    }

    /** Who is told first sends nobody else. */
    void drain() {
        draining = true;
        Running now = running;
        if (now != null) {
            now.parts().drain();
        }
        membership.leave();
        if (now != null) {
            now.parts().drain(); // the share of a worker follows from the membership
        }
    }

    void resume() {
        membership.enter();
        draining = false;
        Running now = running;
        if (now != null) {
            now.parts().resume();
        }
    }

    void close() {
        Running now = running;
        if (now != null && coordination.connected()) {
            membership.leave(); // else it would be waited for servers that may never come back
        }
        if (now != null) {
            now.parts().close();
        }
        running = null;
        draining = false;
    }

    boolean draining() {
        return draining;
    }

    boolean quiet() {
        Running now = running;
        return now == null || now.parts().quiet();
    }

    boolean broken() {
        Running now = running;
        return now != null && now.parts().broken();
    }

    boolean leads() {
        Running now = running;
        return now != null && now.life().leads();
    }

    /** Of the parts of the present life, in start order; empty while there is none. */
    List<PartHealth> health() {
        Running now = running;
        return now == null ? List.of() : now.parts().health();
    }
}
