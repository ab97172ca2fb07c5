package io.hopyard.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JoinRuleTest {
    private static final Node ONE = node("id-1", "one", "north");

    private static Node node(String id, String name, String region) {
        TreeMap<String, String> addresses = new TreeMap<>();
        addresses.put("rest", "10.0.0.1:8443");
        return new Node(id, name, region, "a", EnumSet.allOf(NodeRole.class), addresses);
    }

    @Test
    void anotherNodeOfTheRegionMayJoin() {
        assertThatCode(() -> JoinRule.check(node("id-2", "two", "north"), List.of(ONE)))
                .doesNotThrowAnyException();
    }

    @Test
    void theSameNodeMayComeAgain() {
        assertThatCode(() -> JoinRule.check(ONE, List.of(ONE))).doesNotThrowAnyException();
    }

    @Test
    void secondRegionIsRefused() {
        assertThatThrownBy(() -> JoinRule.check(node("id-2", "two", "south"), List.of(ONE)))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.JOIN_REFUSED))
                .hasMessage("region: south (expected: north, the region of node one; a cluster never spans regions)");
    }

    @Test
    void takenNameIsRefused() {
        assertThatThrownBy(() -> JoinRule.check(node("id-2", "one", "north"), List.of(ONE)))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage("node name: one (expected: another one, this one is alive at {rest=10.0.0.1:8443})");
    }

    @Test
    void nodeIsTheSameAfterItsBytes() {
        assertThat(Node.decode(ONE.encode())).isEqualTo(ONE);
    }

    @Test
    void nodeWithoutARoleIsRefused() {
        assertThatThrownBy(() -> new Node("id", "one", "north", "a", EnumSet.noneOf(NodeRole.class), new TreeMap<>()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("roles []");
    }
}
