package io.hopyard.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hopyard.core.cluster.NodeInfo;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of the cluster that are alive, this one among them. A node is in as long as its session with the coordination
 * service lives; after a lost session it registers again by itself. Thread safe.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String ROOT = "/hopyard";
    private static final String REGION = ROOT + "/region";
    private static final String NODES = ROOT + "/nodes";
    private static final int ATTEMPTS_MAX = 5;

    private final Coordination coordination;
    private final NodeInfo self;
    private final ReentrantLock lock = new ReentrantLock();
    private final ExecutorService registrar;
    private volatile boolean joined;

    /** @param self as the others shall know it */
    public Membership(Coordination coordination, NodeInfo self, Metrics metrics) {
        this.coordination = coordination;
        this.self = self;
        this.registrar = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("cluster-membership").factory());
        metrics.gauge(
                "cluster_membership_joined", "1 while this node is registered as a member.", () -> joined ? 1 : 0);
        coordination.onChange((client, state) -> {
            if (state == ConnectionState.LOST) {
                joined = false;
            }
            if (state == ConnectionState.RECONNECTED) {
                joinAgain();
            }
        });
    }

    /**
     * Registers this node.
     *
     * @throws FeatureStoreException {@code NODE_REFUSED} when the cluster stands in another region or another node has
     *     this name; {@code UNAVAILABLE} when the coordination service does not answer
     */
    public void join() {
        lock.lock();
        try {
            checkRegion();
            register();
            joined = true;
        } catch (KeeperException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        } finally {
            lock.unlock();
        }
        LOG.atInfo()
                .addKeyValue("node", self.name())
                .addKeyValue("roles", self.roles())
                .addKeyValue("zone", self.zone())
                .log("Node joined the cluster");
    }

    private void joinAgain() {
        try {
            registrar.execute(this::tryToJoin);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setCause(e).log("Membership is closed");
        }
    }

    private void tryToJoin() {
        try {
            join();
        } catch (FeatureStoreException e) {
            if (registrar.isShutdown()) {
                return;
            }
            if (e.code() == ErrorCode.NODE_REFUSED) {
                LOG.atError().setCause(e).addKeyValue("node", self.name()).log("Node may not join again");
                return;
            }
            LOG.atWarn().setCause(e).addKeyValue("node", self.name()).log("Node could not join again yet");
            if (coordination.connected()) {
                joinAgain();
            }
        }
    }

    private void checkRegion() throws KeeperException, InterruptedException {
        String recorded = region();
        if (!recorded.equals(self.region())) {
            throw new FeatureStoreException(
                    ErrorCode.NODE_REFUSED,
                    "region of node " + self.name() + ": " + self.region() + " (expected: " + recorded
                            + ", where this cluster stands; a cluster never spans regions)");
        }
    }

    /** The cluster's region, which its first node records for ever. */
    private String region() throws KeeperException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            byte[] there = Requests.find(client(), REGION, new Stat());
            if (there != null) {
                return new String(there, UTF_8);
            }
            Requests.create(client(), REGION, self.region().getBytes(UTF_8), CreateMode.PERSISTENT);
        }
        throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the region's record comes and goes");
    }

    private void register() throws KeeperException, InterruptedException {
        String path = ZKPaths.makePath(NODES, self.name());
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            if (Requests.create(client(), path, self.toBytes(), CreateMode.EPHEMERAL)) {
                return;
            }
            Stat stat = new Stat();
            byte[] there = Requests.find(client(), path, stat);
            if (there != null && isOurs(there, stat)) {
                return;
            }
            if (there != null) {
                // The same data directory: a process that is gone, whose session has not ended yet.
                Requests.delete(client(), path, stat.getVersion());
            }
        }
        throw new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "node " + self.name() + ": its registration comes and goes");
    }

    private boolean isOurs(byte[] registered, Stat stat) throws InterruptedException {
        NodeInfo other = NodeInfo.of(registered);
        if (!other.id().equals(self.id())) {
            throw new FeatureStoreException(
                    ErrorCode.NODE_REFUSED,
                    "node name: " + self.name() + " (expected: a name that no other node has; one with id " + other.id()
                            + " and the addresses " + other.addresses() + " has it)");
        }
        return stat.getEphemeralOwner() == Requests.session(client()) && other.equals(self);
    }

    /**
     * All members, by name.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the coordination service does not answer
     */
    public List<NodeInfo> members() {
        try {
            List<NodeInfo> members = new ArrayList<>();
            for (String name : Requests.children(client(), NODES)) {
                byte[] there = Requests.find(client(), ZKPaths.makePath(NODES, name), new Stat());
                if (there != null) {
                    members.add(NodeInfo.of(there));
                }
            }
            members.sort(Comparator.comparing(NodeInfo::name));
            return List.copyOf(members);
        } catch (KeeperException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    /** True while this node is registered, as far as it knows. */
    public boolean joined() {
        return joined;
    }

    private CuratorFramework client() {
        return coordination.client();
    }

    private static FeatureStoreException unavailable(Exception cause) {
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE, "coordination service: " + cause.getMessage() + " (expected: an answer)", cause);
    }

    /** Leaves at once instead of when the session ends. */
    @Override
    public void close() {
        registrar.shutdownNow();
        if (!joined) {
            return;
        }
        joined = false;
        lock.lock();
        try {
            String path = ZKPaths.makePath(NODES, self.name());
            Stat stat = new Stat();
            byte[] there = Requests.find(client(), path, stat);
            if (there != null && stat.getEphemeralOwner() == Requests.session(client())) {
                Requests.delete(client(), path, stat.getVersion());
            }
        } catch (KeeperException e) {
            LOG.atInfo().setCause(e).log("Registration ends with the session");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
