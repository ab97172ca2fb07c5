package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
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
            try (EmbeddedZooKeeper second = new EmbeddedZooKeeper(cluster.server(port))) {
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
    void takenPortIsSaidWithTheAddress() throws Exception {
        TestCluster cluster = new TestCluster(folder);
        TestCluster other = new TestCluster(folder.resolve("other"));
        try (EmbeddedZooKeeper server = cluster.start()) {
            int port = server.port();
            assertThatThrownBy(() -> new EmbeddedZooKeeper(other.server(port)).start())
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

    @Test
    void quorumOfSeveralServersIsRefusedUntilItExists() {
        TestCluster cluster = new TestCluster(folder);
        ServerSettings one = cluster.server(0);
        assertThatThrownBy(() -> new ServerSettings(
                        1,
                        java.util.List.of(one.servers().getFirst(), new ServerSettings.Server(2, "127.0.23.2", 0)),
                        one.directory(),
                        one.tls(),
                        one.tick(),
                        one.connectionsMax()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: exactly server 1)");
    }
}
