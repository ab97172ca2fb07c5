package io.hopyard.testkit.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.time.Deadline;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPairRegisterTest extends PairRegisterContract {
    private final MemoryPairRegister register = new MemoryPairRegister(System::nanoTime);

    @Override
    protected List<PairRegister> registers(int nodes) {
        return Collections.nCopies(nodes, register);
    }

    @Test
    void withoutAQuorumNothingIsAnswered() {
        Deadline soon = Deadline.after(System::nanoTime, Duration.ofSeconds(20));
        register.reachable(false);
        assertThatThrownBy(() -> register.read(soon)).satisfies(PairRegisterContract::isUnavailable);
        register.reachable(true);
        assertThat(register.read(soon)).isNull();
    }
}
