package io.hopyard.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.cluster.Node;
import io.hopyard.core.cluster.NodeRole;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JoinRulesTest {
    private static final Set<NodeRole> DATA = Set.of(NodeRole.DATA);
    private static final Set<NodeRole> HEAD = Set.of(NodeRole.HEAD);
    private static final JoinToken TOKEN = JoinToken.random("h1", "ab".repeat(32), new Random(1));
    private static final Node H1 =
            new Node("id-1", "h1", "north", "a", HEAD, new TreeMap<>(Map.of("join", "10.0.0.1:8444")));

    private static JoinRequest request(String name, Set<NodeRole> roles, String region) {
        return new JoinRequest(TOKEN, name, roles, "a", region, List.of("10.0.0.2"), "");
    }

    private static StoredToken token(Set<NodeRole> roles, @Nullable String name) {
        return StoredToken.of(TOKEN, new StoredToken.Grant(roles, name, Instant.EPOCH), new Random(2));
    }

    private static ClusterView cluster(String... heads) {
        return new ClusterView("north", Set.of(heads), List.of(H1), Set.of("h1", "d1"));
    }

    static Stream<Arguments> good() {
        return Stream.of(
                Arguments.of(request("d2", DATA, "north"), token(DATA, null), cluster("h1")),
                Arguments.of(request("d2", DATA, "north"), token(DATA, "d2"), cluster("h1", "h2")),
                // It lost its disk, and the administrator knows.
                Arguments.of(request("d1", DATA, "north"), token(DATA, "d1"), cluster("h1")),
                Arguments.of(request("h2", HEAD, "north"), token(HEAD, null), cluster("h1", "h2", "h3")));
    }

    @ParameterizedTest
    @MethodSource("good")
    void nodeMayJoin(JoinRequest request, StoredToken token, ClusterView cluster) {
        assertThatCode(() -> JoinRules.check(request, token, cluster)).doesNotThrowAnyException();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(
                        request("d2", Set.of(NodeRole.HEAD, NodeRole.DATA), "north"),
                        token(DATA, null),
                        cluster("h1"),
                        "roles: head, data (expected: among data, which the token is for)"),
                Arguments.of(
                        request("d2", DATA, "north"),
                        token(DATA, "d3"),
                        cluster("h1"),
                        "node name: d2 (expected: d3, which the token is for)"),
                Arguments.of(
                        request("d2", DATA, "south"),
                        token(DATA, null),
                        cluster("h1"),
                        "region: south (expected: north, in which this cluster was made; a cluster never spans"
                                + " regions)"),
                Arguments.of(
                        request("d1", DATA, "north"),
                        token(DATA, null),
                        cluster("h1"),
                        "node name: d1 (expected: another one, the cluster has a node of that name; to let it join"
                                + " again, make a token with --name d1)"),
                Arguments.of(
                        request("h1", DATA, "north"),
                        token(DATA, "h1"),
                        cluster("h1"),
                        "node name: h1 (expected: another one, this one is alive at {join=10.0.0.1:8444})"),
                Arguments.of(
                        request("h2", HEAD, "north"),
                        token(HEAD, null),
                        cluster("h1"),
                        "node name: h2 (expected: one of [h1], the heads of this cluster)"),
                Arguments.of(
                        request("h2", HEAD, "north"),
                        token(HEAD, null),
                        cluster("h1", "h2"),
                        "heads: 2, [h1, h2] (expected: an odd number, so that a cut leaves a majority on one side)"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void nodeIsRefusedWithTheReason(JoinRequest request, StoredToken token, ClusterView cluster, String reason) {
        assertThatThrownBy(() -> JoinRules.check(request, token, cluster))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.JOIN_REFUSED))
                .hasMessage(reason);
    }

    static Stream<Arguments> misshapen() {
        List<String> hosts = List.of("10.0.0.2");
        return Stream.of(
                Arguments.of("Two", DATA, hosts, "node name: 'Two' (expected: 1 to 32 small letters, digits or '-')"),
                Arguments.of(
                        "d2",
                        Set.of(),
                        hosts,
                        "roles: none (expected: at least one of head, worker, data, broker, api)"),
                Arguments.of("d2", DATA, List.of(), "hosts: 0 of them (expected: 1 to 32)"),
                Arguments.of("d2", DATA, Collections.nCopies(33, "a"), "hosts: 33 of them (expected: 1 to 32)"),
                Arguments.of("d2", DATA, List.of("a b"), "hosts: 'a b' (expected: a host name or numeric address)"));
    }

    @ParameterizedTest
    @MethodSource("misshapen")
    void valueThatCanBeNoNodesIsRefused(String name, Set<NodeRole> roles, List<String> hosts, String message) {
        assertThatThrownBy(() -> new JoinRequest(TOKEN, name, roles, "a", "north", hosts, ""))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessage(message);
    }

    @Test
    void joinAddressIsKnownOfWhoIsAlive() {
        assertThat(cluster("h1").joinAddress("h1")).isEqualTo("10.0.0.1:8444");
        assertThat(cluster("h1").joinAddress("h2")).isNull();
        Node closed = new Node("id-2", "h2", "north", "a", HEAD, new TreeMap<>());
        assertThat(new ClusterView("north", Set.of("h1"), List.of(closed), Set.of()).joinAddress("h2"))
                .isNull();
    }
}
