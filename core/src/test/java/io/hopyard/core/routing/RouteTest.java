package io.hopyard.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.routing.Route.Step;
import io.hopyard.core.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final long MS = 1_000_000;

    /** 2 ms to 50 ms, one of ten reads, two at once. */
    private final Hedging hedging =
            new Hedging(new Hedging.Settings(Duration.ofMillis(2), Duration.ofMillis(50), 100, 2));

    private final Route.Limits limits = new Route.Limits(Duration.ofSeconds(1), Duration.ofMillis(20));
    private final MemberTrack near = new MemberTrack();
    private final MemberTrack far = new MemberTrack();
    private final List<MemberTrack> both = List.of(near, far);
    private long now = 7_000 * MS;
    private final Route.Pair pair = new Route.Pair(limits, hedging, () -> now, new Random(1));

    private Deadline in(long millis) {
        return new Deadline(now + millis * MS);
    }

    private Route read() {
        return Route.ofRead(pair, both, in(10_000));
    }

    private Step.Ask asks(Route route, int member) {
        Step step = route.next();
        assertThat(step).isInstanceOf(Step.Ask.class);
        assertThat(((Step.Ask) step).member()).isEqualTo(member);
        return (Step.Ask) step;
    }

    private void waits(Route route, long millis) {
        assertThat(route.next()).isEqualTo(new Step.Wait(in(millis)));
    }

    private void pass(long millis) {
        now += millis * MS;
    }

    @Test
    void thePreferredMemberIsAskedAndTheTwinAfterTheDelay() {
        Route route = read();
        assertThat(asks(route, 0).until()).isEqualTo(in(1_000));
        waits(route, 50);
        pass(49);
        waits(route, 1);
        pass(1);
        assertThat(asks(route, 1).until()).isEqualTo(in(1_000));
        waits(route, 950);
    }

    @Test
    void theDelayIsTheMeasuredPercentileWithinItsBounds() {
        for (int read = 0; read < 256; read++) {
            hedging.answered(8 * MS);
        }
        assertThat(hedging.delayNanos()).isBetween(8 * MS, 10 * MS);
        for (int read = 0; read < 4_096; read++) {
            hedging.answered(MS / 10);
        }
        assertThat(hedging.delayNanos()).isEqualTo(2 * MS);
        for (int read = 0; read < 4_096; read++) {
            hedging.answered(900 * MS);
        }
        assertThat(hedging.delayNanos()).isEqualTo(50 * MS);
    }

    @Test
    void whileTheMemberAnswersOthersHedgesAreAShareOfTheReads() {
        int hedged = 0;
        for (int read = 0; read < 200; read++) {
            Route route = read();
            asks(route, 0);
            pass(50);
            near.served(now);
            if (route.next() instanceof Step.Ask) {
                hedged++;
            }
        }
        assertThat(hedged).as("two at once, then one of ten").isBetween(20, 22);
    }

    @Test
    void aSilentMemberIsLeftWhateverTheShare() {
        for (int read = 0; read < 100; read++) {
            Route route = read();
            asks(route, near.trusted() ? 0 : 1);
            near.served(now - MS);
            far.served(now);
            pass(50);
            asks(route, 1);
            assertThat(near.trusted()).isFalse();
            near.served(now);
        }
    }

    @Test
    void whenBothAreSilentTheShareHolds() {
        int hedged = 0;
        far.doubt(now);
        for (int read = 0; read < 30; read++) {
            Route route = read();
            asks(route, 0);
            pass(50);
            if (route.next() instanceof Step.Ask) {
                hedged++;
            }
        }
        assertThat(hedged).isBetween(2, 5);
    }

    @Test
    void aDoubtedMemberIsAskedSecondButForAProbeNowAndThen() {
        near.doubt(now);
        asks(read(), 1);
        asks(read(), 1);
        pass(101);
        asks(read(), 0);
        asks(read(), 1);
        pass(101);
        asks(read(), 0);
        near.refused(now);
        asks(read(), 1);
        near.served(now);
        asks(read(), 0);
        asks(read(), 0);
    }

    @Test
    void whenBothAreDoubtedThePreferredOneIsFirst() {
        near.doubt(now);
        far.doubt(now);
        asks(read(), 0);
    }

    @Test
    void aFailureIsAskedOfTheTwinAtOnce() {
        Route route = read();
        asks(route, 0);
        route.failed(0);
        asks(route, 1);
        assertThat(near.trusted()).isFalse();
    }

    @Test
    void roundsArePausedAndAttemptsGrow() {
        Route route = Route.ofWrite(pair, both, in(100_000));
        long attempt = 1_000;
        long pauseMax = 20;
        for (int round = 0; round < 6; round++) {
            assertThat(asks(route, 0).until()).isEqualTo(in(attempt));
            route.failed(0);
            assertThat(asks(route, 1).until()).isEqualTo(in(attempt));
            route.failed(1);
            Step step = route.next();
            assertThat(step).as("round %d", round).isInstanceOf(Step.Wait.class);
            long pause = ((Step.Wait) step).until().atNanos() - now;
            assertThat(pause).isBetween(pauseMax * MS / 2, pauseMax * MS);
            now += pause;
            attempt = Math.min(8_000, 2 * attempt);
            pauseMax = Math.min(160, 2 * pauseMax);
        }
    }

    @Test
    void nothingIsAskedAfterTheDeadlineAndNoAttemptOutlivesIt() {
        Route route = Route.ofWrite(pair, both, in(300));
        assertThat(asks(route, 0).until()).isEqualTo(in(300));
        pass(299);
        route.failed(0);
        assertThat(asks(route, 1).until()).isEqualTo(in(1));
        pass(1);
        assertThat(route.next()).isEqualTo(new Step.Stop());
    }

    @Test
    void aWriteIsNotHedged() {
        Route route = Route.ofWrite(pair, both, in(10_000));
        asks(route, 0);
        waits(route, 1_000);
        pass(999);
        waits(route, 1);
    }

    @Test
    void aSingleMemberIsAskedAgainAndNeverHedged() {
        Route route = Route.ofRead(pair, List.of(near), in(10_000));
        asks(route, 0);
        pass(999);
        waits(route, 1);
        route.failed(0);
        assertThat(route.next()).isInstanceOf(Step.Wait.class);
        pass(20);
        asks(route, 0);
    }

    @Test
    void whenOneOfTwoRunningAttemptsFailsTheOtherIsWaitedFor() {
        Route route = read();
        asks(route, 0);
        pass(50);
        asks(route, 1);
        route.failed(0);
        waits(route, 1_000);
        route.failed(1);
        assertThat(((Step.Wait) route.next()).until().atNanos() - now).isBetween(10 * MS, 20 * MS);
    }

    @Test
    void anAnswerThatDoesNotCountYetIsAskedForAgainLater() {
        Route route = Route.ofWrite(pair, both, in(10_000));
        asks(route, 0);
        route.failed(0);
        asks(route, 1);
        route.undecided(1, now + 400 * MS);
        waits(route, 400);
        pass(400);
        near.served(now);
        asks(route, 0);
    }
}
