package io.hopyard.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.Page;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Database} does. Tests keep to groups of their own, so that one database may serve them all. */
public abstract class DatabaseContract {
    private static final AtomicInteger GROUPS = new AtomicInteger();
    private static final RandomGenerator RANDOM =
            new Random(RandomGenerator.getDefault().nextLong());

    private String group = "";

    @BeforeEach
    void newGroup() {
        group = "group-" + GROUPS.incrementAndGet();
    }

    /** The database under test; the same for all tests, or a new one for each. */
    protected abstract Database database();

    protected static Deadline soon() {
        return Deadline.after(System::nanoTime, java.time.Duration.ofSeconds(30));
    }

    private static Deadline past() {
        return new Deadline(System.nanoTime() - 1);
    }

    private RowKey key(String rest) {
        return new RowKey("table", group, rest);
    }

    private Write.Put put(String rest, String value) {
        return new Write.Put(key(rest), value.getBytes(StandardCharsets.UTF_8));
    }

    private static Commit commit(List<Condition> conditions, Write... writes) {
        return new Commit(RequestId.random(RANDOM), conditions, List.of(writes));
    }

    private long apply(Write... writes) {
        Outcome outcome = database().commit(commit(List.of(), writes), soon());
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
        return ((Outcome.Applied) outcome).version();
    }

    private @Nullable Row find(String rest) {
        return database().read(List.of(key(rest)), soon()).getFirst();
    }

    private @Nullable String text(String rest) {
        Row row = find(rest);
        return row == null ? null : text(row);
    }

    private static String text(Row row) {
        return new String(row.value(), StandardCharsets.UTF_8);
    }

    private List<String> rests(String prefix, String from, int limit) {
        return rests(database().scan(new Scan("table", group, prefix, from, limit), soon()));
    }

    private static List<String> rests(Page page) {
        return page.rows().stream().map(row -> row.key().rest()).toList();
    }

    @Test
    void readAnswersInTheOrderAskedAndNullForAbsentRows() {
        apply(put("a", "1"), put("b", "2"));
        List<@Nullable Row> rows = database().read(List.of(key("b"), key("none"), key("a"), key("b")), soon());
        assertThat(rows.stream().map(row -> row == null ? "absent" : text(row)).toList())
                .containsExactly("2", "absent", "1", "2");
    }

    @Test
    void aRowCarriesTheVersionOfTheCommitThatWroteIt() {
        long first = apply(put("a", "1"), put("b", "1"));
        long second = apply(put("b", "2"));
        assertThat(second).isGreaterThan(first);
        assertThat(find("a")).isNotNull().extracting(Row::version).isEqualTo(first);
        assertThat(find("b")).isNotNull().extracting(Row::version).isEqualTo(second);
    }

    @Test
    void anEmptyValueAndAnEmptyRestAreRows() {
        apply(put("", ""));
        assertThat(text("")).isEmpty();
        assertThat(rests("", "", 10)).containsExactly("");
    }

    @Test
    void bigValuesComeBackAsTheyWere() {
        byte[] value = new byte[1_500_000];
        new Random(7).nextBytes(value);
        apply(new Write.Put(key("big"), value));
        assertThat(find("big")).isNotNull().extracting(Row::value).isEqualTo(value);
    }

