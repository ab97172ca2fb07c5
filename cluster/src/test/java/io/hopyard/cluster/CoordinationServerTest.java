package io.hopyard.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinationServerTest {
    private static final String HOST = "127.0.28.1";

    @TempDir
    private Path folder;

    private TestAuthority authority;
    private TlsFiles node;

    @BeforeEach
    void issue() {
        authority = new TestAuthority(folder.resolve("tls"));
        node = authority.issue("node:one");
    }

    private CoordinationServer started(int port) {
        CoordinationServer server =
                new CoordinationServer(ServerSettings.single(folder.resolve("data"), HOST, port, node));
        server.start();
        return server;
    }

    private static Coordination client(int port, TlsFiles tls, Duration connectTimeout) {
        return new Coordination(
                new CoordinationSettings(
                        List.of(HOST + ":" + port),
                        tls,
                        CoordinationSettings.SESSION_TIMEOUT_DEFAULT,
                        connectTimeout,
                        CoordinationSettings.REQUEST_TIMEOUT_DEFAULT),
                new Metrics());
    }

    private static Coordination connected(int port, TlsFiles tls) {
        Coordination client = client(port, tls, Duration.ofSeconds(30));
        client.start();
        return client;
    }

    @Test
    void keepsItsDataOverARestart() throws Exception {
        try (CoordinationServer server = started(0);
                Coordination client = connected(server.port(), node)) {
            client.client().create().forPath("/kept", "value".getBytes(UTF_8));
        }
        try (CoordinationServer server = started(0);
                Coordination client = connected(server.port(), node)) {
            assertThat(client.client().getData().forPath("/kept")).asString().isEqualTo("value");
        }
    }

    @Test
    void aClientFindsARestartedServerAgain() throws Exception {
        CoordinationServer first = started(0);
        int port = first.port();
        try (Coordination client = connected(port, node)) {
            first.close();
            Eventually.holds(() -> assertThat(client.connected()).isFalse());
            try (CoordinationServer second = started(port)) {
                Eventually.holds(() -> assertThat(client.connected()).isTrue());
                assertThat(second.running()).isTrue();
            }
        }
    }

    @Test
    void leavesNoThreadBehind() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (CoordinationServer server = started(0);
                Coordination client = connected(server.port(), node)) {
            assertThat(client.connected()).isTrue();
        }
        Eventually.holds(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread) && thread.isAlive())
                        .map(Thread::getName)
                        .filter(name -> !name.startsWith("globalEventExecutor") && !name.startsWith("junit"))
                        .collect(Collectors.toSet()))
                .isEmpty());
    }

    @Test
    void refusesAClientWithoutACertificate() {
        try (CoordinationServer server = started(0)) {
            assertRefused(server, authority.nobody());
        }
    }

    @Test
    void refusesACertificateOfAnotherAuthority() {
        TestAuthority other = new TestAuthority(folder.resolve("other"));
        try (CoordinationServer server = started(0)) {
            assertRefused(server, authority.stranger(other.issue("node:one")));
        }
    }

    @Test
    void refusesAUsersCertificate() {
        try (CoordinationServer server = started(0)) {
            assertRefused(server, authority.issue("flights__anna"));
        }
    }

    private static void assertRefused(CoordinationServer server, TlsFiles tls) {
        try (Coordination client = client(server.port(), tls, Duration.ofSeconds(3))) {
            assertThatThrownBy(client::start)
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .hasMessageContaining("no connection within PT3S");
        }
    }

    @Test
    void answersNothingWithoutTls() throws IOException {
        try (CoordinationServer server = started(0);
                Socket plain = new Socket(HOST, server.port())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream().write("srvr, whoever you are\n".getBytes(UTF_8));
            byte[] answer = plain.getInputStream().readAllBytes();
            assertThat(new String(answer, UTF_8)).doesNotContain("Zookeeper version", "Mode:");
        }
    }

    @Test
    void saysWhichAddressIsTakenAndLeavesNothingOpen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> started(port))
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining("coordination server at " + HOST + ":" + port);
        }
        try (CoordinationServer again = started(0)) {
            assertThat(again.running()).isTrue();
        }
    }

    @Test
    void saysThatAQuorumIsNotAvailableYet() {
        ServerSettings one = ServerSettings.single(folder, HOST, 0, node);
        assertThatThrownBy(() -> new ServerSettings(
                        1,
                        List.of(
                                new ServerSettings.Member(1, HOST, 1, 2, 3),
                                new ServerSettings.Member(2, HOST, 4, 5, 6)),
                        folder,
                        HOST,
                        0,
                        node,
                        1,
                        one.purgeEvery(),
                        one.connectionsMax()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("coordination server: members: 2 (expected: 1; a quorum of several is not available yet);"
                        + " snapshots kept: 1 (expected: >= 3)");
    }

    @Test
    void refusesASessionTimeoutThatAStarvedMachineBreaks() {
        assertThatThrownBy(() -> new CoordinationSettings(
                        List.of("here"), node, Duration.ofSeconds(4), Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("coordination: server: here (expected: host:port); session timeout: PT4S (expected: PT10S"
                        + " to PT40S)");
    }
}
