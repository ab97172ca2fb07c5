package io.hopyard.core.slot;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which slots move next so that all pairs own about as many. */
public final class BalanceRule {
    /** Slots of one move at most: as long as it takes, writes of its slots wait. */
    public static final int MOVE_SLOTS_MAX = 32;

    private BalanceRule() {}

    /** Slots from one pair to another. */
    public record Wish(int from, int to, List<Integer> slots) {}

    /**
     * @param pairs among which slots are shared out; others give theirs away
     * @return null when nothing is left to do
     */
    public static @Nullable Wish next(SlotMap map, Collection<Integer> pairs) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("pairs: none (expected: at least one)");
        }
        TreeSet<Integer> wanted = new TreeSet<>(pairs);
        TreeSet<Integer> all = new TreeSet<>(map.pairs());
        all.addAll(wanted);
        int least = Slots.COUNT / wanted.size();
        Comparator<Integer> bySlots =
                Comparator.comparingInt(pair -> map.slotsOf(pair).size());
        int to = wanted.stream().min(bySlots).orElseThrow();
        int from = all.stream()
                .max(Comparator.comparing((Integer pair) ->
                                !wanted.contains(pair) && !map.slotsOf(pair).isEmpty())
                        .thenComparing(bySlots))
                .orElseThrow();
        List<Integer> owned = map.slotsOf(from);
        int keeps = wanted.contains(from) ? least : 0;
        int room = Math.max(1, least - map.slotsOf(to).size());
        int number = Math.min(MOVE_SLOTS_MAX, Math.min(owned.size() - keeps, room));
        boolean even = wanted.contains(from) && owned.size() - map.slotsOf(to).size() <= 1;
        if (from == to || even || number < 1) {
            return null;
        }
        // The last ones, so that what each pair owns stays together and scans go from pair to pair seldom.
        return new Wish(from, to, owned.subList(owned.size() - number, owned.size()));
    }
}
