package io.hopyard.server.node;

import io.hopyard.core.cluster.Membership;
import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.join.ClusterView;
import io.hopyard.server.join.HeadCredentials;
import io.hopyard.server.join.HeadDesk;
import io.hopyard.server.join.JoinDoor;
import io.hopyard.server.join.NodeJoin;
import io.hopyard.server.join.TokenFiles;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.http.HttpDoor;
import io.hopyard.wire.join.JoinRoutes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How this node comes into its cluster, and how a head lets others in. */
final class JoinRole {
    private JoinRole() {}

    /**
     * To be called before {@link NodeIdentity#open}, with the data directory held.
     *
     * @param token by which the node joins at its first start, or null
     * @return the settings that all nodes of the cluster share, by key
     */
    static Map<String, String> ensure(Surroundings around, @Nullable String token) {
        NodeJoin.Time time = new NodeJoin.Time(around.clock(), around.ticker(), around.pause());
        return new NodeJoin(around.data(), time, around.random())
                .ensure(new NodeJoin.Wish(
                        NodeIdentity.peer(around),
                        around.get(AllSettings.NODE_ZONE),
                        around.get(AllSettings.NODE_REGION),
                        NodeIdentity.hosts(around),
                        around.get(AllSettings.JOIN_HEADS),
                        token,
                        around.get(AllSettings.CLUSTER_START_TIMEOUT)));
    }

    /** The join door of a head. */
    static Part part(
            Surroundings around,
            NodeIdentity identity,
            Heads heads,
            Membership membership,
            NodeGates gates,
            Founding founding) {
        HeadDesk desk = new HeadDesk(
                around.get(AllSettings.NODE_NAME),
                identity.authority(),
                around.get(AllSettings.TLS_NODE_LIFE),
                new TokenFiles(around.data(), around.clock(), around.random()),
                new HeadDesk.Sources(
                        () -> view(around, heads, membership), () -> shared(around, founding), gates.ofNodes()),
                around.clock());
        HttpDoor door = JoinDoor.of(
                new JoinDoor.Place(around.address(AllSettings.JOIN_ADDRESS), around.get(AllSettings.JOIN_PORT)),
                identity.node(),
                new JoinRoutes(desk, new HeadCredentials(identity.issuer(), gates.of(Set.of(NodeRole.API)))),
                around.get(AllSettings.STOP_GRACE),
                around.metrics(),
                around.ticker());
        return new Part("join", door::start, door::close);
    }

    private static ClusterView view(Surroundings around, Heads heads, Membership membership) {
        List<Node> alive = membership.alive();
        return new ClusterView(
                around.get(AllSettings.NODE_REGION),
                Set.copyOf(heads.names()),
                alive,
                alive.stream().map(Node::name).collect(Collectors.toSet()));
    }

    private static Map<String, String> shared(Surroundings around, Founding founding) {
        Map<String, String> shared = new HashMap<>();
        AllSettings.SHARED.forEach(
                setting -> shared.put(setting.key(), around.settings().text(setting)));
        if (around.get(AllSettings.CLUSTER_HEADS).isEmpty()) {
            shared.put(
                    AllSettings.CLUSTER_HEADS.key(),
                    around.get(AllSettings.NODE_NAME) + "@" + around.get(AllSettings.NODE_ADDRESS));
        }
        shared.put(AllSettings.CLUSTER_FOUNDING.key(), Boolean.toString(founding.clusterIsNew()));
        return shared;
    }
}
