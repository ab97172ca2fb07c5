package io.hopyard.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hopyard.cluster.ServerSettings.Server;
import io.hopyard.core.cluster.NodeGate;
import io.hopyard.testkit.wait.Eventually;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private static void write(CuratorFramework client, String value) {
        try {
            client.setData().forPath("/value", value.getBytes(UTF_8));
        } catch (Exception e) { // Curator declares no narrower type
            throw new IllegalStateException(e);
        }
    }

    private static String read(CuratorFramework client) throws Exception {
        client.sync().forPath("/value");
        return new String(client.getData().forPath("/value"), UTF_8);
    }

    @Test
    void writesGoOnWhenTheLeaderIsKilledAndItCatchesUpWhenItIsBack() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                Coordination node = ensemble.connect("node:one")) {
            node.client().create().forPath("/value", "before".getBytes(UTF_8));
            int killed = ensemble.leader();
            ensemble.kill(killed);
            Eventually.holds(Duration.ofSeconds(10), () -> write(node.client(), "after"));

            ensemble.start(killed);
            ensemble.awaitAll();
            List<Server> only = ensemble.servers().stream()
                    .filter(server -> server.id() == killed)
                    .toList();
            try (Coordination there = ensemble.connect("node:two", only)) {
                assertThat(read(there.client())).isEqualTo("after");
            }
        }
    }

    @Test
    void oneOfThreeServesNobodyAndGoesOnWithTheSecond() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                Coordination node = ensemble.connect("node:one")) {
            node.client().create().forPath("/value", "kept".getBytes(UTF_8));
            int killed = ensemble.leader();
            ensemble.kill(killed);
            int second = ensemble.servers().stream()
                    .mapToInt(Server::id)
                    .filter(id -> id != killed)
                    .findFirst()
                    .orElseThrow();
            ensemble.kill(second);
            int left = 6 - killed - second;
            Eventually.holds(
                    SOON, () -> assertThat(ensemble.server(left).serves()).isFalse());
            Eventually.holds(SOON, () -> assertThat(node.connected()).isFalse());

            ensemble.start(second);
            ensemble.awaitAll();
            Eventually.holds(SOON, () -> write(node.client(), "on"));
            assertThat(read(node.client())).isEqualTo("on");
        }
    }

    @Test
    void serverThatHasLostItsDiskGetsEverythingFromTheOthers() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                Coordination node = ensemble.connect("node:one")) {
            node.client().create().forPath("/value", "kept".getBytes(UTF_8));
            int lost = ensemble.follower();
            ensemble.kill(lost);
            ensemble.loseDisk(lost);
            ensemble.start(lost);
            ensemble.awaitAll();
            List<Server> only = ensemble.servers().stream()
                    .filter(server -> server.id() == lost)
                    .toList();
            try (Coordination there = ensemble.connect("node:two", only)) {
                assertThat(read(there.client())).isEqualTo("kept");
            }
        }
    }

    @Test
    void emptyServersMakeUpNoMajorityByThemselves() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3);
                Coordination node = ensemble.connect("node:one")) {
            node.client().create().forPath("/value", "kept".getBytes(UTF_8));
            for (int id = 1; id <= 3; id++) {
                ensemble.kill(id);
            }
            ensemble.loseDisk(1);
            ensemble.loseDisk(2);
            ensemble.start(1);
            ensemble.start(2);
            // A majority would be there after about a second; none may be.
            assertThat(catchThrowable(() -> Eventually.holds(
                            Duration.ofSeconds(5),
                            () -> assertThat(ensemble.server(1).serves()
                                            || ensemble.server(2).serves())
                                    .isTrue())))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void ensembleGrowsOutOfASingleServerWithItsData() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 1)) {
            try (Coordination node = ensemble.connect("node:one")) {
                node.client().create().forPath("/value", "from the first day".getBytes(UTF_8));
            }
            ensemble.kill(1);
            List<Server> three = TestEnsemble.servers(3);
            List<Server> observed = List.of(three.get(0), observer(three.get(1)), observer(three.get(2)));
            for (int id = 1; id <= 3; id++) {
                ensemble.start(ensemble.settings(id, observed));
            }
            ensemble.awaitAll();
            for (int id = 1; id <= 3; id++) {
                ensemble.kill(id);
            }
            for (int id = 1; id <= 3; id++) {
                ensemble.start(ensemble.settings(id, three));
            }
            ensemble.awaitAll();
            ensemble.kill(1);
            try (Coordination node = ensemble.connect("node:one", three)) {
                assertThat(read(node.client())).isEqualTo("from the first day");
            }
        }
    }

    private static Server observer(Server server) {
        return new Server(server.id(), server.host(), server.ports(), ServerSettings.Vote.OBSERVER);
    }

    @Test
    void onlyNodesComeInAtTheQuorumAndElectionPorts() throws Exception {
        TestCluster stranger = new TestCluster(folder.resolve("stranger"));
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3)) {
            StoreFiles node = ensemble.cluster().certificate("node:one");
            KeyStore empty = KeyStore.getInstance(StoreFiles.TYPE);
            empty.load(null, null);
            StoreFiles nobody =
                    StoreFiles.write(folder.resolve("nobody"), empty, node.loadTrustStore(), node.password());
            Server leader = ensemble.servers().get(ensemble.leader() - 1);
            for (int port : List.of(leader.ports().quorum(), leader.ports().election())) {
                assertThat(accepted(leader.host(), port, node)).isTrue();
                assertThat(accepted(leader.host(), port, nobody)).isFalse();
                assertThat(accepted(leader.host(), port, ensemble.cluster().certificate("flights__meb10000")))
                        .isFalse();
                assertThat(accepted(leader.host(), port, stranger.certificate("node:one")))
                        .isFalse();
            }
        }
    }

    /** With TLS 1.2, in which a handshake ends only after the server has judged the certificate. */
    private static boolean accepted(String host, int port, StoreFiles tls) throws Exception {
        SSLContext context = NodeTls.context(tls, NodeGate.OPEN);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(host, port)) {
            socket.setSoTimeout(20_000);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            return true;
        } catch (SSLException | SocketException e) {
            return false;
        }
    }

    @Test
    void quorumPortsAnswerNothingWithoutTls() throws Exception {
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3)) {
            Server leader = ensemble.servers().get(ensemble.leader() - 1);
            for (int port : List.of(leader.ports().quorum(), leader.ports().election())) {
                try (Socket plain = new Socket(leader.host(), port)) {
                    plain.setSoTimeout(20_000);
                    plain.getOutputStream().write("hello, whoever you are\n".getBytes(UTF_8));
                    assertThat(plain.getInputStream().readAllBytes()).isEmpty();
                }
            }
        }
    }

    @Test
    void serverWithoutACertificateOfOursDoesNotJoin() throws Exception {
        TestCluster stranger = new TestCluster(folder.resolve("stranger"));
        try (TestEnsemble ensemble = TestEnsemble.start(folder, 3)) {
            int out = ensemble.follower();
            ensemble.kill(out);
            ServerSettings settings = ensemble.settings(out, ensemble.servers());
            EmbeddedZooKeeper foreign = ensemble.start(new ServerSettings(
                    out,
                    settings.servers(),
                    settings.directory(),
                    stranger.certificate("node:head-" + out),
                    settings.tick(),
                    settings.connectionsMax()));
            assertThat(catchThrowable(() -> Eventually.holds(
                            Duration.ofSeconds(5),
                            () -> assertThat(foreign.serves()).isTrue())))
                    .isInstanceOf(AssertionError.class);
            ensemble.kill(out);
            ensemble.start(out);
            ensemble.awaitAll();
        }
    }

    @Test
    void evenNumberOfVotersIsRefused() throws Exception {
        ServerSettings three = new ServerSettings(
                1,
                TestEnsemble.servers(3),
                folder,
                new TestCluster(folder).certificate("node:one"),
                ServerSettings.TICK_DEFAULT,
                ServerSettings.CONNECTIONS_MAX_DEFAULT);
        assertThatThrownBy(() -> new ServerSettings(
                        1,
                        three.servers().subList(0, 2),
                        three.directory(),
                        three.tls(),
                        three.tick(),
                        three.connectionsMax()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("coordination servers that vote: 2 (expected: 1, 3 or 5; an even number survives no more"
                        + " failures than one less)");
    }
}
