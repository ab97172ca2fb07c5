package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.pair.ReadRule.Read;
import io.hopyard.core.pair.WriteRule.Ack;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a view allows: all times in milliseconds, sole members may answer from 1000 on, leases are sent at 0. */
class PairServingTest {
    private static final long MILLI = 1_000_000;
    private static final Incarnation PEER = new Incarnation("n2", "00000002");
    private static final Incarnation FORMER = new Incarnation("n2", "00000001");
    private static final Timings STRICT = new Timings(
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(3),
            Duration.ZERO);

    private static PairView view(PairState state, @Nullable Incarnation grantor) {
        Lease lease = grantor == null ? null : new Lease(grantor, 0);
        return new PairView(state, 3, PEER, lease, 1_000 * MILLI, "");
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, 5000, false, UNKNOWN",
        "SYSTEM_RESTART, 5000, false, UNKNOWN",
        "JOINING, 5000, false, UNKNOWN",
        "BOTH, 0, true, YES",
        "PROMOTING, 0, true, YES",
        "ARBITRATING, 5000, false, WAIT",
        "SOLO, 999, false, WAIT",
        "SOLO, 1000, true, YES",
        "HALTED, 5000, false, UNKNOWN"
    })
    void writesBeginAndAreAcknowledgedBy(PairState state, long nowMillis, boolean begins, Ack ack) {
        PairView view = view(state, PEER);
        assertThat(WriteRule.mayExecute(view, nowMillis * MILLI)).isEqualTo(begins);
        assertThat(WriteRule.ack(() -> view, PEER::equals, nowMillis * MILLI)).isEqualTo(ack);
    }

    @ParameterizedTest
    @CsvSource({"BOTH", "PROMOTING"})
    void writeWaitsWhenTheRingHasDroppedThePeer(PairState state) {
        assertThat(WriteRule.ack(() -> view(state, PEER), peer -> false, 0)).isEqualTo(Ack.WAIT);
    }

    @ParameterizedTest
    @CsvSource({"ARBITRATING", "SOLO", "HALTED"})
    void writeWaitsWhenThePeerIsSuspectedWhileTheRingIsLookedAt(PairState then) {
        Iterator<PairView> views =
                List.of(view(PairState.BOTH, PEER), view(then, PEER)).iterator();
        assertThat(WriteRule.ack(views::next, PEER::equals, 0)).isEqualTo(Ack.WAIT);
    }

    @Test
    void writeWaitsWhenAnotherLifeOfThePeerCameMeanwhile() {
        PairView before = new PairView(PairState.BOTH, 3, FORMER, null, 0, "");
        Iterator<PairView> views = List.of(before, view(PairState.BOTH, PEER)).iterator();
        assertThat(WriteRule.ack(views::next, FORMER::equals, 0)).isEqualTo(Ack.WAIT);
    }

    @ParameterizedTest
    @CsvSource({
        "STARTING, 0, REFUSED, REFUSED",
        "SYSTEM_RESTART, 0, REFUSED, REFUSED",
        "JOINING, 0, REFUSED, REFUSED",
        "BOTH, 499, FRESH, FRESH",
        "BOTH, 500, REFUSED, STALE",
        "BOTH, 2999, REFUSED, STALE",
        "BOTH, 3000, REFUSED, REFUSED",
        "PROMOTING, 499, FRESH, FRESH",
        "PROMOTING, 500, REFUSED, STALE",
        "ARBITRATING, 499, FRESH, FRESH",
        "ARBITRATING, 2999, REFUSED, STALE",
        "ARBITRATING, 3000, REFUSED, REFUSED",
        "SOLO, 999, REFUSED, STALE",
        "SOLO, 1000, FRESH, FRESH",
        "HALTED, 0, REFUSED, REFUSED"
    })
    void readsAreAllowedBy(PairState state, long nowMillis, Read strict, Read online) {
        ReadRule rule = new ReadRule(Timings.DEFAULT);
        assertThat(rule.strict(view(state, PEER), nowMillis * MILLI)).isEqualTo(strict);
        assertThat(rule.online(view(state, PEER), nowMillis * MILLI)).isEqualTo(online);
    }

    @ParameterizedTest
    @CsvSource({"BOTH, 500", "ARBITRATING, 500", "SOLO, 999"})
    void nothingIsStaleWhereNoStalenessIsAllowed(PairState state, long nowMillis) {
        assertThat(new ReadRule(STRICT).online(view(state, PEER), nowMillis * MILLI))
                .isEqualTo(Read.REFUSED);
    }

    @Test
    void leaseOfAnotherLifeOfThePeerCountsForNothing() {
        ReadRule rule = new ReadRule(Timings.DEFAULT);
        assertThat(rule.online(view(PairState.BOTH, FORMER), 0)).isEqualTo(Read.REFUSED);
        assertThat(rule.online(view(PairState.BOTH, null), 0)).isEqualTo(Read.REFUSED);
    }

    @Test
    void clockMayPassItsLargestValue() {
        long late = Long.MAX_VALUE - 100 * MILLI;
        PairView both = new PairView(PairState.BOTH, 3, PEER, new Lease(PEER, late), 0, "");
        assertThat(new ReadRule(STRICT).strict(both, late + 499 * MILLI)).isEqualTo(Read.FRESH);
        assertThat(new ReadRule(STRICT).strict(both, late + 500 * MILLI)).isEqualTo(Read.REFUSED);
    }
}
