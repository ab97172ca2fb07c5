package io.hopyard.cluster;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.flexible.QuorumMaj;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's member of a quorum, with our door instead of its own. Derived from a class of the engine because it has no
 * other hook for this.
 */
final class QuorumMember extends QuorumPeer {
    private static final Logger LOG = LoggerFactory.getLogger(QuorumMember.class);
    private static final int FAST_LEADER_ELECTION = 3;
    private static final int INIT_TICKS = 40;
    private static final int SESSION_MILLIS_MAX = 120_000;

    private final ClientDoor door;
    private volatile @Nullable ZooKeeperServer serving;
    private volatile @Nullable String told;

    QuorumMember(ServerSettings settings, FileTxnSnapLog files, ClientDoor door) throws IOException {
        this.door = door;
        // One voter is an ensemble too, with or without observers.
        QuorumPeerConfig.setStandaloneEnabled(false);
        Map<Long, QuorumServer> servers = new HashMap<>();
        settings.servers().forEach(server -> servers.put((long) server.id(), engineServer(server)));
        setTxnFactory(files);
        setElectionType(FAST_LEADER_ELECTION);
        setMyid(settings.serverId());
        setTickTime((int) settings.tick().toMillis());
        setMinSessionTimeout(2 * (int) settings.tick().toMillis());
        setMaxSessionTimeout(SESSION_MILLIS_MAX);
        setInitLimit(INIT_TICKS);
        setSyncLimit(ServerSettings.SYNC_TICKS);
        setConnectToLearnerMasterLimit(ServerSettings.SYNC_TICKS);
        setZKDatabase(new ZKDatabase(files));
        setQuorumVerifier(new QuorumMaj(servers), false);
        initConfigInZKDatabase();
        setSslQuorum(true);
        setUsePortUnification(false);
        setSyncEnabled(true);
        setLearnerType(learnerType(settings.own()));
        initialize();
    }

    private static QuorumServer engineServer(ServerSettings.Server server) {
        return new QuorumServer(
                server.id(),
                new InetSocketAddress(server.host(), server.ports().quorum()),
                new InetSocketAddress(server.host(), server.ports().election()),
                null,
                learnerType(server));
    }

    private static LearnerType learnerType(ServerSettings.Server server) {
        return switch (server.vote()) {
            case VOTER -> LearnerType.PARTICIPANT;
            case OBSERVER -> LearnerType.OBSERVER;
        };
    }

    /** Called by the engine when this member has begun or ceased to lead or to follow. */
    @Override
    public void setZooKeeperServer(@Nullable ZooKeeperServer server) {
        serving = server;
        door.serve(server);
        String now = server == null ? "without a majority" : getServerState();
        // A server that cannot write tries to follow many times a second.
        if (!now.equals(told)) {
            told = now;
            LOG.atInfo()
                    .addKeyValue("server", getMyId())
                    .addKeyValue("state", now)
                    .log("The coordination server's place in its ensemble changed.");
        }
    }

    @Override
    public void closeAllConnections() {
        door.closeConnections();
    }

    /** True while it leads or follows a leader that has a majority. */
    boolean serves() {
        ZooKeeperServer server = serving;
        return server != null && server.isRunning();
    }

    boolean leads() {
        return serves() && getPeerState() == ServerState.LEADING;
    }

    /** Says that an empty directory is that of a new ensemble and not of a server that has lost its data. */
    static void trustEmpty(File directory) throws IOException {
        File initialize = new File(directory, "initialize");
        if (!initialize.exists() && !initialize.createNewFile()) {
            throw new IOException("file " + initialize + " cannot be made");
        }
    }
}
