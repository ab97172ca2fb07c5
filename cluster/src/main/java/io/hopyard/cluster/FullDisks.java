package io.hopyard.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.jspecify.annotations.Nullable;

/**
 * Tells the other node of a pair whether the disk of this one is nearly full, and hears it of the other: an entry that goes
 * with the session of its node. While coordination is away what was heard last stays. {@link #say} is called by one thread;
 * {@link #others} by any.
 */
public final class FullDisks implements AutoCloseable {
    private final CuratorFramework client;
    private final String place;
    private final String own;
    private final CuratorCache cache;
    private @Nullable PersistentNode entry;

    /**
     * @param pair number of the pair
     * @param own name of this node
     */
    public FullDisks(Coordination coordination, int pair, String own) {
        this.client = coordination.client();
        this.place = "/full-disks/" + pair;
        this.own = own;
        this.cache = CuratorCache.build(client, place);
    }

    /** @throws FeatureStoreException {@code UNAVAILABLE} when coordination does not answer */
    public void start() {
        try {
            client.createContainers(place);
        } catch (Exception e) { // Curator declares no narrower type
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "full disks of the pair: " + e.getMessage(), e);
        }
        cache.start();
    }

    /** Returns at once; it is written as soon as coordination answers. */
    public void say(boolean full) {
        PersistentNode said = entry;
        if (full && said == null) {
            PersistentNode fresh =
                    new PersistentNode(client, CreateMode.EPHEMERAL, false, place + "/" + own, own.getBytes(UTF_8));
            fresh.start();
            entry = fresh;
        } else if (!full && said != null) {
            entry = null;
            close(said);
        }
    }

    private static void close(PersistentNode said) {
        try {
            said.close();
        } catch (IOException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "full disks of the pair: " + e.getMessage(), e);
        }
    }

    /** Names of the other nodes of the pair whose disk is nearly full, as far as is known here. */
    public Set<String> others() {
        return cache.stream()
                .filter(data -> data.getPath().startsWith(place + "/"))
                .map(data -> data.getPath().substring(place.length() + 1))
                .filter(name -> !name.equals(own))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Idempotent. */
    @Override
    public void close() {
        cache.close();
        PersistentNode said = entry;
        if (said != null && client.getZookeeperClient().isConnected()) {
            entry = null;
            close(said);
        }
    }
}
