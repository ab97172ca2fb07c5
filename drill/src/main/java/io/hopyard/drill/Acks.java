package io.hopyard.drill;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which rows of one writer were acknowledged, and when. Thread safe. */
final class Acks {
    private final BitSet acknowledged = new BitSet();
    private final List<Long> ackedAtNanos = new ArrayList<>();
    private final List<Integer> order = new ArrayList<>();

    synchronized void add(int row, long nowNanos) {
        if (!acknowledged.get(row)) {
            acknowledged.set(row);
            order.add(row);
            ackedAtNanos.add(nowNanos);
        }
    }

    /** All of them, in ascending order. */
    synchronized List<Integer> all() {
        return acknowledged.stream().boxed().toList();
    }

    /** One that was acknowledged before that moment, or null when there is none. */
    synchronized @Nullable Integer anyBefore(long nanos, RandomGenerator random) {
        int low = 0;
        int high = order.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ackedAtNanos.get(middle) - nanos < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : order.get(random.nextInt(low));
    }
}
