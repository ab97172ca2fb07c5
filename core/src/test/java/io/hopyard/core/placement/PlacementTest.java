package io.hopyard.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static DataNode node(String name, String zone) {
        return new DataNode(name, zone, name + ":1", name + ":2", name + ":3", name + ":4");
    }

    private static List<List<String>> names(Placement placement) {
        return placement.pairs().stream()
                .map(pair -> pair.members().stream().map(DataNode::name).toList())
                .toList();
    }

    @Test
    void aSecondNodeStandsBesideTheFirstAndAThirdBeginsAPair() {
        Placement placement =
                Placement.EMPTY.with(node("d1", "a")).with(node("d2", "b")).with(node("d3", "c"));
        assertThat(names(placement)).containsExactly(List.of("d1", "d2"), List.of("d3"));
        assertThat(placement.pairOf("d3").orElseThrow().number()).isEqualTo(2);
    }

    @Test
    void anotherZoneIsPreferredAndTheSameZoneIsBetterThanNoCopy() {
        Placement two =
                new Placement(List.of(new Pair(1, List.of(node("d1", "a"))), new Pair(2, List.of(node("d2", "b")))));
        assertThat(names(two.with(node("d3", "a")))).containsExactly(List.of("d1"), List.of("d2", "d3"));
        assertThat(names(Placement.EMPTY.with(node("d1", "a")).with(node("d2", "a"))))
                .containsExactly(List.of("d1", "d2"));
    }

    @Test
    void aNodeThatComesAgainKeepsItsPlaceWithItsNewAddresses() {
        Placement placement = Placement.EMPTY.with(node("d1", "a")).with(node("d2", "b"));
        DataNode moved = new DataNode("d1", "a", "other:1", "other:2", "other:3", "other:4");
        assertThat(placement.with(moved).pairOf("d1").orElseThrow().members()).containsExactly(moved, node("d2", "b"));
    }

    @Test
    void onlyANodeWithATwinCanBeTakenOut() {
        Placement placement = Placement.EMPTY.with(node("d1", "a")).with(node("d2", "b"));
        Placement less = placement.without("d1");
        assertThat(names(less)).containsExactly(List.of("d2"));
        assertThat(names(less.with(node("d3", "a")))).containsExactly(List.of("d2", "d3"));
        assertThatThrownBy(() -> less.without("d2"))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("d2 (expected: one beside which another holds the rows of pair 1)");
        assertThatThrownBy(() -> less.without("d9")).hasMessageContaining("d9 (expected: a member of a pair)");
    }

    @Test
    void aNodeThatWasTakenOutIsRefusedForEver() {
        Placement less =
                Placement.EMPTY.with(node("d1", "a")).with(node("d2", "b")).without("d1");
        for (Placement later : List.of(less, less.with(node("d3", "a")), Placement.decode(less.encode()))) {
            assertThatThrownBy(() -> later.with(node("d1", "a")))
                    .isInstanceOfSatisfying(
                            FeatureStoreException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.JOIN_REFUSED))
                    .hasMessageContaining("d1 was removed from the cluster (expected: an empty node of another name)");
        }
    }

    @Test
    void storedFormKeepsEverything() {
        Placement placement = Placement.EMPTY
                .with(node("d1", "a"))
                .with(node("d2", "b"))
                .with(node("d3", "c"))
                .without("d2");
        assertThat(Placement.decode(placement.encode())).isEqualTo(placement);
        assertThat(Placement.decode(Placement.EMPTY.encode())).isEqualTo(Placement.EMPTY);
    }

    @Test
    void pairsAreOfOneGroupAndKeepIt() {
        Placement split = Placement.EMPTY
                .with(node("d1", "a"), DataGroup.METADATA)
                .with(node("d2", "b"), DataGroup.ONLINE)
                .with(node("d3", "b"), DataGroup.METADATA)
                .with(node("d4", "c"), DataGroup.ONLINE);
        Placement read = Placement.decode(split.encode());
        assertThat(names(read)).containsExactly(List.of("d1", "d3"), List.of("d2", "d4"));
        assertThat(read.metadata().map(Pair::number)).contains(1);
        assertThat(read.online().stream().map(Pair::number)).containsExactly(2);
        assertThat(read.without("d2").online().getFirst().group()).isEqualTo(DataGroup.ONLINE);
    }

    @Test
    void aNodeDoesNotChangeItsGroup() {
        Placement one = Placement.EMPTY.with(node("d1", "a"), DataGroup.METADATA);
        assertThatThrownBy(() -> one.with(node("d1", "a"), DataGroup.ONLINE))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessageContaining("expected: METADATA, that of its pair 1");
    }
}
