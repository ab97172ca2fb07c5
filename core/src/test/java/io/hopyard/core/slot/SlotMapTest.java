package io.hopyard.core.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.serving.OnlineKey;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlotMapTest {
    private static final List<Integer> GOLDEN = List.of(22, 626, 768, 187, 396, 370);

    private static SlotMap settle(SlotMap map, BalanceRule.Wish wish) {
        SlotMap begun = map.begin(wish.from(), wish.to(), wish.slots());
        return begun.switched(Objects.requireNonNull(begun.move())).settled();
    }

    private static SlotMap balanced(SlotMap map, Set<Integer> pairs) {
        SlotMap now = map;
        for (BalanceRule.Wish wish = BalanceRule.next(now, pairs); wish != null; wish = BalanceRule.next(now, pairs)) {
            assertThat(wish.slots()).hasSizeBetween(1, BalanceRule.MOVE_SLOTS_MAX);
            now = settle(now, wish);
            assertThat(now.version()).isLessThan(1_000);
        }
        return now;
    }

    @Test
    void theSlotOfAKeyNeverChanges() {
        assertThat(IntStream.range(0, 6)
                        .map(id -> Slots.of(new OnlineKey(7, new byte[] {1, 2, (byte) id})))
                        .boxed()
                        .toList())
                .isEqualTo(GOLDEN);
    }

    @Test
    void pairsGetAsManySlotsAndKeepThemTogether() {
        SlotMap two = balanced(SlotMap.first(1), Set.of(1, 2));
        assertThat(two.slotsOf(1)).hasSize(512);
        assertThat(two.runEnd(0)).isEqualTo(512);
        assertThat(two.runEnd(512)).isEqualTo(Slots.COUNT);
        SlotMap three = balanced(two, Set.of(1, 2, 3));
        assertThat(List.of(
                        three.slotsOf(1).size(),
                        three.slotsOf(2).size(),
                        three.slotsOf(3).size()))
                .allMatch(size -> size >= 341 && size <= 342);
    }

    @Test
    void aPairThatLeavesGivesAllItsSlotsAway() {
        SlotMap two = balanced(SlotMap.first(1), Set.of(1, 2));
        assertThat(balanced(two, Set.of(2)).sole()).isEqualTo(2);
    }

    @Test
    void aBalancedMapHasNothingToMove() {
        assertThat(BalanceRule.next(SlotMap.first(1), Set.of(1))).isNull();
    }

    @Test
    void theStoredFormKeepsEverything() {
        SlotMap map = balanced(SlotMap.first(1), Set.of(1, 2)).begin(1, 3, List.of(5, 4));
        SlotMap read = SlotMap.decode(map.encode());
        assertThat(read.encode()).isEqualTo(map.encode());
        assertThat(read.move()).isEqualTo(new SlotMove(17, 1, 3, List.of(4, 5), SlotMove.Phase.COPYING));
        assertThat(read.owner(600)).isEqualTo(2);
        assertThat(read.pairs()).containsExactly(1, 2, 3);
    }

    @Test
    void oneMoveAtATime() {
        SlotMap moving = SlotMap.first(1).begin(1, 2, List.of(4));
        assertThatThrownBy(() -> moving.begin(1, 2, List.of(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: its own slots, and no other move");
    }

    @Test
    void aGateKeepsItsStates() {
        SlotGate gate = SlotGate.UNSET.with(3, List.of(7, 9), SlotState.CLOSED);
        SlotGate read = SlotGate.decode(gate.encode());
        assertThat(read.version()).isEqualTo(1);
        assertThat(read.epoch()).isEqualTo(3);
        assertThat(read.state(7)).isEqualTo(SlotState.CLOSED);
        assertThat(read.state(8)).isEqualTo(SlotState.OPEN);
    }
}
