package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.Map;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;

/**
 * The coordination server of a head. Its only door takes mutual TLS; the engine's HTTP admin server is not started. The
 * engine reads the TLS settings of servers from system properties, so there is one server per process at a time. Start and
 * close are called by one thread; the rest by any.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final String PROVIDER = "zookeeper.authProvider.x509";
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_EVERY_HOURS = 24;
    private static final int BACKLOG = 128;
    private static final int SHORTEST_SESSION_TICKS = 2;
    private static final int LONGEST_SESSION_TICKS = 20;
    private static final long LOG_PREALLOCATED_BYTES = 4L << 20;

    private final ServerSettings settings;
    private volatile @Nullable Running running;

    private record Running(
            ServerCnxnFactory door, ZooKeeperServer server, FileTxnSnapLog files, DatadirCleanupManager purge) {}

    /** Nothing listens before {@link #start()}. */
    public EmbeddedZooKeeper(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * Listens when it returns; has left nothing open when it throws.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when the port is taken or the directory cannot be used
     */
    public void start() {
        System.getProperties().putAll(properties());
        // The engine keeps the provider, and with it the certificates, of the first server of the process.
        ProviderRegistry.addOrUpdateProvider(PROVIDER);
        FileTxnLog.setPreallocSize(LOG_PREALLOCATED_BYTES);
        ServerSettings.Server own = settings.own();
        FileTxnSnapLog files = null;
        ServerCnxnFactory door = null;
        try {
            Files.createDirectories(settings.directory());
            File directory = settings.directory().toFile();
            files = new FileTxnSnapLog(directory, directory);
            PurgeTxnLog.purge(directory, directory, SNAPSHOTS_KEPT);
            int tickMillis = (int) settings.tick().toMillis();
            ZooKeeperServer server = new ZooKeeperServer(
                    files,
                    tickMillis,
                    tickMillis * SHORTEST_SESSION_TICKS,
                    tickMillis * LONGEST_SESSION_TICKS,
                    BACKLOG,
                    new ZKDatabase(files),
                    "");
            door = ServerCnxnFactory.createFactory();
            door.configure(new InetSocketAddress(own.host(), own.port()), settings.connectionsMax(), BACKLOG, true);
            door.startup(server);
            DatadirCleanupManager purge =
                    new DatadirCleanupManager(directory, directory, SNAPSHOTS_KEPT, PURGE_EVERY_HOURS);
            purge.start();
            running = new Running(door, server, files, purge);
        } catch (IOException | RuntimeException e) {
            closeAfterFailure(door, files, e);
            throw cannotStart(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeAfterFailure(door, files, e);
            throw cannotStart(e);
        }
    }

    private static void closeAfterFailure(
            @Nullable ServerCnxnFactory door, @Nullable FileTxnSnapLog files, Exception failure) {
        if (door != null) {
            door.shutdown();
        }
        if (files != null) {
            try {
                files.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private FeatureStoreException cannotStart(Exception cause) {
        ServerSettings.Server own = settings.own();
        Throwable root = cause;
        for (Throwable next = cause; next != null; next = next.getCause()) {
            root = next;
        }
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                "coordination server at " + own.host() + ":" + own.port() + " with data in " + settings.directory()
                        + ": " + root.getMessage()
                        + " (expected: an address of this machine, a free port and a directory that can be written)",
                cause);
    }

    private Map<String, String> properties() {
        String keyStore = settings.tls().keyStore().toString();
        String trustStore = settings.tls().trustStore().toString();
        return Map.of(
                ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY,
                NettyServerCnxnFactory.class.getName(),
                "zookeeper.ssl.keyStore.location",
                keyStore,
                "zookeeper.ssl.keyStore.password",
                settings.tls().password(),
                "zookeeper.ssl.keyStore.type",
                StoreFiles.TYPE,
                "zookeeper.ssl.trustStore.location",
                trustStore,
                "zookeeper.ssl.trustStore.password",
                settings.tls().password(),
                "zookeeper.ssl.trustStore.type",
                StoreFiles.TYPE,
                "zookeeper.ssl.clientAuth",
                "need",
                PROVIDER,
                NodesOnly.class.getName(),
                "zookeeper.4lw.commands.whitelist",
                "");
    }

    /** The bound port; only while it runs. */
    public int port() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the coordination server does not run");
        }
        return now.door().getLocalPort();
    }

    /** False after an error that made the engine stop serving. */
    public boolean serves() {
        Running now = running;
        return now != null && now.server().isRunning();
    }

    /** Closes the door first, so that nothing is accepted that is not written. Idempotent. */
    @Override
    public void close() throws IOException {
        Running now = running;
        if (now == null) {
            return;
        }
        running = null;
        now.purge().shutdown();
        now.door().shutdown();
        now.server().shutdown(true);
        now.files().close();
    }
}
