package io.hopyard.cluster;

import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Single requests to the coordination service, with the outcomes that callers tell apart and the two exceptions that
 * there really are. Each is repeated by the client's retry policy.
 */
final class Requests {
    private Requests() {}

    private interface Call<T extends @Nullable Object> {
        T run() throws Exception;
    }

    /** Null when there is no such node. */
    static byte @Nullable [] find(CuratorFramework client, String path, Stat stat)
            throws KeeperException, InterruptedException {
        try {
            return run(() -> client.getData().storingStatIn(stat).forPath(path));
        } catch (KeeperException.NoNodeException e) {
            return null;
        }
    }

    /** False when it is there already; parents are made. */
    static boolean create(CuratorFramework client, String path, byte[] data, CreateMode mode)
            throws KeeperException, InterruptedException {
        try {
            run(() -> client.create().creatingParentsIfNeeded().withMode(mode).forPath(path, data));
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    /** False when it is gone already or was changed since. */
    static boolean delete(CuratorFramework client, String path, int version)
            throws KeeperException, InterruptedException {
        try {
            run(() -> client.delete().withVersion(version).forPath(path));
            return true;
        } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
            return false;
        }
    }

    /** Empty when there is no such node. */
    static List<String> children(CuratorFramework client, String path) throws KeeperException, InterruptedException {
        try {
            return run(() -> client.getChildren().forPath(path));
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        }
    }

    static long session(CuratorFramework client) throws InterruptedException {
        try {
            return run(() -> client.getZookeeperClient().getZooKeeper().getSessionId());
        } catch (KeeperException e) {
            return 0;
        }
    }

    private static <T extends @Nullable Object> T run(Call<T> call) throws KeeperException, InterruptedException {
        try {
            return call.run();
        } catch (KeeperException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the coordination client failed in a way that it does not document", e);
        }
    }
}
