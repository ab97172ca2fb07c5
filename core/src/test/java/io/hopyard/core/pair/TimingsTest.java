package io.hopyard.core.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimingsTest {
    private static Timings of(long heartbeat, long lease, long detection, long partial, long ackWait, long staleness) {
        return new Timings(
                Duration.ofMillis(heartbeat),
                Duration.ofMillis(lease),
                Duration.ofMillis(detection),
                Duration.ofMillis(partial),
                Duration.ofMillis(ackWait),
                Duration.ofMillis(staleness));
    }

    @Test
    void defaultsAreTheMeasuredOnes() {
        assertThat(Timings.DEFAULT).isEqualTo(of(100, 500, 2_000, 15_000, 3_000, 3_000));
        assertThat(Timings.DEFAULT.heartbeatTimeout()).hasMillis(700);
        assertThat(Timings.DEFAULT.recordPoll()).hasMillis(300);
        assertThat(Timings.DEFAULT.promotionCalm()).hasMillis(300);
    }

    @Test
    void stalenessOfZeroMeansStrict() {
        assertThat(of(100, 500, 2_000, 15_000, 3_000, 0).onlineReadStalenessMax())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 500, 2000, 15000, 3000, 3000, heartbeat: PT0S (expected: > 0)",
        "100, 300, 2000, 15000, 3000, 3000, lease: PT0.3S (expected: more than 3 heartbeats",
        "100, 500, 520, 15000, 3000, 3000, failure detection: PT0.52S (expected: more than lease and margin",
        "100, 500, 2000, 2520, 3000, 3000, partial start: PT2.52S (expected: more than failure detection",
        "100, 500, 2000, 15000, 0, 3000, ack wait: PT0S (expected: > 0)",
        "100, 500, 2000, 15000, 3000, 500, online read staleness: PT0.5S (expected: 0 or more than the lease"
    })
    void relationThatDoesNotHoldIsNamed(
            long heartbeat, long lease, long detection, long partial, long ackWait, long staleness, String problem) {
        assertThatThrownBy(() -> of(heartbeat, lease, detection, partial, ackWait, staleness))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void allProblemsAreNamedTogether() {
        assertThatThrownBy(() -> of(100, 200, 100, 100, 0, 3_000))
                .hasMessageContaining("lease")
                .hasMessageContaining("failure detection")
                .hasMessageContaining("ack wait");
    }
}
