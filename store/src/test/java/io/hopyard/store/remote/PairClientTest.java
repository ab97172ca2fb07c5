package io.hopyard.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.wait.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client of two real doors that lead to the same rows. */
class PairClientTest {
    private static final Duration ATTEMPT = Duration.ofSeconds(1);

    private final PairWorld world = new PairWorld();
    private final Database database = world.client.database();
    private final Random random = new Random(5);

    @AfterEach
    void close() {
        world.close();
    }

    private static Deadline soon() {
        return PairWorld.in(Duration.ofSeconds(20));
    }

    private static RowKey key(String rest) {
        return new RowKey("table", "group", rest);
    }

    private Commit put(String rest, String value, Condition... conditions) {
        return new Commit(
                RequestId.random(random),
                List.of(conditions),
                List.of(new Write.Put(key(rest), value.getBytes(StandardCharsets.UTF_8))));
    }

    private String text(String rest) {
        Row row = database.read(List.of(key(rest)), soon()).getFirst();
        return row == null ? "absent" : new String(row.value(), StandardCharsets.UTF_8);
    }

    private static long millis(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    @Test
    void theMemberInTheOwnZoneIsAsked() {
        database.commit(put("a", "1"), soon());
        for (int read = 0; read < 20; read++) {
            assertThat(text("a")).isEqualTo("1");
        }
        assertThat(world.near.calls()).isGreaterThanOrEqualTo(20);
    }

    @Test
    void aReadLeavesAMemberThatStandsStill() {
        database.commit(put("a", "1"), soon());
        text("a");
        world.near.gate().shutBefore();
        long slowest = 0;
        for (int read = 0; read < 50; read++) {
            slowest = Math.max(slowest, millis(() -> assertThat(text("a")).isEqualTo("1")));
        }
        assertThat(slowest).as("milliseconds of the slowest read").isLessThan(ATTEMPT.toMillis());
        assertThat(world.near.calls()).as("only probes").isLessThan(40);
        world.near.gate().open();
        int before = world.near.calls();
        Eventually.holds(() -> {
            text("a");
            assertThat(world.near.calls()).as("the own zone is asked again").isGreaterThan(before + 20);
        });
    }

    @Test
    void aCommitWhoseAnswerIsLostIsDecidedByTheTwinAndAppliedOnce() {
        database.commit(put("warm", "up"), soon());
        world.near.gate().shutAfter();
        Outcome outcome = database.commit(put("a", "1", new Condition.Absent(key("a"))), soon());
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
        assertThat(text("a")).isEqualTo("1");
        Row row = Objects.requireNonNull(
                world.database.read(List.of(key("a")), soon()).getFirst());
        assertThat(new Outcome.Applied(row.version())).isEqualTo(outcome);
    }

    /** A request lies before a member that is cut off; its condition fails at the twin at first, and holds later. */
    @Test
    void aRefusalIsNotToldWhileTheFirstAttemptMayStillBeApplied() throws Exception {
        database.commit(put("warm", "up"), soon());
        world.database.commit(put("name", "other"), soon());
        world.near.gate().shutBefore();
        Commit commit = put("name", "mine", new Condition.Absent(key("name")));
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            int nearBefore = world.near.calls();
            int farBefore = world.far.calls();
            Future<Outcome> told = executor.submit(() -> database.commit(commit, soon()));
            Eventually.holds(() -> assertThat(world.near.calls()).isGreaterThan(nearBefore));
            world.near.close();
            Eventually.holds(() -> assertThat(world.far.calls()).isGreaterThan(farBefore));
            Commit free = new Commit(RequestId.random(random), List.of(), List.of(new Write.Remove(key("name"))));
            world.database.commit(free, soon());
            world.near.gate().open();
            assertThat(told.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Applied.class);
        }
        assertThat(text("name")).isEqualTo("mine");
    }

    @Test
    void whenBothStandStillTheOutcomeIsUnknownAtTheDeadline() {
        database.commit(put("warm", "up"), soon());
        world.near.gate().shutAfter();
        world.far.gate().shutAfter();
        Outcome[] outcome = new Outcome[1];
        long took = millis(() -> outcome[0] = database.commit(put("a", "1"), PairWorld.in(Duration.ofMillis(2_500))));
        assertThat(outcome[0]).isInstanceOf(Outcome.Unknown.class);
        assertThat(took).isBetween(2_400L, 6_000L);
    }