    @Test
    void scanAnswersInTheOrderOfUtf8Bytes() {
        String beyond = new String(Character.toChars(0x1F600));
        List<String> ordered = List.of("", " ", "0", "00", "01", "1", "A", "a", "a b", "b", "é", "z", "～", beyond);
        List<String> shuffled = new ArrayList<>(ordered);
        java.util.Collections.shuffle(shuffled, new Random(3));
        shuffled.forEach(rest -> apply(put(rest, "x")));
        List<String> byBytes = ordered.stream()
                .sorted((one, other) -> java.util.Arrays.compareUnsigned(
                        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThat(rests("", "", 100)).isEqualTo(byBytes);
    }

    @Test
    void scanKeepsToItsTableGroupAndPrefix() {
        apply(
                put("x/1", "x"),
                put("x/2", "x"),
                put("y/1", "x"),
                new Write.Put(new RowKey("tablf", group, "x/3"), new byte[0]),
                new Write.Put(new RowKey("table", group + "0", "x/4"), new byte[0]));
        assertThat(rests("x/", "", 100)).containsExactly("x/1", "x/2");
        assertThat(rests("x", "x/2", 100)).containsExactly("x/2");
        assertThat(rests("x/", "a", 100)).as("from before the prefix").containsExactly("x/1", "x/2");
        assertThat(rests("x/", "y", 100)).as("from after the prefix").isEmpty();
        assertThat(rests("z", "", 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 11})
    void pagesOfAScanJoinToTheWhole(int limit) {
        List<String> all =
                IntStream.range(0, 10).mapToObj(number -> "k" + number).toList();
        all.forEach(rest -> apply(put(rest, "x")));
        List<String> joined = new ArrayList<>();
        String from = "";
        int pages = 0;
        do {
            Page page = database().scan(new Scan("table", group, "k", from, limit), soon());
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            joined.addAll(rests(page));
            from = page.next();
            pages++;
        } while (from != null && pages < 20);
        assertThat(joined).isEqualTo(all);
    }

    @Test
    void removeTakesARowAwayAndOfAnAbsentRowHasNoEffect() {
        apply(put("a", "1"), put("b", "1"));
        apply(new Write.Remove(key("a")), new Write.Remove(key("none")));
        assertThat(rests("", "", 10)).containsExactly("b");
        apply(put("a", "again"));
        assertThat(text("a")).isEqualTo("again");
    }

    @Test
    void absentRefusesWhatIsThereAndSaysWhatItFound() {
        long version = apply(put("name", "first"));
        Condition condition = new Condition.Absent(key("name"));
        Outcome outcome = database().commit(commit(List.of(condition), put("name", "second")), soon());
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.condition()).isEqualTo(condition);
            assertThat(refused.found()).isNotNull().extracting(Row::version).isEqualTo(version);
        });
        assertThat(text("name")).isEqualTo("first");
    }

