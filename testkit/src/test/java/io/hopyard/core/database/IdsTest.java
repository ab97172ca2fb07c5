package io.hopyard.core.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Pause;
import io.hopyard.testkit.database.MemoryDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdsTest {
    private final MemoryDatabase database = new MemoryDatabase();
    private final Deadline deadline = Deadline.after(System::nanoTime, Duration.ofMinutes(1));

    private Ids ids(int block) {
        Commits commits = new Commits(database, new SecureRandom(), System::nanoTime, Pause.NONE);
        return new Ids(database, commits, System::nanoTime, block);
    }

    @Test
    void numbersStartAtTheFirstAndGrow() {
        Ids ids = ids(3);

        assertThat(List.of(
                        ids.next("a", 100, deadline),
                        ids.next("a", 100, deadline),
                        ids.next("b", 5, deadline),
                        ids.next("a", 100, deadline),
                        ids.next("a", 100, deadline)))
                .containsExactly(100L, 101L, 5L, 102L, 103L);
    }

    @Test
    void anotherNodeGetsOtherNumbers() {
        Ids one = ids(10);
        Ids other = ids(10);

        assertThat(one.next("a", 1, deadline)).isEqualTo(1);
        assertThat(other.next("a", 1, deadline)).isEqualTo(11);
        assertThat(one.next("a", 1, deadline)).isEqualTo(2);
    }

    @Test
    void noNumberIsGivenTwiceUnderLoad() throws Exception {
        List<Ids> nodes = List.of(ids(1), ids(7), ids(20));
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int task = 0; task < 300; task++) {
                Ids node = nodes.get(task % nodes.size());
                results.add(executor.submit(() -> seen.add(node.next("a", 1, deadline))));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
        assertThat(seen).hasSize(300);
    }
}
