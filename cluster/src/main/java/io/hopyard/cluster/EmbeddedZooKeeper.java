package io.hopyard.cluster;

import io.hopyard.core.cluster.NodeGate;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordination server of a head, member of an ensemble of 1, 3 or 5 that agree by majority. What it acknowledged is on
 * the disks of a majority. All its ports take mutual TLS, and certificates of nodes only; the engine's HTTP admin server is
 * not started. A server alone is a quorum of one, so an ensemble can grow out of it. Several servers may run in one
 * process. Start and close are called by one thread; the rest by any.
 *
 * <p>A server whose directory is empty does not count its own vote as knowledge: it follows a majority that has data, and
 * never makes one up with other empty servers. A new ensemble is told by {@link #found}.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_EVERY_HOURS = 24;
    private static final long LOG_PREALLOCATED_BYTES = 4L << 20;
    private static final int STOP_SECONDS_MAX = 5;
    private static final int ALONE_SECONDS_MAX = 20;
    private static final long LOOK_MILLIS = 5;

    private final ServerSettings settings;
    private final Gates gates;
    private final Consumer<String> onFault;
    private final CountDownLatch closed = new CountDownLatch(1);

    private @Nullable DatadirCleanupManager purge;
    private volatile @Nullable ClientDoor door;
    private volatile @Nullable QuorumMember member;
    private volatile @Nullable String fault;
    private volatile boolean started;

    /**
     * Who comes in.
     *
     * @param nodes to ask and to write
     * @param servers to the quorum
     */
    public record Gates(NodeGate nodes, NodeGate servers) {
        /** Every node of the authority. */
        public static final Gates OPEN = new Gates(NodeGate.OPEN, NodeGate.OPEN);
    }

    /** Nothing listens before {@link #start()}. */
    public EmbeddedZooKeeper(ServerSettings settings, Gates gates) {
        this(settings, gates, reason -> {});
    }

    /**
     * Nothing listens before {@link #start()}.
     *
     * @param onFault told when the engine cannot go on, for example because it cannot write; not while it starts
     */
    public EmbeddedZooKeeper(ServerSettings settings, Gates gates, Consumer<String> onFault) {
        this.settings = settings;
        this.gates = gates;
        this.onFault = onFault;
    }

    /**
     * Marks the directory as that of a server of a new ensemble, to be done once on each server before its first start. Does
     * nothing to one that has data. Never to be done again for a server that has lost its disk: together with one that lags
     * behind it would forget what the others have acknowledged.
     */
    public static void found(Path directory) throws IOException {
        Files.createDirectories(directory);
        File[] data = directory.resolve("version-2").toFile().listFiles();
        if (data == null || data.length == 0) {
            QuorumMember.trustEmpty(directory.toFile());
        }
    }

    /**
     * Listens when it returns, and serves if it is alone; the member of a larger ensemble serves when a majority is there.
     * Has left nothing open when it throws.
     *
     * @throws FeatureStoreException {@code UNAVAILABLE} when a port is taken or the directory cannot be used
     */
    public void start() {
        try {
            open();
            started = true;
        } catch (IOException | RuntimeException e) {
            close();
            throw cannotStart(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw cannotStart(e);
        }
    }

    private void open() throws IOException, InterruptedException {
        // The engine knows these by name only; the values are the same for every server of the process.
        System.setProperty("zookeeper.admin.enableServer", "false");
        System.setProperty("zookeeper.db.autocreate", "false");
        FileTxnLog.setPreallocSize(LOG_PREALLOCATED_BYTES);
        Files.createDirectories(settings.directory());
        if (settings.alone()) {
            found(settings.directory());
        }
        SSLContext quorumTls = NodeTls.context(settings.tls(), gates.servers());
        ServerSettings.Server own = settings.own();
        int quorumPort = freePort(own.host(), own.ports().quorum());
        int electionPort = freePort(own.host(), own.ports().election());
        ServerSettings concrete =
                settings.with(own.at(new ServerSettings.Ports(own.ports().client(), quorumPort, electionPort)));
        File directory = settings.directory().toFile();
        FileTxnSnapLog files = new FileTxnSnapLog(directory, directory);
        purge = new DatadirCleanupManager(files.getSnapDir(), files.getDataLogDir(), SNAPSHOTS_KEPT, PURGE_EVERY_HOURS);
        purge.start();
        ClientDoor opened = ClientDoor.open(settings, NodeTls.context(settings.tls(), gates.nodes()));
        door = opened;
        new EngineThreads(quorumTls, this::failed).run(() -> startMember(concrete, files, opened));
        if (settings.alone()) {
            awaitServing();
        }
    }

    private void startMember(ServerSettings concrete, FileTxnSnapLog files, ClientDoor opened) {
        try {
            QuorumMember fresh = new QuorumMember(concrete, files, opened);
            member = fresh;
            fresh.start();
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * The port, or a free one for 0, which the engine does not know. Looked at beforehand because the engine binds in
     * threads of its own, where nobody hears that it could not.
     */
    private static int freePort(String host, int wanted) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, wanted));
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new IOException("port " + wanted + ": " + e.getMessage(), e);
        }
    }

    private void awaitServing() throws InterruptedException {
        for (long waited = 0; !serves(); waited += LOOK_MILLIS) {
            if (fault != null || waited > TimeUnit.SECONDS.toMillis(ALONE_SECONDS_MAX)) {
                throw new IllegalStateException(
                        fault != null ? fault : "it did not serve within " + ALONE_SECONDS_MAX + " s");
            }
            closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void failed(String reason) {
        fault = reason;
        LOG.atError()
                .addKeyValue("server", settings.serverId())
                .addKeyValue("reason", reason)
                .log("The coordination server failed; restart the node.");
        if (started && closed.getCount() > 0) {
            onFault.accept(reason);
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
                "coordination server at " + own.host() + ":" + own.ports().client() + " with data in "
                        + settings.directory() + ": " + root.getMessage()
                        + " (expected: an address of this machine, a free port and a directory that can be written)",
                cause);
    }

    /** Closes the connections of nodes that the gate lets in no more. */
    public void recheck() {
        ClientDoor open = door;
        if (open != null) {
            open.recheck(gates.nodes());
        }
    }

    /** The bound port; only while it runs. */
    public int port() {
        ClientDoor open = door;
        if (open == null) {
            throw new IllegalStateException("the coordination server does not run");
        }
        return open.port();
    }

    /** True while this server is one of a majority; false also after an error that made the engine stop. */
    public boolean serves() {
        QuorumMember running = member;
        return running != null && fault == null && running.serves();
    }

    /** True while this server leads the ensemble; for people and tests. */
    public boolean leads() {
        QuorumMember running = member;
        return running != null && running.leads();
    }

    /**
     * Closes the door first, so that nothing is accepted that is not written, and waits some seconds for its threads. The
     * others elect a new leader if this one led, just as if it had been killed. Idempotent.
     */
    @Override
    public void close() {
        closed.countDown();
        ClientDoor open = door;
        if (open != null) {
            open.close();
            door = null;
        }
        QuorumMember running = member;
        if (running != null) {
            running.shutdown();
            member = null;
            awaitEnd(running);
        }
        if (purge != null) {
            purge.shutdown();
            purge = null;
        }
    }

    private static void awaitEnd(QuorumMember running) {
        try {
            running.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS_MAX));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (running.isAlive()) {
            LOG.atWarn().addKeyValue("seconds", STOP_SECONDS_MAX).log("The coordination server did not end in time.");
        }
    }
}
