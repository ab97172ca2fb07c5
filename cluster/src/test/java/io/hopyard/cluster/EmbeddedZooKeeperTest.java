package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.testkit.wait.Eventually;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperTest {
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsThereAfterARestart() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        byte[] value = "kept".getBytes(StandardCharsets.UTF_8);
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination node = cluster.connect(server, "node:one")) {
            node.client().create().creatingParentsIfNeeded().forPath("/a/b", value);
        }
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination node = cluster.connect(server, "node:one")) {
            assertThat(node.client().getData().forPath("/a/b")).isEqualTo(value);
        }
    }

    @Test
    void clientReconnectsWhenTheServerComesBack() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        EmbeddedZooKeeper first = cluster.start();
        int port = first.port();
        try (Coordination node = cluster.connect(first, "node:one")) {
            first.close();
            try (EmbeddedZooKeeper second = new EmbeddedZooKeeper(cluster.server(port), EmbeddedZooKeeper.Gates.OPEN)) {
                second.start();
                assertThat(node.client().create().forPath("/again")).isEqualTo("/again");
            }
        }
    }

    @Test
    void userOfAProjectIsRefused() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start()) {
            Coordination user = cluster.connection(server, "flights__meb10000", REFUSED_WITHIN);
            assertThatThrownBy(user::start)
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("no connection within 3 s");
        }
    }

    @Test
    void certificateOfAnotherAuthorityIsRefused() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        TestCluster stranger = new TestCluster(folder.resolve("stranger"));
        try (EmbeddedZooKeeper server = cluster.start()) {
            Coordination node = stranger.connection(server, "node:one", REFUSED_WITHIN);
            assertThatThrownBy(node::start)
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("no connection within 3 s");
        }
    }

    @Test
    void whoShowsNoCertificateIsRefused() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        StoreFiles node = cluster.certificate("node:one");
        KeyStore empty = KeyStore.getInstance(StoreFiles.TYPE);
        empty.load(null, null);
        StoreFiles nobody = StoreFiles.write(folder.resolve("nobody"), empty, node.loadTrustStore(), node.password());
        try (EmbeddedZooKeeper server = cluster.start()) {
            Coordination nobodys = new Coordination(new ConnectionSettings(
                    TestCluster.HOST + ":" + server.port(),
                    nobody,
                    ConnectionSettings.SESSION_TIMEOUT_DEFAULT,
                    REFUSED_WITHIN));
            assertThatThrownBy(nobodys::start)
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("no connection within 3 s");
        }
    }

    @Test
    void nothingIsAnsweredWithoutTls() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        try (EmbeddedZooKeeper server = cluster.start();
                Socket plain = new Socket(TestCluster.HOST, server.port())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("srvr, whoever you are\n".getBytes(StandardCharsets.UTF_8));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).doesNotContain("version", "srvr");
        }
    }

    @Test
    void onlyTheCommonNameSaysWhoIsANode() {
        assertThat(NodeTrust.isNode("CN=node:one,O=Hopyard")).isTrue();
        assertThat(NodeTrust.isNode("O=Hopyard,CN=node:one")).isTrue();
        assertThat(NodeTrust.isNode("CN=flights__anna,O=Hopyard")).isFalse();
        assertThat(NodeTrust.isNode("CN=flights\\,CN=node:one,O=Hopyard")).isFalse();
        assertThat(NodeTrust.isNode("O=node:one")).isFalse();
    }

    @Test
    void serversOfTwoClustersRunInOneProcess() throws Exception {
        TestCluster cluster = new TestCluster(folder.resolve("north"));
        TestCluster other = new TestCluster(folder.resolve("south"));
        try (EmbeddedZooKeeper north = cluster.start();
                EmbeddedZooKeeper south = other.start();
                Coordination inNorth = cluster.connect(north, "node:one");
                Coordination inSouth = other.connect(south, "node:one")) {
            assertThat(inNorth.connected()).isTrue();
            assertThat(inSouth.connected()).isTrue();
        }
    }

    @Test
    void noThreadIsLeftBehind() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination node = cluster.connect(server, "node:one")) {
            assertThat(node.connected()).isTrue();
        }
        Eventually.holds(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread) && thread.isAlive())
                        .map(Thread::getName)
                        .filter(name -> !name.startsWith("globalEventExecutor")))
                .isEmpty());
    }

    @Test
    void noSecretIsInTheSystemProperties() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        StoreFiles tls = cluster.certificate("node:one");
        try (EmbeddedZooKeeper server = cluster.start();
                Coordination node = cluster.connect(server, "node:one")) {
            assertThat(node.connected()).isTrue();
            assertThat(System.getProperties().values()).doesNotContain(tls.password());
        }
    }

    @Test
    void takenPortIsSaidWithTheAddress() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        TestCluster other = new TestCluster(folder.resolve("other"));
        try (EmbeddedZooKeeper server = cluster.start()) {
            int port = server.port();
            assertThatThrownBy(() -> new EmbeddedZooKeeper(other.server(port), EmbeddedZooKeeper.Gates.OPEN).start())
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .hasMessageStartingWith(
                            "coordination server at " + TestCluster.HOST + ":" + port + " with data in ")
                    .hasMessageContaining("ddress already in use (expected: an address of this machine, a free port");
        }
    }

    @Test
    void keyFilesAreReadableByTheirOwnerOnly() throws Exception {
        StoreFiles files = new TestCluster(folder).certificate("node:one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.keyStore())))
                .isEqualTo("rw-------");
        assertThat(files)
                .hasToString("StoreFiles[keyStore=" + files.keyStore() + ", trustStore=" + files.trustStore()
                        + ", password=***]");
    }
}
