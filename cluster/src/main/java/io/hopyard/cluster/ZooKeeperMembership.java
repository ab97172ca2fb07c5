package io.hopyard.cluster;

import io.hopyard.core.cluster.JoinRule;
import io.hopyard.core.cluster.Membership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others that this node is alive, as an entry that goes when its session ends and comes back with the next one,
 * and follows who else is. Start and close are called by one thread; the rest by any.
 */
public final class ZooKeeperMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperMembership.class);
    private static final String NODES = "/nodes";
    private static final long JOIN_SECONDS_MAX = 20;

    private final CuratorFramework client;
    private final Node own;
    private final CuratorCache cache;
    private final PersistentNode entry;

    public ZooKeeperMembership(Coordination coordination, Node own) {
        this.client = coordination.client();
        this.own = own;
        this.cache = CuratorCache.build(client, NODES);
        this.entry = new PersistentNode(client, CreateMode.EPHEMERAL, false, pathOf(own.name()), own.encode());
    }

    private static String pathOf(String name) {
        return NODES + "/" + name;
    }

    /**
     * The node is a member when it returns.
     *
     * @throws FeatureStoreException {@code JOIN_REFUSED} by {@link JoinRule}, {@code UNAVAILABLE} when the servers do not
     *     answer in time
     */
    public void start() {
        try {
            client.createContainers(NODES);
            JoinRule.check(own, readAll());
            removeEarlierLife();
            entry.start();
            if (!entry.waitForInitialCreate(JOIN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "coordination took more than " + JOIN_SECONDS_MAX + " s to add node " + own.name());
            }
            cache.start();
        } catch (FeatureStoreException e) {
            close();
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "joining the cluster was interrupted", e);
        } catch (Exception e) { // Curator declares no narrower type
            close();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "coordination failed: " + e.getMessage(), e);
        }
        LOG.atInfo()
                .addKeyValue("node", own.name())
                .addKeyValue("zone", own.zone())
                .addKeyValue("roles", own.roles())
                .log("The node has joined the cluster.");
    }

    private List<Node> readAll() throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (String name : client.getChildren().forPath(NODES)) {
            try {
                nodes.add(Node.decode(client.getData().forPath(pathOf(name))));
            } catch (KeeperException.NoNodeException e) {
                LOG.atDebug().addKeyValue("node", name).log("A node left while the list was read.");
            }
        }
        return nodes;
    }

    /** After a kill the entry of this very node stays until its old session ends; nobody else may wait for that. */
    private void removeEarlierLife() throws Exception {
        try {
            Node there = Node.decode(client.getData().forPath(pathOf(own.name())));
            if (there.id().equals(own.id())) {
                client.delete().forPath(pathOf(own.name()));
            }
        } catch (KeeperException.NoNodeException e) {
            LOG.atDebug().addKeyValue("node", own.name()).log("The node left nothing behind.");
        }
    }

    @Override
    public List<Node> alive() {
        return cache.stream()
                .filter(data -> data.getPath().startsWith(NODES + "/"))
                .map(data -> Node.decode(data.getData()))
                .sorted(Node.BY_NAME)
                .toList();
    }

    /** The others see the node leave at once. Idempotent. */
    @Override
    public void close() {
        cache.close();
        try {
            entry.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("node", own.name()).setCause(e).log("The node's entry goes with its session.");
        }
    }
}
