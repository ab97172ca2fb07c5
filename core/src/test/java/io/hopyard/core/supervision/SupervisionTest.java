package io.hopyard.core.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.supervision.Supervision.Action;
import io.hopyard.core.supervision.Supervision.Look;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisionTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final List<WishedState> WISHES = List.of(WishedState.values());
    private static final Duration BROKEN_MAX = Duration.ofSeconds(10);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(30);

    private final Supervision supervision =
            new Supervision(new Supervision.Patience(BROKEN_MAX, DRAIN_MAX), RestartBudget.Limits.DEFAULT);

    private static Look look(WishedState wished) {
        return new Look(wished, false, false);
    }

    private static Look quiet(WishedState wished) {
        return new Look(wished, false, true);
    }

    private static Look broken() {
        return new Look(WishedState.SERVING, true, false);
    }

    private void serve() {
        assertThat(supervision.next(look(WishedState.SERVING), 0)).isEqualTo(Action.START);
        supervision.started();
        assertThat(supervision.state()).isEqualTo(NodeState.SERVING);
    }

    @Test
    void aNodeThatShallRestDoesNotStart() {
        assertThat(supervision.next(look(WishedState.STOPPED), 0)).isEqualTo(Action.NONE);
        assertThat(supervision.state()).isEqualTo(NodeState.STOPPED);
        serve();
    }

    @Test
    void aDrainEndsWhenNothingIsInFlight() {
        serve();
        assertThat(supervision.next(look(WishedState.DRAINING), 0)).isEqualTo(Action.DRAIN);
        assertThat(supervision.next(look(WishedState.DRAINING), SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.state()).isEqualTo(NodeState.DRAINING);
        assertThat(supervision.next(quiet(WishedState.DRAINING), 2 * SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.state()).isEqualTo(NodeState.DRAINED);
        assertThat(supervision.next(look(WishedState.SERVING), 3 * SECOND)).isEqualTo(Action.RESUME);
        assertThat(supervision.state()).isEqualTo(NodeState.SERVING);
    }

    @Test
    void aDrainHasABoundForClientsThatCannotGoElsewhere() {
        serve();
        supervision.next(look(WishedState.DRAINING), 0);
        supervision.next(look(WishedState.DRAINING), DRAIN_MAX.toNanos() - 1);
        assertThat(supervision.state()).isEqualTo(NodeState.DRAINING);
        supervision.next(look(WishedState.DRAINING), DRAIN_MAX.toNanos());
        assertThat(supervision.state()).isEqualTo(NodeState.DRAINED);
    }

    @Test
    void whoeverIsStoppedDrainsFirstAndStaysStopped() {
        serve();
        assertThat(supervision.next(look(WishedState.STOPPED), 0)).isEqualTo(Action.DRAIN);
        assertThat(supervision.next(look(WishedState.STOPPED), SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.next(quiet(WishedState.STOPPED), 2 * SECOND)).isEqualTo(Action.STOP);
        assertThat(supervision.next(look(WishedState.SERVING), 3 * SECOND)).isEqualTo(Action.NONE);
        supervision.stopped(4 * SECOND, 0);
        assertThat(supervision.state()).isEqualTo(NodeState.STOPPED);
        assertThat(supervision.next(look(WishedState.SERVING), 5 * SECOND)).isEqualTo(Action.START);
        assertThat(supervision.restarts()).isZero();
    }

    @Test
    void aWishToStopEndsAStartOnce() {
        supervision.next(look(WishedState.SERVING), 0);
        assertThat(supervision.next(look(WishedState.STOPPED), SECOND)).isEqualTo(Action.INTERRUPT);
        assertThat(supervision.next(look(WishedState.STOPPED), SECOND)).isEqualTo(Action.NONE);
        supervision.failed(2 * SECOND, 0);
        assertThat(supervision.state()).isEqualTo(NodeState.STOPPED);
    }

    @Test
    void aStartThatWasThereBeforeItsInterruptIsStoppedInOrder() {
        supervision.next(look(WishedState.SERVING), 0);
        supervision.next(look(WishedState.STOPPED), SECOND);
        supervision.started();
        assertThat(supervision.next(look(WishedState.STOPPED), SECOND)).isEqualTo(Action.DRAIN);
    }

    @Test
    void onlyABreakThatLastsIsHealedByARestart() {
        serve();
        assertThat(supervision.next(broken(), 0)).isEqualTo(Action.NONE);
        assertThat(supervision.next(look(WishedState.SERVING), 5 * SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.next(broken(), 6 * SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.next(broken(), 15 * SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.next(broken(), 16 * SECOND)).isEqualTo(Action.STOP);
        supervision.stopped(17 * SECOND, 0.5);
        assertThat(supervision.state()).isEqualTo(NodeState.RESTARTING);
        assertThat(supervision.next(look(WishedState.SERVING), 17 * SECOND)).isEqualTo(Action.NONE);
        assertThat(supervision.next(look(WishedState.SERVING), 18 * SECOND)).isEqualTo(Action.START);
        assertThat(supervision.restarts()).isEqualTo(1);
    }

    @Test
    void aNodeThatFailsAgainAndAgainIsToldAndTriedEverMoreRarely() {
        long now = 0;
        supervision.next(look(WishedState.SERVING), now);
        supervision.failed(now, 0.99);
        long lastPause = 0;
        for (int failure = 1; failure < 6; failure++) {
            long from = now;
            while (supervision.next(look(WishedState.SERVING), now) != Action.START) {
                now += SECOND / 100;
            }
            assertThat(now - from).as("pause " + failure).isGreaterThan(lastPause);
            lastPause = now - from;
            supervision.failed(now, 0.99);
        }
        assertThat(supervision.flapping(now)).isTrue();
        assertThat(supervision.flapping(now + Duration.ofMinutes(12).toNanos())).isFalse();
    }

    @Test
    void aNodeThatWaitsForItsRestartMayBeStopped() {
        supervision.next(look(WishedState.SERVING), 0);
        supervision.failed(0, 0);
        supervision.next(look(WishedState.STOPPED), 1);
        assertThat(supervision.state()).isEqualTo(NodeState.STOPPED);
    }

    /** Whatever is wished and whatever fails: no order comes while one is on its way, and what is wished is reached. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void ordersNeverOverlapAndTheWishIsReached(long seed) {
        Random random = new Random(seed);
        long now = random.nextLong();
        boolean running = false;
        Action inFlight = Action.NONE;
        boolean cut = false;
        WishedState wished = WishedState.SERVING;
        for (int step = 0; step < 20_000; step++) {
            boolean calm = step > 15_000;
            if (!calm && random.nextInt(40) == 0) {
                wished = WISHES.get(random.nextInt(WISHES.size()));
            }
            if (calm && step == 15_001) {
                wished = random.nextBoolean() ? WishedState.SERVING : WishedState.STOPPED;
            }
            now += random.nextLong(SECOND);
            if (inFlight != Action.NONE && random.nextInt(4) == 0) {
                running = finish(inFlight, running, cut || (!calm && random.nextInt(3) == 0), now, random);
                inFlight = Action.NONE;
            }
            Look seen = new Look(wished, !calm && running && random.nextInt(3) > 0, random.nextBoolean());
            Action action = supervision.next(seen, now);
            switch (action) {
                case START -> {
                    assertThat(inFlight).isEqualTo(Action.NONE);
                    assertThat(running).as("started twice, seed " + seed).isFalse();
                    inFlight = action;
                    cut = false;
                }
                case STOP -> {
                    assertThat(inFlight).isEqualTo(Action.NONE);
                    assertThat(running)
                            .as("stopped while at rest, seed " + seed)
                            .isTrue();
                    inFlight = action;
                }
                case INTERRUPT -> {
                    assertThat(inFlight).isEqualTo(Action.START);
                    cut = true;
                }
                case DRAIN, RESUME -> assertThat(running).isTrue();
                case NONE -> {}
            }
        }
        assertThat(supervision.state())
                .isEqualTo(wished == WishedState.SERVING ? NodeState.SERVING : NodeState.STOPPED);
        assertThat(running).isEqualTo(wished == WishedState.SERVING);
    }

    private boolean finish(Action order, boolean running, boolean fails, long now, Random random) {
        if (order == Action.STOP) {
            supervision.stopped(now, random.nextDouble());
            return false;
        }
        if (fails) {
            supervision.failed(now, random.nextDouble());
            return running;
        }
        supervision.started();
        return true;
    }
}
