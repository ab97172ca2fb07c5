package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.core.serving.RowMerge.Result;
import io.hopyard.testkit.time.SettableClock;
import io.hopyard.testkit.wait.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.transactions.Transaction;
import org.apache.ignite.transactions.TransactionConcurrency;
import org.apache.ignite.transactions.TransactionIsolation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A sweeper in a hurry beside the node's own, which is slow; each test has a table of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SweeperTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration RETENTION = StoreSettings.RETENTION;
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final SettableClock clock = new SettableClock(NOON);
    private final AtomicLong tables = new AtomicLong();
    private final Metrics.Counter rounds;
    private final Metrics.Counter swept;
    private final Metrics metrics = new Metrics();
    private StoreNode node;
    private Sweeper sweeper;

    @SuppressWarnings("NullAway.Init")
    SweeperTest() {
        this.rounds = metrics.counter("store_sweep_rounds_total", "");
        this.swept = metrics.counter("store_swept_rows_total", "");
    }

    @BeforeAll
    void start(@TempDir Path directory) {
        node = TestStore.start(TestStore.settings(directory), clock);
        EngineOnlineRows.Engine engine = new EngineOnlineRows.Engine(
                cache(), node.engine().transactions(), new TableCursor(node.engine(), EngineSettings.ONLINE));
        Sweeper.Pace hurry = new Sweeper.Pace(MOMENT, MOMENT);
        sweeper = new Sweeper(engine, node.rowCache(), clock, RETENTION, hurry, metrics);
        sweeper.start();
    }

    @AfterAll
    void stop() {
        sweeper.close();
        node.close();
    }

    private TestRows newTable() {
        return TestRows.ofTable(tables.incrementAndGet());
    }

    private OnlineRows rows() {
        return node.onlineRows();
    }

    private List<Result> upsert(RowWrite... writes) {
        return rows().upsert(List.of(writes), TestRows.soon());
    }

    private IgniteCache<byte[], byte[]> cache() {
        return node.engine().cache(EngineSettings.ONLINE);
    }

    private boolean takesRoom(TestRows table, long id) {
        return cache().containsKey(StoredKey.row(table.key(id)));
    }

    /** Returns when a round that began after the call has ended. */
    private void awaitRound() {
        long ended = rounds.count() + 2;
        Eventually.holds(() -> assertThat(rounds.count()).isGreaterThanOrEqualTo(ended));
    }

    @Test
    void anExpiredRowIsNeverReadableAndItsRoomIsFreed() {
        TestRows table = newTable();
        Instant now = clock.instant();
        upsert(table.row(1, now, 1, "short"), table.row(2, now.plusSeconds(1), 2, "longer"));
        clock.set(now.plus(TestRows.TTL).minus(MOMENT));
        awaitRound();
        assertThat(table.texts(rows(), LongStream.of(1, 2))).containsExactly("short", "longer");

        clock.move(MOMENT);
        assertThat(table.texts(rows(), LongStream.of(1, 2))).containsExactly(null, "longer");
        awaitRound();
        assertThat(takesRoom(table, 1)).isFalse();
        assertThat(takesRoom(table, 2)).isTrue();
        assertThat(table.texts(rows(), LongStream.of(1, 2))).containsExactly(null, "longer");
        assertThat(upsert(table.row(1, now, 1, "short"))).as("sent again").containsExactly(Result.EXPIRED);
    }

    @Test
    void moreRowsThanOneStepTakesAreFreed() {
        TestRows table = newTable();
        Instant now = clock.instant();
        long before = swept.count();
        rows().upsert(
                        LongStream.range(0, 2_000)
                                .mapToObj(id -> table.row(id, now, id, "v"))
                                .toList(),
                        TestRows.soon());
        clock.move(TestRows.TTL);
        awaitRound();
        assertThat(swept.count() - before).isGreaterThanOrEqualTo(2_000);
        assertThat(LongStream.range(0, 2_000).filter(id -> takesRoom(table, id)))
                .isEmpty();
    }

    @Test
    void aTombstoneOutlivesTheRetentionAndThenGoes() {
        TestRows table = newTable();
        Instant deleted = clock.instant();
        upsert(table.row(1, deleted, 1, "v"));
        upsert(table.delete(1, 2));
        clock.set(deleted.plus(RETENTION).minus(MOMENT));
        awaitRound();
        assertThat(takesRoom(table, 1)).isTrue();

        clock.move(MOMENT);
        awaitRound();
        assertThat(takesRoom(table, 1)).isFalse();
        assertThat(table.texts(rows(), LongStream.of(1))).containsOnlyNulls();
    }

    @Test
    void aReplayInsideTheRetentionChangesNothing() {
        TestRows table = newTable();
        Instant begin = clock.instant();
        Instant later = begin.plus(RETENTION).minus(MOMENT);
        RowWrite[] log = {
            table.row(1, later, 1, "deleted"),
            table.delete(1, 2),
            table.row(2, later, 3, "deleted"),
            table.delete(2, 4),
            table.row(2, begin, 5, "written after the delete, expires early"),
            table.row(3, later, 6, "there")
        };
        upsert(log);
        clock.set(later);
        awaitRound();
        for (RowWrite logged : log) {
            assertThat(upsert(logged)).isSubsetOf(Result.OLDER, Result.EXPIRED);
            assertThat(table.texts(rows(), LongStream.of(1, 2, 3))).containsExactly(null, null, "there");
        }
    }

    @Test
    void theMarkOfAClearIsKeptForEver() {
        TestRows table = newTable();
        Instant now = clock.instant();
        upsert(table.row(1, now, 1, "cleared"));
        rows().clear(table.schema().table(), new LogPosition(0, 2), TestRows.soon());
        clock.move(RETENTION.multipliedBy(2));
        awaitRound();
        assertThat(takesRoom(table, 1)).isFalse();
        Instant fresh = clock.instant();
        assertThat(upsert(table.row(1, fresh, 1, "late"), table.row(2, fresh, 2, "new")))
                .containsExactly(Result.OLDER, Result.STORED);
    }

    /** What a batch does that looked at the table just before the drop and stores its rows just after the sweep. */
    @Test
    void aRowThatIsStoredAfterItsDroppedTableWasSweptIsHiddenAndItsRoomIsFreed() {
        TestRows table = newTable();
        RowWrite late = table.row(1, clock.instant(), 1, "late");
        byte[] stored = StoredKey.row(late.key());
        try (Transaction transaction = node.engine()
                .transactions()
                .txStart(TransactionConcurrency.PESSIMISTIC, TransactionIsolation.REPEATABLE_READ)) {
            assertThat(cache().get(stored)).isNull();
            rows().drop(table.schema().table(), TestRows.soon());
            awaitRound();
            cache().put(stored, late.image().bytes());
            transaction.commit();
        }
        assertThat(table.texts(rows(), LongStream.of(1))).containsOnlyNulls();
        awaitRound();
        assertThat(takesRoom(table, 1)).isFalse();
        assertThat(upsert(late)).containsExactly(Result.OLDER);
    }

    @Test
    void aRowThatIsRewrittenWhileItIsSweptIsNotLost() {
        TestRows table = newTable();
        List<Long> lost = new ArrayList<>();
        for (long round = 0; round < 200; round++) {
            Instant now = clock.instant();
            upsert(table.row(1, now, 2 * round, "expires"));
            clock.move(TestRows.TTL);
            upsert(table.row(1, clock.instant(), 2 * round + 1, "fresh " + round));
            if (!table.texts(rows(), LongStream.of(1)).contains("fresh " + round)) {
                lost.add(round);
            }
        }
        assertThat(lost).isEmpty();
    }
}
