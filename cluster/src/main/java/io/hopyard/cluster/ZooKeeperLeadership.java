package io.hopyard.cluster;

import io.hopyard.core.cluster.Leadership;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leadership in one matter by election. A connection that is only suspended already counts as lost. Start and close are
 * called by one thread; the rest by any.
 */
public final class ZooKeeperLeadership implements Leadership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLeadership.class);

    private final CuratorFramework client;
    private final String matter;
    private final String path;
    private final String nodeId;
    private final LeaderLatch latch;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock telling = new ReentrantLock();
    private volatile boolean led;

    /**
     * @param matter letters, digits and '-'
     * @param nodeId of this node
     */
    public ZooKeeperLeadership(Coordination coordination, String matter, String nodeId) {
        this.client = coordination.client();
        this.matter = matter;
        this.path = "/leaders/" + matter;
        this.nodeId = nodeId;
        // Curator's default error policy drops leadership on SUSPENDED, which is what is wanted.
        this.latch = new LeaderLatch(client, path, nodeId);
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader() {
                changed(true);
            }

            @Override
            public void notLeader() {
                changed(false);
            }
        });
    }

    /**
     * Stands for election when it returns.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the servers do not answer
     */
    public void start() {
        try {
            client.createContainers(path);
            removeEarlierLife();
            latch.start();
        } catch (Exception e) { // Curator declares no narrower type
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "coordination failed: " + e.getMessage(), e);
        }
    }

    /** After a kill the candidacy of this very node stays until its old session ends, and would lead. */
    private void removeEarlierLife() throws Exception {
        for (String candidate : client.getChildren().forPath(path)) {
            String full = path + "/" + candidate;
            try {
                if (nodeId.equals(
                        new String(client.getData().forPath(full), java.nio.charset.StandardCharsets.UTF_8))) {
                    client.delete().forPath(full);
                }
            } catch (KeeperException.NoNodeException e) {
                LOG.atDebug().addKeyValue("matter", matter).log("A candidate left while the list was read.");
            }
        }
    }

    private void changed(boolean leads) {
        telling.lock();
        try {
            if (led == leads) {
                return;
            }
            led = leads;
            LOG.atInfo()
                    .addKeyValue("matter", matter)
                    .addKeyValue("leads", leads)
                    .log("Leadership changed.");
            for (Listener listener : listeners) {
                if (leads) {
                    listener.gained();
                } else {
                    listener.lost();
                }
            }
        } finally {
            telling.unlock();
        }
    }

    @Override
    public boolean leads() {
        // A connection that was closed tells the latch nothing.
        return client.getState() == CuratorFrameworkState.STARTED && latch.hasLeadership();
    }

    @Override
    public void listen(Listener listener) {
        telling.lock();
        try {
            listeners.add(listener);
            if (led) {
                listener.gained();
            }
        } finally {
            telling.unlock();
        }
    }

    /** Another candidate takes over at once. Idempotent. */
    @Override
    public void close() {
        if (latch.getState() != LeaderLatch.State.STARTED) {
            return;
        }
        try {
            latch.close(LeaderLatch.CloseMode.NOTIFY_LEADER);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("matter", matter).setCause(e).log("The candidacy goes with its session.");
        }
    }
}
