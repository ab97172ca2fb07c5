package io.hopyard.testkit.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.ErrorKind;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.pair.Incarnation;
import io.hopyard.core.pair.PairRecord;
import io.hopyard.core.pair.PairRegister;
import io.hopyard.core.pair.PairRegister.Written;
import io.hopyard.core.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What everybody who decides by a {@link PairRegister} relies on. */
public abstract class PairRegisterContract {
    private static final Incarnation ONE = new Incarnation("data-1", "0011223344556677");
    private static final Incarnation OTHER = new Incarnation("data-2", "8899aabbccddeeff");
    private static final PairRecord BOTH = new PairRecord(1, List.of(ONE, OTHER), ONE, "first start");

    /** As many nodes' ways to one register; called once in each test, for a register that nobody has written. */
    protected abstract List<PairRegister> registers(int nodes);

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(20));
    }

    private static Written load(PairRegister register) {
        return Objects.requireNonNull(register.read(soon()), "nothing is written");
    }

    @Test
    void nothingIsWrittenAtFirst() {
        assertThat(registers(1).getFirst().read(soon())).isNull();
    }

    @Test
    void everyNodeReadsWhatOneCreated() {
        List<PairRegister> nodes = registers(2);
        assertThat(nodes.getFirst().create(BOTH, soon())).isTrue();
        assertThat(load(nodes.getLast()).record()).isEqualTo(BOTH);
        assertThat(load(nodes.getFirst())).isEqualTo(load(nodes.getLast()));
    }

    @Test
    void theSecondCreateIsRefusedAndChangesNothing() {
        List<PairRegister> nodes = registers(2);
        nodes.getFirst().create(BOTH, soon());
        Written before = load(nodes.getFirst());
        assertThat(nodes.getLast().create(new PairRecord(1, List.of(OTHER), OTHER, "late"), soon()))
                .isFalse();
        assertThat(load(nodes.getLast())).isEqualTo(before);
    }

    @Test
    void everyNodeReadsWhatOneReplaced() {
        List<PairRegister> nodes = registers(2);
        nodes.getFirst().create(BOTH, soon());
        PairRecord alone = BOTH.next(List.of(OTHER), OTHER, "lost the peer");
        assertThat(nodes.getLast().replace(load(nodes.getLast()), alone, soon()))
                .isTrue();
        assertThat(load(nodes.getFirst()).record()).isEqualTo(alone);
    }

    @Test
    void whoReadBeforeAnotherWroteIsRefusedAndChangesNothing() {
        List<PairRegister> nodes = registers(2);
        nodes.getFirst().create(BOTH, soon());
        Written old = load(nodes.getFirst());
        nodes.getLast().replace(load(nodes.getLast()), BOTH.next(List.of(OTHER), OTHER, "won"), soon());
        Written won = load(nodes.getLast());
        assertThat(nodes.getFirst().replace(old, BOTH.next(List.of(ONE), ONE, "late"), soon()))
                .isFalse();
        assertThat(load(nodes.getFirst())).isEqualTo(won);
    }

    @Test
    void theSameTextWrittenAgainIsAnotherVersion() {
        PairRegister node = registers(1).getFirst();
        node.create(BOTH, soon());
        Written first = load(node);
        assertThat(node.replace(first, BOTH, soon())).isTrue();
        assertThat(load(node).version()).isNotEqualTo(first.version());
        assertThat(node.replace(first, BOTH, soon())).isFalse();
    }

    @Test
    void ofTwoThatCreateAtOnceOneWins() throws Exception {
        List<PairRegister> nodes = registers(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<Boolean> one =
                    threads.submit(() -> nodes.getFirst().create(new PairRecord(1, List.of(ONE), ONE, "one"), soon()));
            Future<Boolean> other = threads.submit(
                    () -> nodes.getLast().create(new PairRecord(1, List.of(OTHER), OTHER, "other"), soon()));
            boolean oneWon = one.get(30, TimeUnit.SECONDS);
            assertThat(other.get(30, TimeUnit.SECONDS)).isNotEqualTo(oneWon);
            assertThat(load(nodes.getFirst()).record().by()).isEqualTo(oneWon ? ONE : OTHER);
        }
    }

    /** Each success raises the epoch by one: were two taken for the same version, the sum would not come out. */
    @Test
    void noWriteIsLostBetweenNodesThatRace() throws Exception {
        List<PairRegister> nodes = registers(3);
        nodes.getFirst().create(BOTH, soon());
        try (ExecutorService threads = Executors.newFixedThreadPool(nodes.size())) {
            List<Future<Integer>> races = new ArrayList<>();
            for (PairRegister node : nodes) {
                races.add(threads.submit(() -> race(node)));
            }
            int won = 0;
            for (Future<Integer> race : races) {
                won += race.get(60, TimeUnit.SECONDS);
            }
            assertThat(won).as("rounds won").isPositive();
            assertThat(load(nodes.getFirst()).record().epoch()).isEqualTo(1 + won);
        }
    }

    private static int race(PairRegister node) {
        int won = 0;
        for (int round = 0; round < 40; round++) {
            Written read = load(node);
            if (node.replace(read, read.record().next(List.of(ONE), ONE, "round " + round), soon())) {
                won++;
            }
        }
        return won;
    }

    @Test
    void whatIsAskedAfterItsDeadlineIsRefusedAndChangesNothing() {
        PairRegister node = registers(1).getFirst();
        node.create(BOTH, soon());
        Written before = load(node);
        Deadline passed = Deadline.after(System::nanoTime, Duration.ofMillis(-1));
        assertThatThrownBy(() -> node.read(passed)).satisfies(PairRegisterContract::isUnavailable);
        assertThatThrownBy(() -> node.replace(before, BOTH.next(List.of(ONE), ONE, "late"), passed))
                .satisfies(PairRegisterContract::isUnavailable);
        assertThat(load(node)).isEqualTo(before);
    }

    /** No quorum, or no answer in time: {@link ErrorCode#UNAVAILABLE} or {@link ErrorCode#DEADLINE_EXCEEDED}. */
    protected static void isUnavailable(Throwable failure) {
        assertThat(failure)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code().kind()).isEqualTo(ErrorKind.UNAVAILABLE));
    }
}
