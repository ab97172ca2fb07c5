package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's connection to the coordination service: mutual TLS, one session, made anew when it expires. Thread safe, but
 * start and close are called by one thread.
 */
public final class Coordination implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordination.class);
    private static final int RETRY_FIRST_MILLIS = 100;
    private static final int RETRY_LONGEST_MILLIS = 2_000;
    private static final int RETRIES_MAX = 5;
    private static final int CLOSE_WAIT_MILLIS = 2_000;

    private final CoordinationSettings settings;
    private final CuratorFramework client;
    private final CountDownLatch firstConnection = new CountDownLatch(1);
    private volatile ConnectionView view = ConnectionView.NEVER;

    /** How the connection stands. */
    public enum ConnectionView {
        /** There was no connection yet. */
        NEVER,
        CONNECTED,
        /** The server is silent; the session may live on, but nothing that rests on it may be trusted. */
        IN_DOUBT,
        /** The session is over: what was registered with it is gone. */
        LOST
    }

    public Coordination(CoordinationSettings settings, Metrics metrics) {
        this.settings = settings;
        this.client = CuratorFrameworkFactory.builder()
                .connectString(String.join(",", settings.servers()))
                .ensembleTracker(false)
                .sessionTimeoutMs((int) settings.sessionTimeout().toMillis())
                .connectionTimeoutMs((int) settings.connectTimeout().toMillis())
                .maxCloseWaitMs(CLOSE_WAIT_MILLIS)
                .retryPolicy(new BoundedExponentialBackoffRetry(RETRY_FIRST_MILLIS, RETRY_LONGEST_MILLIS, RETRIES_MAX))
                .zkClientConfig(clientConfig(settings))
                .build();
        client.getConnectionStateListenable().addListener((source, state) -> changed(state));
        metrics.gauge(
                "cluster_coordination_connected",
                "1 while this node hears from the coordination service.",
                () -> connected() ? 1 : 0);
    }

    private static ZKClientConfig clientConfig(CoordinationSettings settings) {
        ZKClientConfig config = new ZKClientConfig();
        TlsFiles tls = settings.tls();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        config.setProperty(
                ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT,
                Long.toString(settings.requestTimeout().toMillis()));
        config.setProperty("zookeeper.ssl.keyStore.location", tls.keyStore().toString());
        config.setProperty("zookeeper.ssl.keyStore.password", tls.password());
        config.setProperty("zookeeper.ssl.keyStore.type", TlsFiles.TYPE);
        config.setProperty("zookeeper.ssl.trustStore.location", tls.trustStore().toString());
        config.setProperty("zookeeper.ssl.trustStore.password", tls.password());
        config.setProperty("zookeeper.ssl.trustStore.type", TlsFiles.TYPE);
        config.setProperty("zookeeper.ssl.enabledProtocols", "TLSv1.3,TLSv1.2");
        config.setProperty("zookeeper.ssl.protocol", "TLSv1.3");
        return config;
    }

    /** @throws FeatureStoreException {@code UNAVAILABLE} when there is no connection in time; then nothing stays open */
    public void start() {
        client.start();
        boolean connected = false;
        try {
            connected = firstConnection.await(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!connected) {
            close();
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE,
                    "coordination service at " + settings.servers() + ": no connection within "
                            + settings.connectTimeout() + " (expected: a server that knows this node's certificate)");
        }
    }

    private void changed(ConnectionState state) {
        view = switch (state) {
            case CONNECTED, RECONNECTED -> ConnectionView.CONNECTED;
            case SUSPENDED, READ_ONLY -> ConnectionView.IN_DOUBT;
            case LOST -> ConnectionView.LOST;
        };
        if (view == ConnectionView.CONNECTED) {
            firstConnection.countDown();
            LOG.atInfo().addKeyValue("state", state).log("Coordination service is connected");
        } else {
            LOG.atWarn().addKeyValue("state", state).log("Coordination service does not answer");
        }
    }

    public ConnectionView connection() {
        return view;
    }

    public boolean connected() {
        return view == ConnectionView.CONNECTED;
    }

    CuratorFramework client() {
        return client;
    }

    /** Tells of every change of the connection, on a thread of the client's. */
    void onChange(ConnectionStateListener listener) {
        client.getConnectionStateListenable().addListener(listener);
    }

    /** Ends the session; what was registered with it goes at once. */
    @Override
    public void close() {
        client.close();
        view = ConnectionView.LOST;
    }
}
