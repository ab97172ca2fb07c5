package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairRecordTest {
    @Test
    void whoWasRemovedStaysRemovedInAllThatFollow() {
        Incarnation n1 = new Incarnation("n1", "00000001");
        PairRecord less = new PairRecord(4, List.of(n1), n1, "").without("n2");
        assertThat(less.epoch()).isEqualTo(5);
        PairRecord later = PairRecord.decode(less.next(List.of(n1), n1, "").encode());
        PairOverride override = PairOverride.propose(later, "n1", 0);
        assertThat(List.of(later, override.confirmed(override.confirmation())))
                .allMatch(record -> record.bars("n2") && !record.bars("n1"));
        assertThatThrownBy(() -> later.next(List.of(n1, new Incarnation("n2", "00000002")), n1, ""))
                .hasMessageContaining("[n2]");
        assertThatThrownBy(() -> PairOverride.propose(later, "n2", 0)).hasMessageContaining("[n2]");
        assertThatThrownBy(() -> later.without("n1")).hasMessageContaining("n1");
    }

    private static final Incarnation ONE = new Incarnation("n1", "00000001");
    private static final Incarnation OTHER = new Incarnation("n2", "00000002");

    @Test
    void storedFormKeepsEverything() {
        PairRecord record =
                new PairRecord(1, List.of(ONE), ONE, "first start").next(List.of(ONE, OTHER), ONE, "joined");
        assertThat(PairRecord.decode(record.encode())).isEqualTo(record);
        assertThat(record.epoch()).isEqualTo(2);
        assertThat(record.member("n2")).contains(OTHER);
        assertThat(record.has(new Incarnation("n2", "00000003"))).isFalse();
    }

    @Test
    void twoLivesOfOneNodeAreNoPair() {
        Incarnation later = new Incarnation("n1", "00000009");
        assertThatThrownBy(() -> new PairRecord(1, List.of(ONE, later), ONE, ""))
                .hasMessageContaining("n1/00000009")
                .hasMessageContaining("expected: one or two nodes");
    }

    @Test
    void textThatIsNoIncarnationIsNamed() {
        assertThatThrownBy(() -> Incarnation.parse("n1")).hasMessage("incarnation: 'n1' (expected: node/life)");
        assertThatThrownBy(() -> Incarnation.parse("n1/xyz")).hasMessageContaining("hexadecimal");
    }
}
