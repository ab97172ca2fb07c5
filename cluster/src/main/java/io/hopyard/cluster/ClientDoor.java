package io.hopyard.cluster;

import io.hopyard.core.cluster.NodeGate;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nodes come in to a coordination server: the engine's own socket with {@link TlsGate} in front. The socket listens
 * some microseconds before the gate stands. A connection belongs to the engine's server of the moment in which it was
 * opened, for good; so no server is given to the door before all connections that may have slipped through are opened,
 * and those are never served. Open and close are called by one thread; the rest by any.
 */
final class ClientDoor {
    private static final Logger LOG = LoggerFactory.getLogger(ClientDoor.class);
    private static final int BACKLOG = 128;
    private static final int STOP_SECONDS_MAX = 5;

    private final TlsGate gate;
    private final NettyServerCnxnFactory factory;
    private final Channel listening;

    private ClientDoor(TlsGate gate, NettyServerCnxnFactory factory) {
        this.gate = gate;
        this.factory = factory;
        this.listening = factory.getParentChannel();
    }

    /** Listens, but serves nobody yet. */
    static ClientDoor open(ServerSettings settings, SSLContext tls) throws IOException, InterruptedException {
        // The engine knows these by name only; the values are the same for every server of the process.
        System.setProperty(ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY, NettyServerCnxnFactory.class.getName());
        System.setProperty("zookeeper.4lw.commands.whitelist", "");
        ServerSettings.Server own = settings.own();
        NettyServerCnxnFactory factory = (NettyServerCnxnFactory) ServerCnxnFactory.createFactory();
        InetSocketAddress address =
                new InetSocketAddress(own.host(), own.ports().client());
        factory.configure(address, settings.connectionsMax(), BACKLOG, false);
        factory.start();
        ClientDoor door = new ClientDoor(new TlsGate(tls), factory);
        try {
            door.putGate(address.getAddress());
        } catch (IOException | InterruptedException | RuntimeException e) {
            door.close();
            throw e;
        }
        return door;
    }

    private void putGate(InetAddress address) throws IOException, InterruptedException {
        listening.pipeline().addFirst("tls-gate", gate);
        listening.eventLoop().submit(() -> {}).sync();
        try (Socket first = new Socket(address, port())) {
            EventLoopGroup workers = gate.workers().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            for (EventExecutor worker : workers) {
                worker.submit(() -> {}).sync();
            }
            LOG.atDebug().addKeyValue("through", first).log("The gate stands.");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the door did not accept its own connection", e);
        }
    }

    int port() {
        return factory.getLocalPort();
    }

    /** From now on connections belong to this server; null = they are closed when they ask for anything. */
    void serve(@Nullable ZooKeeperServer server) {
        factory.setZooKeeperServer(server);
    }

    /** Closes the connections of nodes that the gate lets in no more. */
    void recheck(NodeGate nodes) {
        gate.recheck(nodes);
    }

    void closeConnections() {
        factory.closeAll(ServerCnxn.DisconnectReason.SERVER_SHUTDOWN);
    }

    /** By hand, because the engine's own way starts a thread that nobody can end. */
    void close() {
        listening.close().awaitUninterruptibly(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        closeConnections();
        stop(listening.eventLoop().parent());
        if (gate.workers().isDone()) {
            stop(gate.workers().join());
        }
    }

    private static void stop(EventLoopGroup threads) {
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
