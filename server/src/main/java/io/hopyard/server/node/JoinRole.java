package io.hopyard.server.node;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.server.join.HeadDesk;
import io.hopyard.server.join.JoinDoor;
import io.hopyard.server.join.NodeJoin;
import io.hopyard.server.join.TokenFiles;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.wire.http.HttpDoor;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How this node comes into its cluster, and how a head lets others in. */
final class JoinRole {
    private JoinRole() {}

    /**
     * To be called before {@link NodeIdentity#open}, with the data directory held.
     *
     * @param token by which the node joins at its first start, or null
     * @param timeout how long heads may be asked
     * @return the settings that all nodes of the cluster share, by key
     */
    static Map<String, String> ensure(
            Surroundings around, Set<NodeRole> roles, @Nullable String token, Duration timeout) {
        NodeJoin.Time time = new NodeJoin.Time(around.clock(), around.ticker(), around.pause());
        return new NodeJoin(around.data(), time, around.random())
                .ensure(new NodeJoin.Wish(
                        NodeIdentity.peer(around, roles),
                        around.get(AllSettings.NODE_ZONE),
                        around.get(AllSettings.NODE_REGION),
                        NodeIdentity.hosts(around),
                        around.get(AllSettings.JOIN_HEADS),
                        token,
                        timeout));
    }

    /** The join door of a head. */
    static Part part(Surroundings around, NodeIdentity identity, HeadDesk.Sources sources) {
        HeadDesk desk = new HeadDesk(
                around.get(AllSettings.NODE_NAME),
                identity.authority(),
                around.get(AllSettings.TLS_NODE_LIFE),
                new TokenFiles(around.data(), around.clock(), around.random()),
                sources,
                around.clock());
        HttpDoor door = JoinDoor.of(
                new JoinDoor.Place(around.address(AllSettings.JOIN_ADDRESS), around.get(AllSettings.JOIN_PORT)),
                identity.node(),
                desk,
                around.get(AllSettings.STOP_GRACE),
                around.metrics(),
                around.ticker());
        return new Part("join", door::start, door::close);
    }
}
