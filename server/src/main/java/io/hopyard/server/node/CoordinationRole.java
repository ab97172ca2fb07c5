package io.hopyard.server.node;

import io.hopyard.cluster.ConnectionSettings;
import io.hopyard.cluster.Coordination;
import io.hopyard.cluster.EmbeddedZooKeeper;
import io.hopyard.cluster.ServerSettings;
import io.hopyard.cluster.StoreFiles;
import io.hopyard.cluster.ZooKeeperMembership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.identity.Identity;
import io.hopyard.server.settings.AllSettings;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The coordination server of a head, this node's connection to it, and its place among the nodes of the cluster. */
final class CoordinationRole {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinationRole.class);
    private static final String KEY_STORE_TYPE = "PKCS12";
    private static final int PASSWORD_BITS = 130;
    private static final int PASSWORD_RADIX = 36;

    private CoordinationRole() {}

    static List<Part> parts(Surroundings around, NodeIdentity identity) {
        String host = around.address(AllSettings.COORDINATION_ADDRESS);
        int port = around.get(AllSettings.COORDINATION_PORT);
        Path directory = around.data().resolve("coordination");
        StoreFiles tls = storeFiles(around, identity.node(), directory.resolve("tls"));
        EmbeddedZooKeeper server = new EmbeddedZooKeeper(new ServerSettings(
                1,
                List.of(ServerSettings.Server.alone(host, port)),
                directory.resolve("data"),
                tls,
                ServerSettings.TICK_DEFAULT,
                around.get(AllSettings.COORDINATION_CONNECTIONS_MAX)));
        Coordination coordination = new Coordination(new ConnectionSettings(
                host + ":" + port,
                tls,
                around.get(AllSettings.COORDINATION_SESSION_TIMEOUT),
                around.get(AllSettings.COORDINATION_CONNECT_TIMEOUT)));
        ZooKeeperMembership membership = new ZooKeeperMembership(coordination, node(around));
        return List.of(
                new Part(
                        "coordination-server",
                        server::start,
                        server::close,
                        () -> server.serves()
                                ? null
                                : "There is no majority of servers, or the engine stopped after an error."),
                new Part(
                        "coordination",
                        coordination::start,
                        coordination::close,
                        () -> coordination.connected() ? null : "No coordination server answers."),
                new Part("membership", membership::start, membership::close));
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
        addresses.put("rest", around.address(AllSettings.REST_ADDRESS) + ":" + around.get(AllSettings.REST_PORT));
        addresses.put("online", around.address(AllSettings.ONLINE_ADDRESS) + ":" + around.get(AllSettings.ONLINE_PORT));
        addresses.put("mysql", around.address(AllSettings.MYSQL_ADDRESS) + ":" + around.get(AllSettings.MYSQL_PORT));
        addresses.put("log", around.address(AllSettings.LOG_ADDRESS) + ":" + around.get(AllSettings.LOG_PORT));
        return new Node(
                id(around.data().resolve("node.id")),
                around.get(AllSettings.NODE_NAME),
                around.get(AllSettings.NODE_REGION),
                around.get(AllSettings.NODE_ZONE),
                EnumSet.allOf(NodeRole.class),
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
