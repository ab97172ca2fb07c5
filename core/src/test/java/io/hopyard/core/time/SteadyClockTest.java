package io.hopyard.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private Duration ticked = Duration.ofDays(3);
    private Instant systems = NOON;
    /** What passes while the system's clock is read the next time. */
    private Duration pauseInBetween = Duration.ZERO;

    private final SteadyClock clock = new SteadyClock(new Systems(), () -> ticked.toNanos());

    private final class Systems extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            Instant read = systems;
            pass(pauseInBetween);
            pauseInBetween = Duration.ZERO;
            return read;
        }
    }

    private void pass(Duration time) {
        ticked = ticked.plus(time);
        systems = systems.plus(time);
    }

    private void step(Duration step) {
        systems = systems.plus(step);
    }

    private boolean hear(Instant there) {
        return clock.hear(there, ticked.minusMillis(20).toNanos());
    }

    @Test
    void timeGoesOnAsItWasOverAnUnconfirmedStep() {
        clock.guard();
        for (Duration step : List.of(HOUR, HOUR.negated(), HOUR.negated(), HOUR)) {
            step(step);
            pass(Duration.ofSeconds(10));
        }
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(40));
        step(HOUR);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(40));
        assertThat(clock.disbelieved()).isEqualTo(HOUR);
    }

    @Test
    void stepBackToTheRightTimeEndsTheDisbelief() {
        clock.guard();
        step(HOUR);
        step(HOUR.negated());
        assertThat(clock.disbelieved()).isZero();
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void stepIsTakenWhenAnotherMachineIsNearerToIt() {
        clock.guard();
        step(HOUR);
        assertThat(hear(NOON.plus(HOUR).minusSeconds(2))).isTrue();
        assertThat(clock.instant()).isEqualTo(NOON.plus(HOUR));
        assertThat(clock.disbelieved()).isZero();
    }

    @Test
    void stepIsNotTakenWhenAnotherMachineIsNearerToTheOldTime() {
        clock.guard();
        step(HOUR.negated());
        assertThat(hear(NOON.plusSeconds(2))).isFalse();
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void answerThatTookLongSaysNothing() {
        clock.guard();
        step(HOUR);
        assertThat(clock.hear(NOON.plus(HOUR), ticked.minusSeconds(2).toNanos()))
                .isFalse();
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void suspendedMachineComesBackToTheOthersTime() {
        clock.guard();
        systems = systems.plus(Duration.ofHours(9));
        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(hear(NOON.plus(Duration.ofHours(9)))).isTrue();
        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofHours(9)));
    }

    @Test
    void slowCorrectionsAreFollowedHoweverFarTheyGo() {
        clock.guard();
        for (int second = 0; second < 100; second++) {
            pass(Duration.ofSeconds(1));
            step(Duration.ofMillis(150));
            assertThat(clock.instant()).isEqualTo(systems);
        }
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(115));
    }

    @Test
    void pauseOfTheReaderIsNoStep() {
        clock.guard();
        pauseInBetween = Duration.ofSeconds(25);
        assertThat(clock.disbelieved()).isZero();
        pauseInBetween = Duration.ofSeconds(25);
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(50));
    }

    @Test
    void stepIsTakenAtOnceWhereNobodyCanBeAsked() {
        step(HOUR);
        assertThat(clock.instant()).isEqualTo(NOON.plus(HOUR));
        assertThat(clock.disbelieved()).isZero();
    }

    @Test
    void hearingWithoutAStepChangesNothing() {
        clock.guard();
        assertThat(hear(NOON.plus(HOUR))).isFalse();
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void sameTimeInAnotherZone() {
        clock.guard();
        step(HOUR);
        assertThat(clock.withZone(ZoneId.of("Asia/Tokyo")).instant()).isEqualTo(NOON);
    }
}
