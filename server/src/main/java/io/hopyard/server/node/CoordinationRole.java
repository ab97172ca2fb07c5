package io.hopyard.server.node;

import io.hopyard.cluster.ConnectionSettings;
import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.EmbeddedZooKeeper;
import io.hopyard.cluster.LeaderTime;
import io.hopyard.cluster.ServerSettings;
import io.hopyard.cluster.StoreFiles;
import io.hopyard.cluster.ZooKeeperMembership;
import io.hopyard.cluster.ZooKeeperNodes;
import io.hopyard.cluster.ZooKeeperRevocations;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestAssignment;
import io.hopyard.core.join.ClusterView;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import io.hopyard.identity.Identity;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.HeadAddress;
import io.hopyard.store.pair.Halt;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordination server of a head, this node's connection to it, and its place among the nodes of the cluster. */
final class CoordinationRole {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinationRole.class);
    private static final String KEY_STORE_TYPE = "PKCS12";
    private static final int PASSWORD_BITS = 130;
    private static final int PASSWORD_RADIX = 36;

    private final @Nullable EmbeddedZooKeeper server;
    private final Coordination coordination;
    private final Ticker ticker;
    private final ZooKeeperRevocations revocations;
    private final NodeGates gates;
    private final Node self;
    private final ZooKeeperMembership membership;
    private final @Nullable ClockWatch clocks;
    private final ZooKeeperNodes nodes;
    private final Duration startTimeout;
    private final Founding founding;
    private final Path serverDirectory;

    /** @param engineFailed told when the engine cannot go on */
    CoordinationRole(Surroundings around, NodeIdentity identity, Heads heads, Founding founding, Halt engineFailed) {
        this.founding = founding;
        Path directory = around.data().resolve("coordination");
        StoreFiles tls = storeFiles(around, identity.node(), directory.resolve("tls"));
        this.serverDirectory = directory.resolve("data");
        this.coordination = new Coordination(new ConnectionSettings(
                heads.servers(AllSettings.COORDINATION_ADDRESS, AllSettings.COORDINATION_PORT),
                tls,
                around.get(AllSettings.COORDINATION_SESSION_TIMEOUT),
                around.get(AllSettings.COORDINATION_CONNECT_TIMEOUT)));
        this.ticker = around.ticker();
        this.revocations = new ZooKeeperRevocations(coordination, ticker);
        this.gates = new NodeGates(revocations::known);
        this.server = around.is(NodeRole.HEAD)
                ? new EmbeddedZooKeeper(
                        serverSettings(around, heads, serverDirectory, tls),
                        new EmbeddedZooKeeper.Gates(gates.ofNodes(), gates.of(Set.of(NodeRole.HEAD))),
                        why -> engineFailed.halt("the coordination server failed: " + why))
                : null;
        if (server != null) {
            revocations.listen(server::recheck);
        }
        this.startTimeout = around.get(AllSettings.CLUSTER_START_TIMEOUT);
        this.self = node(around);
        this.membership = new ZooKeeperMembership(coordination, self);
        // The only head would ask itself.
        boolean alone = around.is(NodeRole.HEAD) && heads.names().size() == 1;
        this.clocks = alone
                ? null
                : new ClockWatch(
                        around.clock(),
                        new LeaderTime(coordination, around.ticker()),
                        around.ticker(),
                        around.metrics());
        this.nodes = new ZooKeeperNodes(coordination, self, around.ticker());
    }

    private static ServerSettings serverSettings(Surroundings around, Heads heads, Path directory, StoreFiles tls) {
        List<HeadAddress> all = heads.at(AllSettings.COORDINATION_ADDRESS);
        ServerSettings.Ports ports = new ServerSettings.Ports(
                around.get(AllSettings.COORDINATION_PORT),
                around.get(AllSettings.COORDINATION_QUORUM_PORT),
                around.get(AllSettings.COORDINATION_ELECTION_PORT));
        List<ServerSettings.Server> servers = new ArrayList<>();
        for (HeadAddress head : all) {
            servers.add(new ServerSettings.Server(servers.size() + 1, head.host(), ports, ServerSettings.Vote.VOTER));
        }
        return new ServerSettings(
                heads.ownNumber(),
                servers,
                directory,
                tls,
                ServerSettings.TICK_DEFAULT,
                around.get(AllSettings.COORDINATION_CONNECTIONS_MAX));
    }

    Coordination connection() {
        return coordination;
    }

    ZooKeeperMembership membership() {
        return membership;
    }

    /** Registrations and reports of all nodes. */
    ZooKeeperNodes nodes() {
        return nodes;
    }

    /** This node, as the others see it. */
    Node self() {
        return self;
    }

    /** Who may come in at this node's doors for nodes. */
    NodeGates gates() {
        return gates;
    }

    ZooKeeperRevocations revocations() {
        return revocations;
    }

    /** What this node has to ingest beside the other workers that are alive. */
    IngestAssignment share() {
        return IngestAssignment.among(membership, self.id());
    }

    private void startServer(EmbeddedZooKeeper own) {
        founding.onEachHead("coordination", () -> EmbeddedZooKeeper.found(serverDirectory));
        own.start();
    }

    private void connect() {
        coordination.start(startTimeout);
        if (server != null) {
            founding.served();
        }
    }

    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        EmbeddedZooKeeper own = server;
        if (own != null) {
            parts.add(new Part(
                    "coordination-server",
                    () -> startServer(own),
                    own::close,
                    () -> own.serves() ? null : "The engine stopped after an error, or has no majority."));
        }
        parts.add(new Part(
                "coordination",
                this::connect,
                coordination::close,
                () -> coordination.connected() ? null : "No coordination server answers."));
        parts.add(new Part(
                "revocations", () -> revocations.start(Deadline.after(ticker, startTimeout)), revocations::close));
        parts.add(new Part("membership", membership::start, membership::close));
        ClockWatch watch = clocks;
        if (watch != null) {
            parts.add(new Part("clock", watch::start, watch::close));
        }
        return parts;
    }

    /** The stores are written anew at each start, so nobody needs to know their password. */
    private static StoreFiles storeFiles(Surroundings around, Identity node, Path directory) {
        String password = new BigInteger(PASSWORD_BITS, around.random()).toString(PASSWORD_RADIX);
        try {
            return StoreFiles.write(
                    directory,
                    node.keyStore(KEY_STORE_TYPE, password.toCharArray()),
                    node.trustStore(KEY_STORE_TYPE),
                    password);
        } catch (IOException e) {
            throw new FeatureStoreException(
                    ErrorCode.UNAVAILABLE, "key stores in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Node node(Surroundings around) {
        SortedMap<String, String> addresses = new TreeMap<>();
        addresses.put("health", around.at(AllSettings.HEALTH_ADDRESS, AllSettings.HEALTH_PORT));
        if (around.is(NodeRole.HEAD)) {
            addresses.put(ClusterView.JOIN_DOOR, around.at(AllSettings.JOIN_ADDRESS, AllSettings.JOIN_PORT));
            addresses.put("log", around.at(AllSettings.LOG_ADDRESS, AllSettings.LOG_PORT));
        }
        if (around.is(NodeRole.HEAD) || around.is(NodeRole.API)) {
            addresses.put("rest", around.at(AllSettings.REST_ADDRESS, AllSettings.REST_PORT));
        }
        if (around.is(NodeRole.BROKER)) {
            addresses.put("online", around.at(AllSettings.ONLINE_ADDRESS, AllSettings.ONLINE_PORT));
            addresses.put("mysql", around.at(AllSettings.MYSQL_ADDRESS, AllSettings.MYSQL_PORT));
        }
        return new Node(
                id(around.data().resolve("node.id")),
                around.get(AllSettings.NODE_NAME),
                around.get(AllSettings.NODE_REGION),
                around.get(AllSettings.NODE_ZONE),
                around.get(AllSettings.NODE_ROLES),
                addresses);
    }

    /** Made at the first start; goes with the data directory. */
    private static String id(Path file) {
        try {
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
            String id = UUID.randomUUID().toString();
            Files.writeString(file, id + "\n");
            LOG.atInfo().addKeyValue("id", id).log("The node has got its id.");
            return id;
        } catch (IOException e) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "node id in " + file + ": " + e.getMessage(), e);
        }
    }
}
