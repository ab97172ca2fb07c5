package io.hopyard.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.cluster.Peer;
import io.hopyard.core.cluster.Revocations;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.StoredToken;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.server.join.HeadTokens;
import io.hopyard.server.settings.AllSettings;
import io.hopyard.server.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Set<NodeRole> DATA = Set.of(NodeRole.DATA);

    @TempDir
    private Path folder;

    private Surroundings node(String name, String role, Map<String, String> more) {
        Map<String, String> texts = new HashMap<>(more);
        texts.put("node.name", name);
        texts.put("node.address", HOST);
        texts.put("node.roles", role);
        texts.put("cluster.start-timeout", "20s");
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
        Surroundings head = node("h1", "head", Map.of("join.port", port, "log.partitions", "4"));
        assertThat(JoinRole.ensure(head, null)).isEmpty();
        NodeIdentity founder = NodeIdentity.open(head);
        Part door = JoinRole.part(
                head, founder, new Heads(head), List::of, new NodeGates(() -> Revocations.NONE), new Founding(head));
        String token = HeadTokens.make(
                        head.data(),
                        new StoredToken.Grant(DATA, null, head.clock().instant().plusSeconds(60)),
                        head.clock(),
                        head.random())
                .text();
        Surroundings data = node("d1", "data", Map.of("join.heads", HOST + ":" + port));
        door.start().run();
        try {
            Map<String, String> shared = JoinRole.ensure(data, token);
            assertThat(shared)
                    .containsEntry("log.partitions", "4")
                    .containsEntry("cluster.heads", "h1@" + HOST)
                    .containsEntry("cluster.founding", "true");
            assertThat(data.settings().with(shared).get(AllSettings.LOG_PARTITIONS))
                    .isEqualTo(4);
        } finally {
            door.close().run();
        }

        NodeIdentity joined = NodeIdentity.open(data);
        assertThat(NodeCertificates.find(joined.node().certificate())).isEqualTo(new Peer("d1", DATA));
        assertThat(joined.node().authority()).isEqualTo(founder.node().authority());
        assertThatThrownBy(joined::authority)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the cluster's authority is at heads only, and this node is none");
    }

    @Test
    void nodeThatNeitherJoinedNorIsAHeadHasNoIdentity() {
        Surroundings data = node("d1", "data", Map.of());
        assertThatThrownBy(() -> NodeIdentity.open(data))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("no certificate of this node (expected: that it joined, or that it is a head)");
        assertThat(folder.resolve("d1/identity")).doesNotExist();
    }

    @Test
    void nodeThatWasGivenAnotherValueThanAllShareIsRefused() {
        Surroundings data = node("d1", "data", Map.of("log.port", "9999"));
        assertThatThrownBy(() -> data.settings().with(Map.of("log.port", "9092")))
                .hasMessageContaining("log.port: '9999' (expected: '9092', which all nodes of the cluster share)");
    }

    @Test
    void onlyTheFirstStartOfAHeadFoundsAndALostDiskDoesNot() {
        Surroundings head = node("h1", "head", Map.of());
        NodeIdentity.open(head);
        List<String> founded = new ArrayList<>();
        Founding first = new Founding(head);
        assertThat(first.clusterIsNew()).isTrue();
        first.onEachHead("coordination", () -> founded.add("coordination"));
        first.onFounder("log", () -> founded.add("log"));
        first.served();
        Founding later = new Founding(head);
        assertThat(later.clusterIsNew()).isFalse();
        later.onEachHead("coordination", () -> founded.add("again"));
        later.onFounder("log", () -> founded.add("again"));
        assertThat(founded).containsExactly("coordination", "log");
    }
}
