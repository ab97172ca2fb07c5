package io.hopyard.core.slot;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Shows where slots are and shares them out, for administrators. Thread safe. */
public final class SlotAdmin {
    /** A move that does not get on for so long is given up, so that writes of its slots go on. */
    private static final Duration STUCK_MAX = Duration.ofSeconds(5);

    private static final Duration STEP_MAX = Duration.ofSeconds(10);
    private static final Duration SIZE_MAX = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final StoredSlotMap maps;
    private final IntFunction<SlotRows> pairs;
    private final Supplier<Set<Integer>> known;
    private final SlotMover mover;
    private final Ticker ticker;
    private final Pause pause;

    /**
     * @param slots how many of them
     * @param rows roughly; null = the pair does not say
     */
    public record Share(int pair, int slots, @Nullable Long rows) {}

    /** @param move under way, or null */
    public record Report(List<Share> shares, @Nullable SlotMove move) {
        public Report {
            shares = List.copyOf(shares);
        }
    }

    /**
     * @param pairs by their numbers
     * @param known numbers of all pairs that may have slots
     */
    public SlotAdmin(
            StoredSlotMap maps, IntFunction<SlotRows> pairs, Supplier<Set<Integer>> known, Ticker ticker, Pause pause) {
        this.maps = maps;
        this.pairs = pairs;
        this.known = known;
        this.mover = new SlotMover(maps, pairs);
        this.ticker = ticker;
        this.pause = pause;
    }

    public Report report(Deadline deadline) {
        SlotMap map = maps.read(deadline);
        Set<Integer> all = new TreeSet<>(map.pairs());
        all.addAll(known.get());
        List<Share> shares = new ArrayList<>();
        for (int pair : all) {
            shares.add(new Share(pair, map.slotsOf(pair).size(), size(pair)));
        }
        return new Report(shares, map.move());
    }

    private @Nullable Long size(int pair) {
        try {
            return pairs.apply(pair).size(Deadline.after(ticker, SIZE_MAX));
        } catch (FeatureStoreException e) {
            return null;
        }
    }

    /**
     * Brings the move under way to its end, or begins the next one and does that. Writes of its slots wait meanwhile, reads do
     * not.
     *
     * @param leaving pairs that give all their slots away
     * @return false when nothing is left to do
     * @throws FeatureStoreException when the deadline passes first; asking again goes on from there
     */
    public boolean advance(Set<Integer> leaving, Deadline deadline) {
        Set<Integer> among = new TreeSet<>(known.get());
        among.removeAll(leaving);
        if (!begin(among, deadline)) {
            return false;
        }
        Deadline stuck = Deadline.after(ticker, STUCK_MAX);
        while (true) {
            try {
                if (!mover.step(step(deadline))) {
                    return true;
                }
                stuck = Deadline.after(ticker, STUCK_MAX);
            } catch (FeatureStoreException e) {
                if (!e.code().retryable() || deadline.passed(ticker)) {
                    throw e;
                }
                if (stuck.passed(ticker)) {
                    mover.abort(deadline);
                    stuck = Deadline.after(ticker, STUCK_MAX);
                }
                pause.pause(PAUSE);
            }
        }
    }

    /** A member that restarts is waited for. */
    private boolean begin(Set<Integer> among, Deadline deadline) {
        while (true) {
            try {
                return mover.begin(among, step(deadline));
            } catch (FeatureStoreException e) {
                if (!e.code().retryable() || deadline.passed(ticker)) {
                    throw e;
                }
                pause.pause(PAUSE);
            }
        }
    }

    private Deadline step(Deadline deadline) {
        Deadline own = Deadline.after(ticker, STEP_MAX);
        return own.atNanos() - deadline.atNanos() < 0 ? own : deadline;
    }
}
