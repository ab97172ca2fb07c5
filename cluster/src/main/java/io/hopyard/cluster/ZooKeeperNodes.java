package io.hopyard.cluster;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.supervision.NodeRegister;
import io.hopyard.core.supervision.NodeReport;
import io.hopyard.core.supervision.Registration;
import io.hopyard.core.supervision.WishedState;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registrations as {@link VersionedEntry} each, and reports as entries that go when the session of their node ends. This
 * node follows the changes of all. Start, {@link #publish} and close are called by one thread; the rest by any.
 */
public final class ZooKeeperNodes implements NodeRegister, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperNodes.class);
    private static final String REGISTERED = "/registered";
    private static final String REPORTS = "/reports";
    private static final long CREATE_SECONDS_MAX = 20;

    private final Coordination coordination;
    private final CuratorFramework client;
    private final Node own;
    private final Ticker ticker;
    private final CuratorCache registered;
    private final CuratorCache reports;
    private @Nullable PersistentNode report;

    public ZooKeeperNodes(Coordination coordination, Node own, Ticker ticker) {
        this.coordination = coordination;
        this.client = coordination.client();
        this.own = own;
        this.ticker = ticker;
        this.registered = CuratorCache.build(client, REGISTERED);
        this.reports = CuratorCache.build(client, REPORTS);
    }

    /**
     * Follows the others from then on.
     *
     * @param changed called when a registration has changed; must be quick
     * @throws FeatureStoreException {@code UNAVAILABLE} when the servers do not answer
     */
    public void start(Runnable changed) {
        try {
            client.createContainers(REGISTERED);
            client.createContainers(REPORTS);
            registered
                    .listenable()
                    .addListener(CuratorCacheListener.builder()
                            .forAll((type, before, after) -> changed.run())
                            .build());
            registered.start();
            reports.start();
        } catch (Exception e) { // Curator declares no narrower type
            close();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "nodes: coordination failed: " + e.getMessage(), e);
        }
    }

    private static String pathOf(String root, String name) {
        return root + "/" + name;
    }

    @Override
    public List<Registration> registered() {
        return registered.stream()
                .filter(data -> data.getPath().startsWith(REGISTERED + "/"))
                .map(data -> Registration.decode(data.getData()))
                .filter(registration -> registration.wished() != WishedState.REMOVED)
                .sorted(Comparator.comparing(Registration::node, Node.BY_NAME))
                .toList();
    }

    /** What was last heard of this node's own registration; null before it is there. */
    public @Nullable Registration ownRegistration() {
        return registered
                .get(pathOf(REGISTERED, own.name()))
                .map(data -> Registration.decode(data.getData()))
                .orElse(null);
    }

    @Override
    public Map<String, NodeReport> reports() {
        Map<String, NodeReport> byName = new TreeMap<>();
        reports.stream()
                .filter(data -> data.getPath().startsWith(REPORTS + "/"))
                .forEach(data -> byName.put(name(data), NodeReport.decode(data.getData())));
        return byName;
    }

    private static String name(ChildData data) {
        return data.getPath().substring(REPORTS.length() + 1);
    }

    @Override
    public @Nullable Written read(String name, Deadline deadline) {
        VersionedEntry.Read read = entry(name).read(deadline);
        return read == null ? null : new Written(Registration.decode(read.data()), read.version());
    }

    @Override
    public boolean replace(@Nullable Written read, Registration registration, Deadline deadline) {
        VersionedEntry entry = entry(registration.node().name());
        return read == null
                ? entry.create(registration.encode(), deadline)
                : entry.replace(read.version(), registration.encode(), deadline);
    }

    private VersionedEntry entry(String name) {
        return new VersionedEntry(coordination, "registration of node " + name, pathOf(REGISTERED, name), ticker);
    }

    /**
     * Tells the others how this node is. The first time it has been told when the call returns; later reports, and those
     * that are made while no server answers, follow as soon as one does.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the first report cannot be made in time
     */
    public void publish(NodeReport fresh) {
        PersistentNode known = report;
        try {
            if (known != null) {
                known.setData(fresh.encode());
                return;
            }
            removeEarlierLife();
            PersistentNode made = new PersistentNode(
                    client, CreateMode.EPHEMERAL, false, pathOf(REPORTS, own.name()), fresh.encode());
            report = made;
            made.start();
            if (!made.waitForInitialCreate(CREATE_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new FeatureStoreException(
                        ErrorCode.UNAVAILABLE,
                        "coordination took more than " + CREATE_SECONDS_MAX + " s for the report of node "
                                + own.name());
            }
        } catch (FeatureStoreException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "reporting was interrupted", e);
        } catch (Exception e) { // Curator declares no narrower type
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "coordination failed: " + e.getMessage(), e);
        }
    }

    /** After a kill the report of this very node stays until its old session ends, and would go with it. */
    private void removeEarlierLife() throws Exception {
        String path = pathOf(REPORTS, own.name());
        try {
            if (NodeReport.decode(client.getData().forPath(path)).nodeId().equals(own.id())) {
                client.delete().forPath(path);
            }
        } catch (KeeperException.NoNodeException e) {
            LOG.atDebug().addKeyValue("node", own.name()).log("The node left no report behind.");
        }
    }

    /** The others see the node as down at once, or when its session ends if no server answers now. Idempotent. */
    @Override
    public void close() {
        registered.close();
        reports.close();
        PersistentNode known = report;
        report = null;
        if (known == null || !client.getZookeeperClient().isConnected()) {
            return;
        }
        try {
            known.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("node", own.name()).setCause(e).log("The node's report goes with its session.");
        }
    }
}
