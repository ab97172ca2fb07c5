package io.hopyard.cluster;

import io.hopyard.core.cluster.Leadership;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership in one matter by a queue in the coordination service: the longest waiting node leads. A connection in doubt
 * counts as lost leadership. Thread safe.
 */
public final class LatchLeadership implements Leadership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LatchLeadership.class);
    private static final String ROOT = "/hopyard/leaders/";

    private final Coordination coordination;
    private final String matter;
    private final LeaderLatch latch;
    private final ExecutorService teller;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private boolean started;

    /**
     * @param matter what is led, small letters and '-'
     * @param node name of this node, for people who look
     */
    public LatchLeadership(Coordination coordination, String matter, String node, Metrics metrics) {
        this.coordination = coordination;
        this.matter = matter;
        this.latch = new LeaderLatch(coordination.client(), ROOT + matter, node, LeaderLatch.CloseMode.SILENT);
        this.teller = Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .daemon()
                .name("cluster-leadership-" + matter)
                .factory());
        latch.addListener(
                new LeaderLatchListener() {
                    @Override
                    public void isLeader() {
                        tell(true);
                    }

                    @Override
                    public void notLeader() {
                        tell(false);
                    }
                },
                teller);
        metrics.gauge("cluster_leadership_leads", "1 while this node leads.", () -> leads() ? 1 : 0, "matter", matter);
    }

    /** Queues up; returns before it is known who leads. */
    public void start() {
        try {
            latch.start();
            started = true;
        } catch (Exception e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "leadership in " + matter + ": " + e.getMessage(), e);
        }
    }

    private void tell(boolean leads) {
        LOG.atInfo().addKeyValue("matter", matter).addKeyValue("leads", leads).log("Leadership changed");
        listeners.forEach(listener -> listener.changed(leads));
    }

    @Override
    public boolean leads() {
        return coordination.connected() && latch.hasLeadership();
    }

    @Override
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    /** Leaves the queue; the next one leads. Listeners are not told: who closes knows. */
    @Override
    public void close() {
        if (started) {
            started = false;
            try {
                latch.close();
            } catch (IOException e) {
                LOG.atInfo().setCause(e).addKeyValue("matter", matter).log("Place in the queue ends with the session");
            }
        }
        teller.shutdown();
    }
}
