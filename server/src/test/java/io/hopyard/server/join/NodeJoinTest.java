package io.hopyard.server.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.Peer;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.join.JoinRequest;
import io.hopyard.core.join.JoinToken;
import io.hopyard.core.time.Pause;
import io.hopyard.identity.CertificateAuthority;
import io.hopyard.identity.CertificateRequest;
import io.hopyard.identity.Identity;
import io.hopyard.identity.IdentityFiles;
import io.hopyard.identity.NodeCertificates;
import io.hopyard.identity.PinnedAuthority;
import io.hopyard.wire.join.JoinClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class NodeJoinTest {
    @TempDir
    private Path folder;

    private static Identity identity(JoinWorld world, Path node) {
        return Objects.requireNonNull(IdentityFiles.find(node.resolve("identity"), "node", world.random));
    }

    private static void refused(ErrorCode code, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void joinerGetsItsCertificateAndWhatAllNodesShare() throws IOException {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            String token = world.token(JoinWorld.DATA, null).text();

            Map<String, String> shared = world.joiner(node).ensure(world.wish("d1", token, door));

            assertThat(shared).isEqualTo(Map.of("log.partitions", "4", "join.heads", door));
            Identity own = identity(world, node);
            assertThat(NodeCertificates.find(own.certificate())).isEqualTo(new Peer("d1", JoinWorld.DATA));
            assertThat(own.covers(List.of("127.0.51.2", "d1.example"))).isTrue();
            assertThat(own.authority()).isEqualTo(world.identity.authority());
            try (Stream<Path> files = Files.list(node.resolve("identity"))) {
                assertThat(files)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"))
                        .map(file -> file.getFileName().toString())
                        .containsExactlyInAnyOrder("node.key", "node.pem", "ca.pem", "cluster.properties");
            }
        }
    }

    @Test
    void founderAndJoinerSpeakMutualTlsAndKnowEachOthersRoles() throws Exception {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            world.joiner(node)
                    .ensure(world.wish("d1", world.token(JoinWorld.DATA, null).text(), world.open()));
            Identity joiner = identity(world, node);

            assertThat(peerOfServer(joiner, world.identity, "d1.example")).isEqualTo(new Peer("h1", JoinWorld.HEAD));
            assertThat(peerOfServer(world.identity, joiner, JoinWorld.HOST)).isEqualTo(new Peer("d1", JoinWorld.DATA));
        }
    }

    /** Who the server sees when that client comes to it under that name. */
    private static @Nullable Peer peerOfServer(Identity server, Identity client, String host) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) server.sslContext()
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getByName(JoinWorld.HOST));
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            listener.setNeedClientAuth(true);
            Future<@Nullable Peer> seen = pool.submit(() -> {
                try (SSLSocket accepted = (SSLSocket) listener.accept()) {
                    accepted.startHandshake();
                    accepted.getOutputStream().write(1);
                    return NodeCertificates.find(
                            (X509Certificate) accepted.getSession().getPeerCertificates()[0]);
                }
            });
            try (SSLSocket socket = (SSLSocket) client.sslContext()
                    .getSocketFactory()
                    .createSocket(
                            new Socket(JoinWorld.HOST, listener.getLocalPort()), host, listener.getLocalPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
            }
            return seen.get();
        }
    }

    @Test
    void secondStartNeedsNeitherTokenNorHead() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String token = world.token(JoinWorld.DATA, null).text();
            Map<String, String> shared = world.joiner(node).ensure(world.wish("d1", token, world.open()));
            double before = world.requests();

            assertThat(world.joiner(node).ensure(world.wish("d1", null))).isEqualTo(shared);
            assertThat(world.joiner(node).ensure(world.wish("d1", token, world.address())))
                    .isEqualTo(shared);

            assertThat(world.requests()).isEqualTo(before);
        }
    }

    @Test
    void nodeCannotBecomeAnotherOneByItsCommandLine() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            world.joiner(node)
                    .ensure(world.wish("d1", world.token(JoinWorld.DATA, null).text(), world.open()));
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "node: node d2 [DATA] (expected: node d1 [DATA], as its certificate says;",
                    () -> world.joiner(node).ensure(world.wish("d2", null)));
        }
    }

    @Test
    void tokenServesOneNode() {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            JoinToken token = world.token(JoinWorld.DATA, null);
            world.joiner(folder.resolve("d1")).ensure(world.wish("d1", token.text(), door));

            refused(
                    ErrorCode.UNAUTHENTICATED,
                    "token " + token.id() + ": used (expected: one that no node has used",
                    () -> world.joiner(folder.resolve("d2")).ensure(world.wish("d2", token.text(), door)));
            assertThat(folder.resolve("d2/identity")).doesNotExist();
        }
    }

    @Test
    void ofNodesThatUseATokenAtTheSameTimeOneWins() throws Exception {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"));
                ExecutorService pool = Executors.newFixedThreadPool(4)) {
            String door = world.open();
            for (int round = 0; round < 5; round++) {
                String token = world.token(JoinWorld.DATA, null).text();
                List<Callable<Map<String, String>>> joins = new ArrayList<>();
                for (int node = 0; node < 4; node++) {
                    String name = "d" + round + "-" + node;
                    joins.add(() -> world.joiner(folder.resolve(name)).ensure(world.wish(name, token, door)));
                }
                int won = 0;
                for (Future<Map<String, String>> join : pool.invokeAll(joins)) {
                    won += won(join) ? 1 : 0;
                }
                assertThat(won).as("round " + round).isEqualTo(1);
            }
        }
    }

    private static boolean won(Future<Map<String, String>> join) throws InterruptedException {
        try {
            join.get();
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOf(FeatureStoreException.class)
                    .hasMessageContaining(": used (expected: one that no node has used");
            return false;
        }
    }

    /** The lock of a desk does not help here: two processes over one directory, as two desks are. */
    @Test
    void ofTwoWhoRedeemATokenFromTheSameFilesOneSucceeds() throws Exception {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"));
                ExecutorService pool = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 50; round++) {
                String id = world.token(JoinWorld.DATA, null).id();
                List<Callable<Boolean>> tries = new ArrayList<>();
                for (String key : List.of("a", "b")) {
                    TokenFiles files = new TokenFiles(world.data, world.clock, world.random);
                    var token = Objects.requireNonNull(files.find(id));
                    tries.add(() -> files.redeem(token, key));
                }
                int won = 0;
                for (Future<Boolean> redeemed : pool.invokeAll(tries)) {
                    won += redeemed.get() ? 1 : 0;
                }
                assertThat(won).as("round " + round).isEqualTo(1);
            }
        }
    }

    @Test
    void nodeWhoseAnswerWasLostJoinsByTheSameToken() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            JoinToken token = world.token(JoinWorld.DATA, null);
            CertificateRequest.Draft draft = new JoinedFiles(node, world.random).draft();
            JoinRequest request = new JoinRequest(
                    token, "d1", JoinWorld.DATA, "b", "north", List.of("127.0.51.2"), draft.requestPem());
            try (JoinClient client = new JoinClient(
                    PinnedAuthority.sslContext(token.fingerprint()), System::nanoTime, Pause.NONE, world.random)) {
                client.join(List.of(door), request, Duration.ofSeconds(20));
            }

            world.joiner(node).ensure(world.wish("d1", token.text(), door));

            assertThat(NodeCertificates.find(identity(world, node).certificate()))
                    .isEqualTo(new Peer("d1", JoinWorld.DATA));
        }
    }

    /** What a kill leaves after each file that a join writes, in this order, until the rename. */
    static Stream<List<String>> writtenBeforeTheKill() {
        List<String> all = List.of("node.key", "node.csr", "node.pem", "ca.pem", "cluster.properties");
        return Stream.iterate(1, count -> count + 1).limit(all.size()).map(count -> all.subList(0, count));
    }

    @ParameterizedTest
    @MethodSource("writtenBeforeTheKill")
    void halfWrittenStateIsNotUsedAndTheJoinCanBeFinished(List<String> written) throws IOException {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            boolean askedBefore = written.contains("node.csr");
            String token = world.token(JoinWorld.DATA, null).text();
            String csr = new JoinedFiles(node, world.random).draft().requestPem();
            if (askedBefore) {
                world.joiner(node).ensure(world.wish("d1", token, door));
                Files.move(node.resolve("identity"), node.resolve("joining"));
                Files.writeString(node.resolve("joining/node.csr"), csr);
            }
            try (Stream<Path> files = Files.list(node.resolve("joining"))) {
                for (Path file : files.toList()) {
                    if (!written.contains(file.getFileName().toString())) {
                        Files.delete(file);
                    }
                }
            }

            refused(
                    ErrorCode.JOIN_REFUSED,
                    "data directory: the node has not joined a cluster yet (expected: --join HOST:PORT",
                    () -> world.joiner(node).ensure(world.wish("d1", null)));
            // Nor does a head found a cluster where it began to join one.
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "the node has not joined a cluster yet",
                    () -> world.joiner(node)
                            .ensure(as(world.wish("d1", null), new Peer("d1", JoinWorld.HEAD), "north")));

            world.joiner(node).ensure(world.wish("d1", token, door));
            assertThat(NodeCertificates.find(identity(world, node).certificate()))
                    .isEqualTo(new Peer("d1", JoinWorld.DATA));
        }
    }

    private static NodeJoin.Wish as(NodeJoin.Wish wish, Peer node, String region) {
        return new NodeJoin.Wish(node, wish.zone(), region, wish.hosts(), wish.heads(), wish.token(), wish.timeout());
    }

    @Test
    void serverOfAnotherClusterIsNotShownTheToken() {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"));
                JoinWorld stranger = new JoinWorld(folder.resolve("stranger"))) {
            String door = stranger.open();
            String token = world.token(JoinWorld.DATA, null).text();

            refused(
                    ErrorCode.JOIN_REFUSED,
                    "server " + door + " is not trusted, nothing was sent to it: ",
                    () -> world.joiner(folder.resolve("d1")).ensure(world.wish("d1", token, door)));
            assertThat(stranger.requests()).isZero();
        }
    }

    @Test
    void tokenWithAnotherFingerprintIsNotShown() {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            JoinToken token = world.token(JoinWorld.DATA, null);
            String tampered = new JoinToken(token.head(), token.id(), token.secret(), "0".repeat(64)).text();

            refused(
                    ErrorCode.JOIN_REFUSED,
                    "(expected: " + "0".repeat(64) + ", as the token says)",
                    () -> world.joiner(folder.resolve("d1")).ensure(world.wish("d1", tampered, door)));
            assertThat(world.requests()).isZero();
        }
    }

    @Test
    void refusalThatIsNotTheTokensFaultDoesNotSpendIt() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            String token = world.token(JoinWorld.DATA, null).text();
            Peer data = new Peer("d1", JoinWorld.DATA);

            refused(
                    ErrorCode.JOIN_REFUSED,
                    "region: south (expected: north, in which",
                    () -> world.joiner(node).ensure(as(world.wish("d1", token, door), data, "south")));
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "roles: head (expected: among data",
                    () -> world.joiner(node)
                            .ensure(as(world.wish("h2", token, door), new Peer("h2", JoinWorld.HEAD), "north")));
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "node name: gone (expected: another one",
                    () -> world.joiner(node).ensure(world.wish("gone", token, door)));
            refused(
                    ErrorCode.INVALID_REQUEST,
                    "node name: 'D 1' (expected: ",
                    () -> world.joiner(node).ensure(world.wish("D 1", token, door)));

            world.joiner(node).ensure(world.wish("d1", token, door));
        }
    }

    @Test
    void evenNumberOfHeadsIsRefused() {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            world.heads = Set.of("h1", "h2");
            String token = world.token(JoinWorld.HEAD, "h2").text();
            String door = world.open();
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "heads: 2, [h1, h2] (expected: an odd number",
                    () -> world.joiner(folder.resolve("h2"))
                            .ensure(as(world.wish("h2", token, door), new Peer("h2", JoinWorld.HEAD), "north")));
        }
    }

    @Test
    void tokenThatIsWrongOrEndedIsRefused() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            String door = world.open();
            JoinToken token = world.token(JoinWorld.DATA, null);
            String unknown = new JoinToken("h1", "0".repeat(16), token.secret(), token.fingerprint()).text();
            String wrong = new JoinToken("h1", token.id(), "0".repeat(32), token.fingerprint()).text();

            refused(
                    ErrorCode.UNAUTHENTICATED,
                    ": no such token on head h1 (expected: ",
                    () -> world.joiner(node).ensure(world.wish("d1", unknown, door)));
            refused(
                    ErrorCode.UNAUTHENTICATED,
                    ": no such token on head h1 (expected: ",
                    () -> world.joiner(node).ensure(world.wish("d1", wrong, door)));
            refused(
                    ErrorCode.UNAUTHENTICATED,
                    "token: 5 characters of another shape",
                    () -> world.joiner(node).ensure(world.wish("d1", "a.b.c", door)));
            world.clock.move(Duration.ofHours(1));
            refused(
                    ErrorCode.UNAUTHENTICATED,
                    ": it was good until ",
                    () -> world.joiner(node).ensure(world.wish("d1", token.text(), door)));
        }
    }

    @Test
    void newHeadGetsTheAuthorityAndOtherHeadsSendJoinersOn() throws IOException {
        Path second = folder.resolve("h2");
        try (JoinWorld first = new JoinWorld(folder.resolve("h1"))) {
            String door = first.open();
            NodeJoin.Wish wish =
                    first.wish("h2", first.token(JoinWorld.HEAD, null).text(), door);
            first.joiner(second).ensure(as(wish, new Peer("h2", JoinWorld.HEAD), "north"));
            // Killed while it renewed its certificate.
            IdentityFiles.write(
                    second.resolve("identity"),
                    "node",
                    new Identity(first.identity.key(), identity(first, second).chain()));
            assertThat(first.joiner(second).ensure(as(wish, new Peer("h2", JoinWorld.HEAD), "north")))
                    .containsKey("log.partitions");
            assertThat(CertificateAuthority.open(second.resolve("identity"), first.clock, first.random)
                            .pem())
                    .isEqualTo(first.authority.pem());

            try (JoinWorld other = new JoinWorld(second, "h2")) {
                String otherDoor = other.open();
                String token = first.token(JoinWorld.DATA, null).text();
                refused(
                        ErrorCode.JOIN_REFUSED,
                        "token: made on head h1 (expected: to be shown there, this head does not know where that is)",
                        () -> first.joiner(folder.resolve("d1")).ensure(first.wish("d1", token, otherDoor)));

                other.others.add(JoinWorld.node("id-1", "h1", Map.of("join", door)));
                first.joiner(folder.resolve("d1")).ensure(first.wish("d1", token, otherDoor));

                String known = first.token(JoinWorld.DATA, null).text();
                other.others.clear();
                first.joiner(folder.resolve("d2")).ensure(first.wish("d2", known, otherDoor, door));
            }
        }
    }

    @Test
    void joinerWaitsForAHeadThatIsStillComing() throws Exception {
        int port = freePort();
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"));
                ExecutorService pool = Executors.newSingleThreadExecutor()) {
            String token = world.token(JoinWorld.DATA, null).text();
            Future<Map<String, String>> join = pool.submit(() ->
                    world.joiner(folder.resolve("d1")).ensure(world.wish("d1", token, JoinWorld.HOST + ":" + port)));
            world.open(port);
            assertThat(join.get()).containsKey("log.partitions");
        }
    }

    @Test
    void joinerGivesUpWhenItsTimeIsOver() throws IOException {
        String nobody = JoinWorld.HOST + ":" + freePort();
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            NodeJoin.Wish wish =
                    world.wish("d1", world.token(JoinWorld.DATA, null).text(), nobody);
            NodeJoin.Wish hasty = new NodeJoin.Wish(
                    wish.node(),
                    wish.zone(),
                    wish.region(),
                    wish.hosts(),
                    wish.heads(),
                    wish.token(),
                    Duration.ofSeconds(1));
            refused(
                    ErrorCode.UNAVAILABLE,
                    "heads: none of [" + nobody + "] answered within 1 s (the last: ",
                    () -> world.joiner(folder.resolve("d1")).ensure(hasty));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(JoinWorld.HOST))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void headWithoutAnyoneToJoinFoundsAndOthersDoNot() {
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            Peer head = new Peer("h1", JoinWorld.HEAD);
            assertThat(world.joiner(folder.resolve("new")).ensure(as(world.wish("h1", null), head, "north")))
                    .isEmpty();
            assertThat(world.joiner(world.data).ensure(as(world.wish("h1", null), head, "north")))
                    .isEmpty();
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "the node has not joined a cluster yet",
                    () -> world.joiner(folder.resolve("d1")).ensure(world.wish("d1", null)));
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "data directory: its node founded a cluster (expected: ",
                    () -> world.joiner(world.data)
                            .ensure(as(world.wish("h1", null, JoinWorld.HOST + ":1"), head, "north")));
        }
    }

    @Test
    void certificateIsRenewedByMutualTlsWhenItsEndIsNearOrTheNodeHasNewHosts() {
        Path node = folder.resolve("d1");
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            world.joiner(node)
                    .ensure(world.wish("d1", world.token(JoinWorld.DATA, null).text(), world.open()));
            Identity first = identity(world, node);
            JoinWorld.MovedClock later = new JoinWorld.MovedClock();
            later.move(JoinWorld.LIFE.dividedBy(3).multipliedBy(2).plusDays(1));

            world.joiner(node, later).ensure(world.wish("d1", null));
            Identity second = identity(world, node);
            assertThat(second.certificate()).isNotEqualTo(first.certificate());
            assertThat(NodeCertificates.find(second.certificate())).isEqualTo(new Peer("d1", JoinWorld.DATA));

            NodeJoin.Wish wish = world.wish("d1", null);
            world.joiner(node)
                    .ensure(new NodeJoin.Wish(
                            wish.node(),
                            "b",
                            "north",
                            List.of("127.0.51.2", "more.example"),
                            List.of(),
                            null,
                            wish.timeout()));
            assertThat(identity(world, node).covers(List.of("more.example"))).isTrue();
        }
    }

    @Test
    void nodeWhoseCertificateIsGoodStartsWithoutHeadsAndOneThatEndedDoesNot() {
        Path node = folder.resolve("d1");
        JoinWorld.MovedClock later = new JoinWorld.MovedClock();
        try (JoinWorld world = new JoinWorld(folder.resolve("h1"))) {
            world.joiner(node)
                    .ensure(world.wish("d1", world.token(JoinWorld.DATA, null).text(), world.open()));
            world.shut();
            Identity first = identity(world, node);
            later.move(JoinWorld.LIFE.minusDays(1));

            assertThat(world.joiner(node, later).ensure(world.wish("d1", null))).containsKey("log.partitions");
            assertThat(identity(world, node).certificate()).isEqualTo(first.certificate());

            later.move(Duration.ofDays(2));
            refused(
                    ErrorCode.JOIN_REFUSED,
                    "certificate: it was good until ",
                    () -> world.joiner(node, later).ensure(world.wish("d1", null)));
        }
    }
}
