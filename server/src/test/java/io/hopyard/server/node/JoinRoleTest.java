package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.ClusterView;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.server.join.HeadDesk;
import io.hopyard.server.join.HeadTokens;
import io.hopyard.server.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JoinRoleTest {
    private static final String HOST = "127.0.51.5";
    private static final Set<NodeRole> HEAD = Set.of(NodeRole.HEAD);
    private static final Set<NodeRole> DATA = Set.of(NodeRole.DATA);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private Surroundings node(String name, Map<String, String> more) {
        Map<String, String> texts = new HashMap<>(more);
        texts.put("node.name", name);
        texts.put("node.address", HOST);
        return Surroundings.of(Settings.of(texts), folder.resolve(name));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void dataNodeJoinsTheHeadThatFoundedTheCluster() throws Exception {
        String port = Integer.toString(freePort());
        Surroundings head = node("h1", Map.of("join.port", port));
        assertThat(JoinRole.ensure(head, HEAD, null, TIMEOUT)).isEmpty();
        NodeIdentity founder = NodeIdentity.open(head, HEAD);
        Part door = JoinRole.part(
                head,
                founder,
                new HeadDesk.Sources(
                        () -> new ClusterView("local", Set.of("h1"), List.of(), Set.of("h1")),
                        () -> Map.of("log.partitions", "4")));
        String token = HeadTokens.make(
                        head.data(),
                        new StoredToken.Grant(DATA, null, head.clock().instant().plusSeconds(60)),
                        head.clock(),
                        head.random())
                .text();
        Surroundings data = node("d1", Map.of("join.heads", HOST + ":" + port));
        door.start().run();
        try {
            assertThat(JoinRole.ensure(data, DATA, token, TIMEOUT)).isEqualTo(Map.of("log.partitions", "4"));
        } finally {
            door.close().run();
        }

        NodeIdentity joined = NodeIdentity.open(data, DATA);
        assertThat(NodeCertificates.find(joined.node().certificate())).isEqualTo(new Peer("d1", DATA));
        assertThat(joined.node().authority()).isEqualTo(founder.node().authority());
        assertThatThrownBy(joined::authority)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cluster's authority is at heads only, and this node is none");
    }

    @Test
    void nodeThatNeitherJoinedNorIsAHeadHasNoIdentity() {
        Surroundings data = node("d1", Map.of());
        assertThatThrownBy(() -> NodeIdentity.open(data, DATA))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("no certificate of this node (expected: that it joined, or that it is a head)");
        assertThat(folder.resolve("d1/identity")).doesNotExist();
    }
}