    @Test
    void presentRefusesWhatIsAbsent() {
        Outcome outcome = database()
                .commit(commit(List.of(new Condition.Present(key("parent"))), put("parent/child", "x")), soon());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.found()).isNull());
        assertThat(find("parent/child")).isNull();
        apply(put("parent", "x"));
        assertThat(database().commit(commit(List.of(new Condition.Present(key("parent"))), put("c", "x")), soon()))
                .isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void versionEqualsRefusesOtherVersionsAndAbsentRows() {
        long first = apply(put("row", "1"));
        long second = apply(put("row", "2"));
        assertThat(swap(first)).isInstanceOf(Outcome.Refused.class);
        assertThat(swap(second)).isInstanceOf(Outcome.Applied.class);
        assertThat(text("row")).isEqualTo("swapped");
        apply(new Write.Remove(key("row")));
        assertThat(swap(second)).isInstanceOf(Outcome.Refused.class);
    }

    private Outcome swap(long version) {
        return database()
                .commit(
                        commit(List.of(new Condition.VersionEquals(key("row"), version)), put("row", "swapped")),
                        soon());
    }

    @Test
    void theFirstConditionThatFailsIsNamedAndNothingIsWritten() {
        apply(put("there", "x"));
        Condition holds = new Condition.Present(key("there"));
        Condition fails = new Condition.Absent(key("there"));
        Condition failsToo = new Condition.Present(key("none"));
        Outcome outcome = database()
                .commit(commit(List.of(holds, fails, failsToo), put("a", "x"), new Write.Remove(key("there"))), soon());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.condition()).isEqualTo(fails));
        assertThat(rests("", "", 10)).containsExactly("there");
    }

    @Test
    void conditionsWithoutWritesAreAnsweredAndChangeNothing() {
        long version = apply(put("a", "x"));
        assertThat(database().commit(commit(List.of(new Condition.Present(key("a")))), soon()))
                .isEqualTo(new Outcome.Applied(version));
        assertThat(database().commit(commit(List.of(new Condition.Absent(key("a")))), soon()))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void theSameRequestIsAppliedOnceAndAnsweredTheSame() {
        Commit commit = commit(List.of(new Condition.Absent(key("name"))), put("name", "mine"), put("other", "x"));
        Outcome first = database().commit(commit, soon());
        apply(put("other", "newer"));
        Outcome again = database().commit(commit, soon());
        assertThat(first).isInstanceOf(Outcome.Applied.class);
        assertThat(again).isEqualTo(first);
        assertThat(text("other")).isEqualTo("newer");
    }

    @Test
    void aRefusedRequestMayBeAskedAgain() {
        apply(put("name", "x"));
        Commit commit = commit(List.of(new Condition.Absent(key("name"))), put("name", "mine"));
        assertThat(database().commit(commit, soon())).isInstanceOf(Outcome.Refused.class);
        apply(new Write.Remove(key("name")));
        assertThat(database().commit(commit, soon())).isInstanceOf(Outcome.Applied.class);
        assertThat(text("name")).isEqualTo("mine");
    }

    @Test
    void changesNameWhatWasWrittenOrRemovedSinceAVersion() {
        long since = apply(put("a", "1"));
        apply(put("b", "1"), put("c", "1"));
        long last = apply(new Write.Remove(key("a")));
        assertThat(database().changes(since, soon())).isInstanceOfSatisfying(Changes.Keys.class, changes -> {
            assertThat(changes.keys()).contains(key("a"), key("b"), key("c"));
            assertThat(changes.upTo()).isGreaterThanOrEqualTo(last);
        });
        assertThat(mine(database().changes(last, soon()))).isEmpty();
    }

    private List<RowKey> mine(Changes changes) {
        assertThat(changes).isInstanceOf(Changes.Keys.class);
        return ((Changes.Keys) changes)
                .keys().stream().filter(key -> key.group().equals(group)).toList();
    }

    @Test
    void changesSinceAVersionThatNeverWasAreTooOld() {
        long last = apply(put("a", "1"));
        assertThat(database().changes(last + 1_000_000, soon()))
                .isInstanceOfSatisfying(
                        Changes.TooOld.class, old -> assertThat(old.upTo()).isGreaterThanOrEqualTo(last));
    }

    @Test
    void changesBeyondTheHistoryAreTooOld() {
        long since = apply(put("a", "1"));
        for (int commit = 0; commit < 11; commit++) {
            int number = commit;
            apply(IntStream.range(0, 10_000)
                    .mapToObj(row -> put("r" + number + "/" + row, ""))
                    .toArray(Write[]::new));
        }
        long last = apply(put("b", "1"));
        assertThat(database().changes(since, soon())).isInstanceOf(Changes.TooOld.class);
        assertThat(mine(database().changes(last - 1, soon()))).containsExactly(key("b"));
    }

    @Test
    void aPassedDeadlineIsSaidBeforeAnythingIsDone() {
        Commit commit = commit(List.of(), put("a", "x"));
        assertDeadline(() -> database().commit(commit, past()));
        assertDeadline(() -> database().read(List.of(key("a")), past()));
        assertDeadline(() -> database().scan(new Scan("table", group, "", "", 1), past()));
        assertDeadline(() -> database().changes(0, past()));
        assertThat(find("a")).isNull();
    }

    private static void assertDeadline(Callable<?> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(
                        FeatureStoreException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
                .hasMessageContaining("the deadline passed");
    }

    @Test
    void concurrentIncrementsAreAllCounted() throws Exception {
        apply(put("counter", "0"));
        concurrently(8, thread -> {
            for (int number = 0; number < 50; number++) {
                increment("counter");
            }
        });
        assertThat(text("counter")).isEqualTo("400");
    }

    private void increment(String counter) {
        Outcome outcome;
        do {
            Row row = java.util.Objects.requireNonNull(find(counter));
            String next = Integer.toString(Integer.parseInt(text(row)) + 1);
            outcome = database()
                    .commit(
                            commit(
                                    List.of(new Condition.VersionEquals(key(counter), row.version())),
                                    put(counter, next)),
                            soon());
        } while (outcome instanceof Outcome.Refused);
        assertThat(outcome).isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void ofManyWhoWantOneNameOneGetsIt() throws Exception {
        AtomicInteger winners = new AtomicInteger();
        concurrently(8, thread -> {
            Outcome outcome = database()
                    .commit(commit(List.of(new Condition.Absent(key("name"))), put("name", "by " + thread)), soon());
            if (outcome instanceof Outcome.Applied) {
                winners.incrementAndGet();
            }
        });
        assertThat(winners).hasValue(1);
    }

    @Test
    void theSameRequestAskedAtOnceByManyIsAppliedOnce() throws Exception {
        Commit commit = commit(List.of(), put("row", "x"));
        Map<Outcome, Boolean> outcomes = new java.util.concurrent.ConcurrentHashMap<>();
        concurrently(8, thread -> outcomes.put(database().commit(commit, soon()), true));
        assertThat(outcomes).hasSize(1);
        assertThat(find("row"))
                .isNotNull()
                .satisfies(row -> assertThat(outcomes).containsKey(new Outcome.Applied(row.version())));
    }

    @Test
    void readersSeeCommitsAsAWhole() throws Exception {
        apply(put("left", "0"), put("right", "0"));
        AtomicInteger torn = new AtomicInteger();
        concurrently(4, thread -> {
            for (int number = 0; number < 100; number++) {
                if (thread == 0) {
                    apply(put("left", "" + number), put("right", "" + number));
                } else {
                    List<@Nullable Row> read = database().read(List.of(key("left"), key("right")), soon());
                    Page scanned = database().scan(new Scan("table", group, "", "", 10), soon());
                    if (differ(read) || differ(scanned.rows())) {
                        torn.incrementAndGet();
                    }
                }
            }
        });
        assertThat(torn).hasValue(0);
    }

    private static boolean differ(List<? extends @Nullable Row> rows) {
        return rows.stream()
                        .map(row -> row == null ? -1L : row.version())
                        .distinct()
                        .count()
                > 1;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aRandomHistoryEndsAsAPlainMapDoes(long seed) {
        Random random = new Random(seed);
        TreeMap<String, String> model = new TreeMap<>();
        Map<String, Long> versions = new HashMap<>();
        for (int step = 0; step < 200; step++) {
            String rest = "k" + random.nextInt(10);
            boolean matches = random.nextBoolean();
            Condition condition = random.nextBoolean()
                    ? new Condition.VersionEquals(key(rest), versions.getOrDefault(rest, -1L) + (matches ? 0 : 1))
                    : random.nextBoolean() ? new Condition.Absent(key(rest)) : new Condition.Present(key(rest));
            boolean holds = switch (condition) {
                case Condition.Absent absent -> !model.containsKey(rest);
                case Condition.Present present -> model.containsKey(rest);
                case Condition.VersionEquals equals -> model.containsKey(rest) && matches;
            };
            String other = "k" + (10 + random.nextInt(10));
            boolean remove = random.nextInt(3) == 0;
            Write write = remove ? new Write.Remove(key(rest)) : put(rest, "s" + step);
            Outcome outcome = database().commit(commit(List.of(condition), write, put(other, "o" + step)), soon());
            assertThat(outcome instanceof Outcome.Applied)
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(holds);
            if (outcome instanceof Outcome.Applied applied) {
                model.put(other, "o" + step);
                versions.put(other, applied.version());
                if (remove) {
                    model.remove(rest);
                } else {
                    model.put(rest, "s" + step);
                    versions.put(rest, applied.version());
                }
            }
        }
        TreeMap<String, String> stored = new TreeMap<>();
        database()
                .scan(new Scan("table", group, "", "", 100), soon())
                .rows()
                .forEach(row -> stored.put(row.key().rest(), text(row)));
        assertThat(stored).as("seed %d", seed).isEqualTo(model);
    }

    /** What one thread does. */
    protected interface Work {
        void run(int thread);
    }

    /** Runs the work on as many threads and passes on the first failure. */
    protected static void concurrently(int threads, Work work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                futures.add(executor.submit(() -> work.run(number)));
            }
            for (Future<?> future : futures) {
                future.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
