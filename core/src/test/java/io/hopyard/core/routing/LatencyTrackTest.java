package io.hopyard.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTrackTest {
    private final LatencyTrack track = new LatencyTrack();

    private void record(int times, long nanos) {
        for (int time = 0; time < times; time++) {
            track.record(nanos);
        }
    }

    @Test
    void nothingIsSaidOfTooFew() {
        record(255, 1_000_000);
        assertThat(track.percentileNanos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5_000, 17_000, 100_000, 1_000_000, 33_000_000, 2_000_000_000})
    void theBoundIsAtMostAQuarterOrFourMicrosecondsAbove(long nanos) {
        record(256, nanos);
        assertThat(track.percentileNanos())
                .isGreaterThanOrEqualTo(nanos)
                .isLessThanOrEqualTo(nanos + Math.max(4_096, nanos / 4 + 1));
    }

    @Test
    void oneOfFortyMayBeSlower() {
        for (int round = 0; round < 64; round++) {
            record(39, 100_000);
            record(1, 50_000_000);
        }
        assertThat(track.percentileNanos()).isLessThan(200_000);
        for (int round = 0; round < 64; round++) {
            record(9, 100_000);
            record(1, 50_000_000);
        }
        assertThat(track.percentileNanos()).as("one of ten may not").isGreaterThan(40_000_000);
    }

    @Test
    void thePastFades() {
        record(10_000, 50_000_000);
        record(2_048, 100_000);
        assertThat(track.percentileNanos()).isLessThan(200_000);
    }

    @Test
    void durationsBeyondTheLastBucketAreCounted() {
        record(256, Long.MAX_VALUE);
        record(256, -1);
        assertThat(track.percentileNanos()).isPositive();
    }
}
