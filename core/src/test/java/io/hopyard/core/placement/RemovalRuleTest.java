package io.hopyard.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RemovalRuleTest {
    private static final Incarnation D1 = new Incarnation("d1", "00000001");
    private static final Incarnation D2 = new Incarnation("d2", "00000002");
    private static final PairRecord ALONE = new PairRecord(7, List.of(D2), D2, "");
    private static final PairRecord BOTH = new PairRecord(7, List.of(D1, D2), D2, "");
    private static final Placement PAIR = Placement.EMPTY.with(node("d1")).with(node("d2"));

    private static DataNode node(String name) {
        return new DataNode(name, "a", name + ":1", name + ":2", name + ":3", name + ":4");
    }

    private static void assertRefused(
            Placement placement, String node, @Nullable PairRecord record, boolean alive, String expected) {
        assertThatThrownBy(() -> RemovalRule.check(placement, node, record, alive))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessageContaining("'" + node + "'")
                .hasMessageContaining(expected);
    }

    @Test
    void aDeadNodeWithoutWhichItsPairGoesOnMayGo() {
        RemovalRule.check(PAIR, "d1", ALONE, false);
    }

    @Test
    void whoMayHaveRowsThatNobodyElseHasMayNot() {
        assertRefused(PAIR, "d2", ALONE, false, "not the last one that served pair 1 (epoch 7)");
        assertRefused(PAIR, "d1", BOTH, false, "one that pair 1 goes on without");
        assertRefused(PAIR, "d1", null, false, "a pair whose record is there");
    }

    @Test
    void whoLivesOrIsNotThereMayNot() {
        assertRefused(PAIR, "d1", ALONE, true, "one that is not alive");
        assertRefused(PAIR, "d9", ALONE, false, "a member of a pair, one of [d1, d2]");
        assertRefused(PAIR.without("d1"), "d1", ALONE, false, "this one was removed before");
    }
}
