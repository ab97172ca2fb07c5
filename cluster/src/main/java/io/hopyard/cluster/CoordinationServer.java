package io.hopyard.cluster;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.ContainerManager;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server of the coordination service, in this process. What it acknowledged is on disk. Nodes come in with mutual TLS
 * only. Start and close are called by one thread; the rest by any.
 */
public final class CoordinationServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinationServer.class);

    private static final int TICK_MILLIS = 2_000;
    private static final int BACKLOG = 100;
    private static final int CONTAINER_CHECK_MILLIS = 60_000;
    private static final int CONTAINERS_PER_MINUTE_MAX = 10_000;
    private static final int STOP_SECONDS_MAX = 5;

    private final ServerSettings settings;

    private @Nullable FileTxnSnapLog log;
    private @Nullable ServerCnxnFactory connections;
    private @Nullable Channel listening;
    private @Nullable TlsGate gate;
    private @Nullable DatadirCleanupManager purge;
    private @Nullable ContainerManager containers;
    private volatile @Nullable GuardedServer engine;

    public CoordinationServer(ServerSettings settings) {
        this.settings = settings;
    }

    /** @throws FeatureStoreException {@code UNAVAILABLE} when it cannot start; then nothing stays open */
    public void start() {
        try {
            open();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(e);
        } catch (IOException | RuntimeException e) {
            throw failed(e);
        }
        LOG.atInfo()
                .addKeyValue("address", settings.bind())
                .addKeyValue("port", port())
                .addKeyValue("directory", settings.directory())
                .log("Coordination server serves");
    }

    private FeatureStoreException failed(Exception cause) {
        close();
        return new FeatureStoreException(
                ErrorCode.UNAVAILABLE,
                "coordination server at " + settings.bind() + ":" + settings.port() + " in " + settings.directory()
                        + ": " + cause.getMessage() + " (expected: a free address and a directory of its own)",
                cause);
    }

    private void open() throws IOException, InterruptedException {
        var directory = settings.directory().toFile();
        gate = TlsGate.of(settings.tls());
        log = new FileTxnSnapLog(directory, directory);
        purge = new DatadirCleanupManager(log.getSnapDir(), log.getDataLogDir(), settings.snapshotsKept(), (int)
                settings.purgeEvery().toHours());
        purge.start();
        // The engine makes its network classes by name only; the value is the same for every server of the process.
        System.setProperty(ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY, NettyServerCnxnFactory.class.getName());
        NettyServerCnxnFactory factory = (NettyServerCnxnFactory) ServerCnxnFactory.createFactory(
                new InetSocketAddress(settings.bind(), settings.port()), settings.connectionsMax(), BACKLOG);
        connections = factory;
        factory.start();
        listening = factory.getParentChannel();
        listening.pipeline().addFirst("tls-gate", gate);
        GuardedServer fresh = new GuardedServer(log, TICK_MILLIS, gate);
        engine = fresh;
        factory.setZooKeeperServer(fresh);
        fresh.startdata();
        fresh.startup();
        containers = new ContainerManager(
                fresh.getZKDatabase(), fresh.entry(), CONTAINER_CHECK_MILLIS, CONTAINERS_PER_MINUTE_MAX);
        containers.start();
    }

    /** The port that is bound, also when the settings left it open. */
    public int port() {
        return connections == null ? settings.port() : connections.getLocalPort();
    }

    /** True while it answers. */
    public boolean running() {
        GuardedServer current = engine;
        return current != null && current.isRunning();
    }

    /** Stops serving and waits some seconds for its threads to end. */
    @Override
    public void close() {
        if (containers != null) {
            containers.stop();
            containers = null;
        }
        if (purge != null) {
            purge.shutdown();
            purge = null;
        }
        stopServing();
        if (log != null) {
            try {
                log.close();
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("Coordination log did not close");
            }
            log = null;
        }
    }

    /** By hand, because the engine's own way starts a thread that nobody can end. */
    private void stopServing() {
        if (listening != null) {
            listening.close().awaitUninterruptibly(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        }
        if (connections != null) {
            connections.closeAll(ServerCnxn.DisconnectReason.SERVER_SHUTDOWN);
            connections = null;
        }
        if (engine != null) {
            engine.shutdown();
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
                LOG.atWarn().addKeyValue("seconds", STOP_SECONDS_MAX).log("Coordination threads did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
