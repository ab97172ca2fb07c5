package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.ContainerManager;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordination server of a head. What it acknowledged is on disk. Its only door takes mutual TLS, and certificates of
 * nodes only; the engine's HTTP admin server is not started. Several servers may run in one process. Start and close are
 * called by one thread; the rest by any.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_EVERY_HOURS = 24;
    private static final int BACKLOG = 128;
    private static final long LOG_PREALLOCATED_BYTES = 4L << 20;
    private static final int CONTAINER_CHECK_MILLIS = 60_000;
    private static final int CONTAINERS_PER_MINUTE_MAX = 10_000;
    private static final int STOP_SECONDS_MAX = 5;

    private final ServerSettings settings;

    private @Nullable FileTxnSnapLog files;
    private @Nullable DatadirCleanupManager purge;
    private @Nullable TlsGate gate;
    private @Nullable Channel listening;
    private @Nullable ContainerManager containers;
    private volatile @Nullable NettyServerCnxnFactory door;
    private volatile @Nullable GuardedServer engine;

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
        try {
            open();
        } catch (IOException | RuntimeException e) {
            closeAfterFailure(e);
            throw cannotStart(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeAfterFailure(e);
            throw cannotStart(e);
        }
    }

    private void open() throws IOException, InterruptedException {
        // The engine knows these by name only; the values are the same for every server of the process.
        System.setProperty(ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY, NettyServerCnxnFactory.class.getName());
        System.setProperty("zookeeper.4lw.commands.whitelist", "");
        FileTxnLog.setPreallocSize(LOG_PREALLOCATED_BYTES);
        Files.createDirectories(settings.directory());
        File directory = settings.directory().toFile();
        gate = TlsGate.of(settings.tls());
        files = new FileTxnSnapLog(directory, directory);
        purge = new DatadirCleanupManager(files.getSnapDir(), files.getDataLogDir(), SNAPSHOTS_KEPT, PURGE_EVERY_HOURS);
        purge.start();
        ServerSettings.Server own = settings.own();
        NettyServerCnxnFactory factory = (NettyServerCnxnFactory) ServerCnxnFactory.createFactory();
        factory.configure(new InetSocketAddress(own.host(), own.port()), settings.connectionsMax(), BACKLOG, false);
        factory.start();
        door = factory;
        listening = factory.getParentChannel();
        listening.pipeline().addFirst("tls-gate", gate);
        GuardedServer fresh = new GuardedServer(files, (int) settings.tick().toMillis(), gate);
        engine = fresh;
        factory.setZooKeeperServer(fresh);
        fresh.startdata();
        fresh.startup();
        containers = new ContainerManager(
                fresh.getZKDatabase(), fresh.entry(), CONTAINER_CHECK_MILLIS, CONTAINERS_PER_MINUTE_MAX);
        containers.start();
    }

    private void closeAfterFailure(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
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

    /** The bound port; only while it runs. */
    public int port() {
        NettyServerCnxnFactory open = door;
        if (open == null) {
            throw new IllegalStateException("the coordination server does not run");
        }
        return open.getLocalPort();
    }

    /** False after an error that made the engine stop serving. */
    public boolean serves() {
        GuardedServer running = engine;
        return running != null && running.isRunning();
    }

    /**
     * Closes the door first, so that nothing is accepted that is not written, and waits some seconds for its threads.
     * Idempotent.
     */
    @Override
    public void close() throws IOException {
        if (containers != null) {
            containers.stop();
            containers = null;
        }
        if (purge != null) {
            purge.shutdown();
            purge = null;
        }
        stopServing();
        if (files != null) {
            files.close();
            files = null;
        }
    }

    /** By hand, because the engine's own way starts a thread that nobody can end. */
    private void stopServing() {
        if (listening != null) {
            listening.close().awaitUninterruptibly(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        }
        NettyServerCnxnFactory open = door;
        if (open != null) {
            open.closeAll(ServerCnxn.DisconnectReason.SERVER_SHUTDOWN);
            door = null;
        }
        GuardedServer running = engine;
        if (running != null) {
            running.shutdown(true);
            engine = null;
        }
        stop(listening == null ? null : listening.eventLoop().parent());
        stop(gate == null ? null : gate.workers());
        listening = null;
        gate = null;
    }

    private static void stop(@Nullable EventLoopGroup threads) {
        if (threads == null) {
            return;
        }
        try {
            boolean ended = threads.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS)
                    .await(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            if (!ended) {
                LOG.atWarn().addKeyValue("seconds", STOP_SECONDS_MAX).log("Coordination threads did not end in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
