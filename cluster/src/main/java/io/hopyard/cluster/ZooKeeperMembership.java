package io.hopyard.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the others that this node is alive, as an entry that goes when its session ends and comes back with the next one,
 * and follows who else is. Start and close are called by one thread; the rest by any.
 */
public final class ZooKeeperMembership implements Membership, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperMembership.class);
    private static final String NODES = "/nodes";
    private static final String REGION = "/region";
    private static final long JOIN_SECONDS_MAX = 20;

    private final CuratorFramework client;
    private final Node own;
    private final CuratorCache cache;
    /** Null while this node is no member. */
    private volatile @Nullable PersistentNode entry;

    public ZooKeeperMembership(Coordination coordination, Node own) {
        this.client = coordination.client();
        this.own = own;
        this.cache = CuratorCache.build(client, NODES);
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
            JoinRule.checkRegion(own, recordedRegion());
            JoinRule.check(own, readAll());
            removeEarlierLife();
            enter();
            cache.start();
        } catch (FeatureStoreException e) {
            close();
            throw e;
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

    /**
     * The node is a member again when it returns. Calls of this and of {@link #leave} come one after the other.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the servers do not answer in time
     */
    public void enter() {
        if (entry != null) {
            return;
        }
        PersistentNode fresh =
                new PersistentNode(client, CreateMode.EPHEMERAL, false, pathOf(own.name()), own.encode());
        entry = fresh;
        fresh.start();
        try {
            if (!fresh.waitForInitialCreate(JOIN_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "coordination took more than " + JOIN_SECONDS_MAX + " s to add node " + own.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "joining the cluster was interrupted", e);
        }
    }

    /** The others count on this node no more; it still follows who is alive. May take seconds. Idempotent. */
    public void leave() {
        PersistentNode known = entry;
        entry = null;
        if (known == null) {
            return;
        }
        try {
            known.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("node", own.name()).setCause(e).log("The node's entry goes with its session.");
        }
    }

    /** The region of the cluster, which its first node records for good. */
    private String recordedRegion() throws Exception {
        try {
            client.create().forPath(REGION, own.region().getBytes(UTF_8));
        } catch (KeeperException.NodeExistsException e) {
            LOG.atDebug().addKeyValue("node", own.name()).log("The region is recorded.");
        }
        return new String(client.getData().forPath(REGION), UTF_8);
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

    /** The others see the node leave at once, or with its session when no server answers now. Idempotent. */
    @Override
    public void close() {
        cache.close();
        if (client.getZookeeperClient().isConnected()) {
            leave();
        }
    }
}
