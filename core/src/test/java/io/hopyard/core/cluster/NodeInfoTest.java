package io.hopyard.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeInfoTest {
    private static NodeInfo named(String name, Set<NodeRole> roles) {
        return new NodeInfo(
                UUID.fromString("00000000-0000-0001-0000-000000000002"),
                name,
                roles,
                "a",
                "north",
                Map.of("rest", "10.0.0.1:8443", "log", "10.0.0.1:9092"),
                "0.1.0");
    }

    @Test
    void comesBackFromItsBytes() {
        NodeInfo node = named("node1", Set.of(NodeRole.DATA, NodeRole.HEAD));
        assertThat(NodeInfo.of(node.toBytes())).isEqualTo(node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "größe"})
    void refusesANameThatIsNoName(String name) {
        assertThatThrownBy(() -> named(name, Set.of(NodeRole.HEAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "node name: " + name + " (expected: 1 to 63 letters, digits, '.', '_' or '-', no '.' first)");
    }

    @Test
    void refusesANodeWithoutARole() {
        assertThatThrownBy(() -> named("node1", Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("roles of node node1: none (expected: at least one)");
    }
}
