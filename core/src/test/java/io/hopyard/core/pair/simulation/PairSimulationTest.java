package io.hopyard.core.pair.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** {@code -Dpair.seed=} runs one seed again, {@code -Dpair.seeds=} sets how many. */
class PairSimulationTest {
    private static final int SEEDS = Integer.getInteger("pair.seeds", 3_000);
    private static final int SEEDS_TO_FIND = 500;

    @Test
    void nothingAcknowledgedIsLostAndNothingStaleIsReadAsFresh() {
        Long one = Long.getLong("pair.seed");
        long acks = 0;
        long stale = 0;
        long replaced = 0;
        long[] seeds = one == null ? LongStream.range(0, SEEDS).toArray() : new long[] {one};
        for (long seed : seeds) {
            World world = new World(seed, Weakness.NONE);
            try {
                world.run();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(
                        "seed " + seed + " (run it again by -Dpair.seed=" + seed + "): " + failure.getMessage(),
                        failure);
            }
            acks += world.history.ackCount();
            stale += world.history.staleReads;
            replaced += world.replaced();
        }
        assertThat(acks).as("acknowledged writes").isGreaterThan(seeds.length);
        if (one == null) {
            assertThat(replaced).as("replaced nodes").isGreaterThan(seeds.length / 10);
        }
        assertThat(stale).as("reads within the bound of staleness").isGreaterThan(seeds.length);
    }

    @Test
    void seedDecidesEverything() {
        assertThat(summary(7)).isEqualTo(summary(7)).isNotEqualTo(summary(8));
    }

    private static String summary(long seed) {
        World world = new World(seed, Weakness.NONE);
        world.run();
        return world.history.ackedBefore(Long.MAX_VALUE) + " at " + world.timeline.now();
    }

    @ParameterizedTest
    @EnumSource(value = Weakness.class, mode = Mode.EXCLUDE, names = "NONE")
    void findsWhatEachWeaknessLoses(Weakness weakness) {
        assertThat(find(weakness))
                .as("what %s loses in %d seeds", weakness, SEEDS_TO_FIND)
                .contains(History.LOSS);
    }

    private static String find(Weakness weakness) {
        String found = "nothing";
        for (long seed = 0; seed < SEEDS_TO_FIND && !found.contains(History.LOSS); seed++) {
            try {
                new World(seed, weakness).run();
            } catch (AssertionError failure) {
                found = "seed " + seed + ": " + failure.getMessage();
            }
        }
        return found;
    }
}
