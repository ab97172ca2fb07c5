package io.hopyard.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicaPlanTest {
    private static ReplicaPlan plan(Map<Integer, String> zones) {
        return new ReplicaPlan(new TreeMap<>(zones), 3);
    }

    @Test
    void copiesGoToZonesThatHoldNone() {
        assertThat(plan(Map.of(1, "a", 2, "a", 3, "b", 4, "c")).extend(List.of(1)))
                .containsExactly(1, 3, 4);
    }

    @Test
    void aZoneHoldsTwoOnlyWhenThereAreNotEnough() {
        assertThat(plan(Map.of(1, "a", 2, "a", 3, "b")).extend(List.of(1))).containsExactly(1, 3, 2);
    }

    @Test
    void brokersOfAZoneGetAboutTheSame() {
        ReplicaPlan plan = plan(Map.of(1, "a", 2, "b", 3, "b", 4, "c", 5, "c"));
        Map<Integer, Integer> load = new HashMap<>();
        for (int partition = 0; partition < 10; partition++) {
            plan.extend(List.of(1)).forEach(broker -> load.merge(broker, 1, Integer::sum));
        }
        assertThat(load).isEqualTo(Map.of(1, 10, 2, 5, 3, 5, 4, 5, 5, 5));
    }

    @Test
    void missingBrokersMeanFewerCopies() {
        assertThat(plan(Map.of(1, "a", 2, "b")).extend(List.of(1))).containsExactly(1, 2);
    }

    @Test
    void enoughCopiesStayAsTheyAre() {
        assertThat(plan(Map.of(1, "a", 2, "b", 3, "c", 4, "d")).extend(List.of(4, 1, 2)))
                .containsExactly(4, 1, 2);
    }
}
