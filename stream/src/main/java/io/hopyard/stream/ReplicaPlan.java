package io.hopyard.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Where further copies of partitions go: into zones that hold none yet, as long as there are such, and there to the broker
 * with the fewest copies. Copies that are there stay. Pure, but it remembers what it has given out; not thread safe.
 */
final class ReplicaPlan {
    private final SortedMap<Integer, String> zones;
    private final int replicas;
    private final Map<Integer, Integer> load = new HashMap<>();

    /** @param zones by the brokers' ids */
    ReplicaPlan(SortedMap<Integer, String> zones, int replicas) {
        this.zones = zones;
        this.replicas = replicas;
    }

    /** Tells of copies that are there. */
    void count(List<Integer> there) {
        there.forEach(broker -> load.merge(broker, 1, Integer::sum));
    }

    /** The copies that a partition shall have: those that it has, then new ones; fewer than wanted if brokers are missing. */
    List<Integer> extend(List<Integer> there) {
        List<Integer> copies = new ArrayList<>(there);
        Set<String> used = new HashSet<>();
        there.forEach(broker -> used.add(zones.getOrDefault(broker, "")));
        while (copies.size() < replicas) {
            Integer next = zones.keySet().stream()
                    .filter(broker -> !copies.contains(broker))
                    .min(Comparator.<Integer, Boolean>comparing(broker -> used.contains(zones.get(broker)))
                            .thenComparing(broker -> load.getOrDefault(broker, 0))
                            .thenComparing(broker -> broker))
                    .orElse(null);
            if (next == null) {
                return copies;
            }
            copies.add(next);
            used.add(zones.getOrDefault(next, ""));
            load.merge(next, 1, Integer::sum);
        }
        return copies;
    }
}
