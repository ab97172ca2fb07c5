package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.pair.PairEvent.EngineSeen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromotionRuleTest {
    private static final long MILLI = 1_000_000;
    private static final Incarnation JOINER = new Incarnation("n2", "00000002");
    private static final Incarnation OTHER = new Incarnation("n2", "00000003");
    private static final EngineSeen COMPLETE = new EngineSeen(JOINER, true);
    private static final Heartbeat JOINS = new Heartbeat(JOINER, PairState.JOINING, 3, true);

    private final PromotionRule rule = new PromotionRule(Timings.DEFAULT);

    private static PairView view(@Nullable Incarnation grantor, long sentMillis) {
        Lease lease = grantor == null ? null : new Lease(grantor, sentMillis * MILLI);
        return new PairView(PairState.SOLO, 3, null, lease, 0, "");
    }

    private @Nullable Incarnation at(long millis, EngineSeen seen, PairView view, @Nullable Heartbeat peer) {
        return rule.ready(seen, view, peer, millis * MILLI);
    }

    @Test
    void joinerIsReadyAfterACalmTime() {
        assertThat(at(0, COMPLETE, view(JOINER, 0), JOINS)).isNull();
        assertThat(at(299, COMPLETE, view(JOINER, 0), JOINS)).isNull();
        assertThat(at(300, COMPLETE, view(JOINER, 0), JOINS)).isEqualTo(JOINER);
    }

    @Test
    void whateverIsNotRightStartsTheCalmTimeAnew() {
        PairView bound = new PairView(PairState.SOLO, 3, null, new Lease(JOINER, 0), 2_000 * MILLI, "");
        assertNotCalmAfter(new EngineSeen(JOINER, false), view(JOINER, 0), JOINS);
        assertNotCalmAfter(new EngineSeen(null, true), view(JOINER, 0), JOINS);
        assertNotCalmAfter(new EngineSeen(OTHER, true), view(JOINER, 0), JOINS);
        assertNotCalmAfter(COMPLETE, view(OTHER, 0), JOINS);
        assertNotCalmAfter(COMPLETE, view(null, 0), JOINS);
        assertNotCalmAfter(COMPLETE, view(JOINER, -500), JOINS);
        assertNotCalmAfter(COMPLETE, bound, JOINS);
        assertNotCalmAfter(COMPLETE, view(JOINER, 0), null);
        assertNotCalmAfter(COMPLETE, view(JOINER, 0), new Heartbeat(JOINER, PairState.ARBITRATING, 3, true));
        assertNotCalmAfter(COMPLETE, view(JOINER, 0), new Heartbeat(OTHER, PairState.JOINING, 3, true));
    }

    private void assertNotCalmAfter(EngineSeen seen, PairView view, @Nullable Heartbeat peer) {
        rule.disturbed();
        assertThat(at(0, COMPLETE, view(JOINER, 0), JOINS)).isNull();
        assertThat(at(200, seen, view, peer)).isNull();
        assertThat(at(300, COMPLETE, view(JOINER, 0), JOINS)).isNull();
    }
}
