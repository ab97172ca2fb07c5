package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;

/**
 * A node's connection to the coordination servers, with mutual TLS; it connects again by itself. Start and close are called
 * by one thread; the rest by any.
 */
public final class Coordination implements AutoCloseable {
    /** Everything of ours lies below it. */
    static final String ROOT = "hopyard";

    private static final int RETRY_FIRST_MILLIS = 100;
    private static final int RETRY_LONGEST_MILLIS = 2_000;
    private static final int RETRIES_MAX = 10;
    private static final int REQUEST_MILLIS_MAX = 15_000;

    private final ConnectionSettings settings;
    private final CuratorFramework client;

    /** Connects to nothing before {@link #start()}. */
    public Coordination(ConnectionSettings settings) {
        this.settings = settings;
        this.client = CuratorFrameworkFactory.builder()
                .namespace(ROOT)
                .connectString(settings.servers())
                .ensembleTracker(false)
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) settings.connectTimeout().toMillis())
                .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_FIRST_MILLIS, RETRY_LONGEST_MILLIS, RETRIES_MAX))
                .zkClientConfig(clientConfig(settings.tls()))
                .build();
    }

    private static ZKClientConfig clientConfig(StoreFiles tls) {
        ZKClientConfig config = new ZKClientConfig();
        try (ClientX509Util names = new ClientX509Util()) {
            config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
            config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
            config.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(REQUEST_MILLIS_MAX));
            config.setProperty(
                    ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
            config.setProperty(
                    names.getSslKeystoreLocationProperty(), tls.keyStore().toString());
            config.setProperty(names.getSslKeystorePasswdProperty(), tls.password());
            config.setProperty(names.getSslKeystoreTypeProperty(), StoreFiles.TYPE);
            config.setProperty(
                    names.getSslTruststoreLocationProperty(), tls.trustStore().toString());
            config.setProperty(names.getSslTruststorePasswdProperty(), tls.password());
            config.setProperty(names.getSslTruststoreTypeProperty(), StoreFiles.TYPE);
        }
        return config;
    }

    /** Waits for the connect time-out, for one attempt. */
    public void start() {
        start(settings.connectTimeout());
    }

    /**
     * Is connected when it returns; has left nothing open when it throws.
     *
     * @param patience how long servers may take that have to find each other first
     * @throws FeatureStoreException {@code UNAVAILABLE} when no server lets the node in within that time
     */
    public void start(Duration patience) {
        client.start();
        boolean connected = false;
        try {
            connected = client.blockUntilConnected((int) patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!connected) {
            client.close();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "coordination at " + settings.servers() + ": no connection within "
                            + patience.toSeconds()
                            + " s (expected: a server that trusts this node's certificate)");
        }
    }

    public boolean connected() {
        return client.getZookeeperClient().isConnected();
    }

    /** For the other classes of this room; nobody else sees the engine. */
    CuratorFramework client() {
        return client;
    }

    /** Ends the session, so that the others notice at once. Idempotent. */
    @Override
    public void close() {
        client.close();
    }
}
