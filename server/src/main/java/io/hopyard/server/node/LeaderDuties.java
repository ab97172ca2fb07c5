package io.hopyard.server.node;

import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.ZooKeeperLeadership;
import io.hopyard.core.cluster.Leadership;
import io.hopyard.core.supervision.Drainable;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one head does for the cluster: its duties run while it leads, and move to another head in seconds when it ends, drains
 * or loses its connection. Start, drain, resume and close come one after the other; {@link #leads} from any thread.
 */
final class LeaderDuties implements Drainable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderDuties.class);
    private static final String MATTER = "cluster";

    private final Coordination coordination;
    private final String nodeId;
    private final List<Duty> duties;
    private volatile @Nullable Candidacy candidacy;

    /**
     * Work of the leader. Called by one thread; start and stop take a second at most. For a moment two heads may do it, so
     * what must not happen twice needs a condition of its own.
     */
    interface Duty {
        /** As it stands in logs. */
        String name();

        /** @param leadership to be asked before each step */
        void start(Leadership leadership);

        /** Idempotent. */
        void stop();
    }

    private record Candidacy(ZooKeeperLeadership leadership, ExecutorService thread) {}

    LeaderDuties(Coordination coordination, String nodeId, List<Duty> duties) {
        this.coordination = coordination;
        this.nodeId = nodeId;
        this.duties = List.copyOf(duties);
    }

    Part part() {
        return new Part("leadership", this::start, this::close).withFlow(this);
    }

    /** Stands for election when it returns. */
    void start() {
        ZooKeeperLeadership leadership = new ZooKeeperLeadership(coordination, MATTER, nodeId);
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("leader-duties").daemon().factory());
        leadership.listen(new Leadership.Listener() {
            @Override
            public void gained() {
                tell(thread, () -> begin(leadership));
            }

            @Override
            public void lost() {
                tell(thread, LeaderDuties.this::end);
            }
        });
        try {
            leadership.start();
        } catch (RuntimeException e) {
            thread.shutdownNow();
            throw e;
        }
        candidacy = new Candidacy(leadership, thread);
    }

    private static void tell(ExecutorService thread, Runnable step) {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            LOG.debug("This head is no candidate any more.");
        }
    }

    private void begin(Leadership leadership) {
        for (Duty duty : duties) {
            try {
                duty.start(leadership);
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("duty", duty.name()).setCause(e).log("A duty of the leader cannot start.");
            }
        }
    }

    private void end() {
        for (Duty duty : duties.reversed()) {
            try {
                duty.stop();
            } catch (RuntimeException e) {
                LOG.atError().addKeyValue("duty", duty.name()).setCause(e).log("A duty of the leader cannot stop.");
            }
        }
    }

    boolean leads() {
        Candidacy now = candidacy;
        return now != null && now.leadership().leads();
    }

    /** Another head takes over at once. */
    @Override
    public void drain() {
        close();
    }

    @Override
    public void resume() {
        if (candidacy == null) {
            start();
        }
    }

    @Override
    public boolean quiet() {
        return candidacy == null;
    }

    /** Has ended its duties before another head leads. Idempotent. */
    void close() {
        Candidacy now = candidacy;
        candidacy = null;
        if (now == null) {
            return;
        }
        tell(now.thread(), this::end);
        now.thread().close();
        now.leadership().close();
    }
}