    @Test
    void aReadThatNobodyAnswersEndsAtItsDeadline() {
        text("a");
        world.near.gate().shutBefore();
        world.far.gate().shutBefore();
        long took = millis(() -> assertThatThrownBy(
                        () -> database.read(List.of(key("a")), PairWorld.in(Duration.ofMillis(1_500))))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused ->
                                assertThat(refused.code()).isIn(ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED)));
        assertThat(took).isBetween(1_400L, 5_000L);
    }

    @Test
    void aClosedDoorIsLeftAtOnceAndUsedAgainWhenItOpens() {
        database.commit(put("a", "1"), soon());
        world.near.close();
        long took = millis(() -> {
            for (int round = 0; round < 20; round++) {
                assertThat(text("a")).isEqualTo("1");
                assertThat(database.commit(put("b", "x"), soon())).isInstanceOf(Outcome.Applied.class);
            }
        });
        assertThat(took).as("milliseconds of 40 requests").isLessThan(5_000);
        world.near.reopen();
        int before = world.near.calls();
        Eventually.holds(() -> {
            text("a");
            assertThat(world.near.calls()).isGreaterThan(before + 5);
        });
    }

    @Test
    void whatTheDataNodeRefusesForGoodIsThrownAsItWas() {
        assertThatThrownBy(() -> database.read(List.of(key("a")), new Deadline(System.nanoTime() - 1)))
                .hasMessageContaining("the deadline passed");
        byte[] huge = new byte[17 << 20];
        Commit commit = new Commit(RequestId.random(random), List.of(), List.of(new Write.Put(key("a"), huge)));
        assertThatThrownBy(() -> database.commit(commit, soon()))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE))
                .hasMessage("commit of more than 16777216 bytes (expected: at most that)");
    }

    /** Doors close, stand still and open again while counters are raised; every acknowledged step is there once. */
    @Test
    void inAStormOfFaultsNoAcknowledgedCommitIsLostOrDoubled() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<Integer>> acknowledged = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(5)) {
            for (int thread = 0; thread < 4; thread++) {
                String counter = "counter-" + thread;
                acknowledged.add(executor.submit(() -> count(counter, stop)));
            }
            Future<?> faults = executor.submit(this::faults);
            faults.get(60, TimeUnit.SECONDS);
            stop.set(true);
            for (int thread = 0; thread < 4; thread++) {
                int acks = acknowledged.get(thread).get(60, TimeUnit.SECONDS);
                assertThat(acks).isPositive();
                assertThat(text("counter-" + thread)).isEqualTo(Integer.toString(acks));
            }
        }
    }

    /** Raises a counter by one commit after the other; a commit of unknown fate is asked again until it is known. */
    private int count(String counter, AtomicBoolean stop) {
        Random own = new Random(counter.hashCode());
        int value = 0;
        long version = 0;
        while (!stop.get()) {
            Condition unchanged = value == 0
                    ? new Condition.Absent(key(counter))
                    : new Condition.VersionEquals(key(counter), version);
            Commit commit = new Commit(
                    RequestId.random(own),
                    List.of(unchanged),
                    List.of(new Write.Put(
                            key(counter), Integer.toString(value + 1).getBytes(StandardCharsets.UTF_8))));
            Outcome outcome;
            do {
                outcome = database.commit(commit, soon());
            } while (outcome instanceof Outcome.Unknown);
            if (outcome instanceof Outcome.Applied applied) {
                value++;
                version = applied.version();
            } else {
                throw new AssertionError(counter + " at " + value + ": " + outcome);
            }
        }
        return value;
    }

    private void faults() {
        Random own = new Random(11);
        for (int fault = 0; fault < 12; fault++) {
            PairWorld.Side side = own.nextBoolean() ? world.near : world.far;
            switch (own.nextInt(3)) {
                case 0 -> {
                    side.close();
                    progress();
                    side.reopen();
                }
                case 1 -> side.gate().shutBefore();
                default -> side.gate().shutAfter();
            }
            progress();
            side.gate().open();
        }
    }

    /** Waits until the counters have gone on, whatever stands still. */
    private void progress() {
        long before = sum();
        Eventually.holds(() -> assertThat(sum()).isGreaterThan(before + 8));
    }

    private long sum() {
        return world
                .database
                .scan(new io.hopyard.core.database.Scan("table", "group", "counter-", "", 10), soon())
                .rows()
                .stream()
                .mapToLong(row -> Long.parseLong(new String(row.value(), StandardCharsets.UTF_8)))
                .sum();
    }
}
