package io.hopyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.NodeInfo;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private static final String HOST = "127.0.28.1";

    @TempDir
    private Path folder;

    private TlsFiles tls;
    private CoordinationServer server;

    @BeforeEach
    void startServer() {
        tls = new TestAuthority(folder.resolve("tls")).issue("node:one");
        server = startServer(0);
    }

    private CoordinationServer startServer(int port) {
        CoordinationServer fresh =
                new CoordinationServer(ServerSettings.single(folder.resolve("data"), HOST, port, tls));
        fresh.start();
        return fresh;
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private Coordination connect() {
        Coordination client = new Coordination(
                new CoordinationSettings(
                        List.of(HOST + ":" + server.port()),
                        tls,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        CoordinationSettings.REQUEST_TIMEOUT_DEFAULT),
                new Metrics());
        client.start();
        return client;
    }

    private static NodeInfo node(String name, String region) {
        return new NodeInfo(
                UUID.randomUUID(),
                name,
                Set.of(NodeRole.HEAD, NodeRole.BROKER),
                "a",
                region,
                Map.of("rest", "127.0.28.1:8443"),
                "0.1.0");
    }

    private static Membership member(Coordination client, NodeInfo info) {
        Membership membership = new Membership(client, info, new Metrics());
        membership.join();
        return membership;
    }

    @Test
    void anotherNodeSeesWhoIsInAndNoLongerWhoLeft() {
        NodeInfo one = node("one", "north");
        NodeInfo two = node("two", "north");
        try (Coordination first = connect();
                Coordination second = connect();
                Membership mine = member(first, one)) {
            try (Membership other = member(second, two)) {
                assertThat(mine.members()).containsExactly(one, two);
                assertThat(other.joined()).isTrue();
            }
            assertThat(mine.members()).containsExactly(one);
        }
    }

    @Test
    void aNodeWhoseSessionEndsIsNoLongerIn() {
        NodeInfo one = node("one", "north");
        try (Coordination first = connect();
                Membership mine = member(first, one)) {
            try (Coordination second = connect()) {
                member(second, node("two", "north"));
                assertThat(mine.members()).hasSize(2);
            }
            Eventually.holds(() -> assertThat(mine.members()).containsExactly(one));
        }
    }

    @Test
    void aNodeOfAnotherRegionIsRefusedEvenWhenItIsAlone() {
        try (Coordination first = connect()) {
            member(first, node("one", "north")).close();
            assertThatThrownBy(() -> member(first, node("two", "south")))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_REFUSED))
                    .hasMessage("region of node two: south (expected: north, where this cluster stands; a cluster never"
                            + " spans regions)");
        }
    }

    @Test
    void aSecondNodeOfTheSameNameIsRefused() {
        try (Coordination first = connect();
                Coordination second = connect();
                Membership mine = member(first, node("one", "north"))) {
            assertThatThrownBy(() -> member(second, node("one", "north")))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_REFUSED))
                    .hasMessageStartingWith("node name: one (expected: a name that no other node has;");
            assertThat(mine.joined()).isTrue();
        }
    }

    @Test
    void aRestartedNodeTakesItsOwnPlaceWithoutWaitingForItsOldSession() {
        NodeInfo one = node("one", "north");
        NodeInfo moved = new NodeInfo(one.id(), "one", one.roles(), "a", "north", Map.of(), "0.2.0");
        try (Coordination before = connect();
                Coordination after = connect()) {
            member(before, one);
            try (Membership again = member(after, moved)) {
                assertThat(again.members()).containsExactly(moved);
            }
        }
    }

    @Test
    void aNodeIsStillInAfterTheServerRestarted() {
        NodeInfo one = node("one", "north");
        int port = server.port();
        try (Coordination client = connect();
                Membership mine = member(client, one)) {
            server.close();
            Eventually.holds(() -> assertThat(client.connected()).isFalse());
            server = startServer(port);
            Eventually.holds(() -> assertThat(client.connected()).isTrue());
            assertThat(mine.members()).containsExactly(one);
        }
    }

    @Test
    void leadershipMovesWhenTheLeaderCloses() throws InterruptedException {
        try (Coordination first = connect();
                Coordination second = connect()) {
            BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
            LatchLeadership one = new LatchLeadership(first, "ingest", "one", new Metrics());
            one.start();
            Eventually.holds(() -> assertThat(one.leads()).isTrue());
            try (LatchLeadership two = new LatchLeadership(second, "ingest", "two", new Metrics())) {
                two.onChange(told::add);
                two.start();
                assertThat(two.leads()).isFalse();
                one.close();
                assertThat(told.poll(30, TimeUnit.SECONDS)).isTrue();
                assertThat(two.leads()).isTrue();
                assertThat(one.leads()).isFalse();
            }
        }
    }

    @Test
    void aConnectionInDoubtIsLostLeadership() throws InterruptedException {
        int port = server.port();
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        try (Coordination client = connect();
                LatchLeadership one = new LatchLeadership(client, "ingest", "one", new Metrics())) {
            one.onChange(told::add);
            one.start();
            assertThat(told.poll(30, TimeUnit.SECONDS)).isTrue();
            server.close();
            assertThat(told.poll(30, TimeUnit.SECONDS)).isFalse();
            assertThat(one.leads()).isFalse();
            server = startServer(port);
            assertThat(told.poll(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
