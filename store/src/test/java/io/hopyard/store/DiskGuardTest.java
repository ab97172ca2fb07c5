package io.hopyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.database.Commit;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Database;
import io.hopyard.core.database.DiskReserve;
import io.hopyard.core.database.Outcome;
import io.hopyard.core.database.RequestId;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Scan;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.metrics.Metrics;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowCodec.LogPosition;
import io.hopyard.testkit.database.MemoryDatabase;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGuardTest {
    private static final RowKey KEY = new RowKey("table", "group", "key");

    private final AtomicLong free = new AtomicLong(1_000);
    private final Metrics metrics = new Metrics();
    private final AtomicReference<Set<String>> others = new AtomicReference<>(Set.of());
    private final DiskGuard guard =
            new DiskGuard(Path.of("/the/data"), new DiskReserve(500, 600), free::get, others::get, metrics);
    private final Database database = guard.around(new MemoryDatabase());
    private final OnlineRows rows = guard.around(new MemoryOnlineRows(Clock.systemUTC()));
    private final TestRows table = TestRows.ofTable(1);

    private Outcome put(long request) {
        return database.commit(
                new Commit(new RequestId(new UUID(1, request)), List.of(), List.of(new Write.Put(KEY, new byte[1]))),
                TestRows.soon());
    }

    private void upsert() {
        rows.upsert(List.of(table.row(1, Instant.now(Clock.systemUTC()), 1, "v")), TestRows.soon());
    }

    @Test
    void everyWriteIsRefusedThatNamesTheDiskAndWhatIsFree() {
        free.set(499);
        Stream.<ThrowingCallable>of(
                        () -> put(1),
                        this::upsert,
                        () -> rows.clear(1, new LogPosition(0, 1), TestRows.soon()),
                        () -> rows.drop(1, TestRows.soon()))
                .forEach(write -> assertThatThrownBy(write)
                        .isInstanceOfSatisfying(
                                FeatureStoreException.class,
                                refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                        .hasMessageContaining("the disk of /the/data has 499 bytes free (expected: at least 600)"));
        assertThat(metrics.prometheus()).contains("store_disk_refused_writes_total 4\n", "store_disk_free_bytes 499\n");
    }

    @Test
    void readsGoOn() {
        put(1);
        upsert();
        free.set(0);
        assertThat(database.read(List.of(KEY), TestRows.soon())).doesNotContainNull();
        assertThat(database.scan(new Scan("table", "group", "", "", 10), TestRows.soon())
                        .rows())
                .hasSize(1);
        assertThat(database.changes(0, TestRows.soon())).isNotNull();
        assertThat(table.texts(rows, LongStream.of(1))).containsExactly("v");
        assertThat(rows.scan(table.schema(), Projection.ALL, new byte[0], 10, TestRows.soon())
                        .rows())
                .hasSize(1);
        Commit question = new Commit(new RequestId(new UUID(1, 2)), List.of(new Condition.Present(KEY)), List.of());
        assertThat(database.commit(question, TestRows.soon())).isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void writesAreTakenAgainWhenThereIsRoom() {
        free.set(499);
        assertThatThrownBy(() -> put(1)).isInstanceOf(FeatureStoreException.class);
        free.set(599);
        assertThatThrownBy(() -> put(1)).isInstanceOf(FeatureStoreException.class);
        free.set(600);
        assertThat(put(1)).isInstanceOf(Outcome.Applied.class);
        free.set(500);
        assertThat(put(2)).isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void theDiskOfTheDirectoryIsAsked(@TempDir Path directory) {
        DiskGuard more = DiskGuard.of(directory, DiskReserve.of(1L << 61), metrics);
        assertThatThrownBy(() -> more.check("a write")).hasMessageContaining("the disk of " + directory + " has ");
        DiskGuard.of(directory, DiskReserve.of(1), metrics).check("a write");
        DiskGuard.of(directory.resolve("not there yet"), DiskReserve.of(1L << 61), metrics)
                .check("a write");
    }

    @Test
    void writesAreRefusedWhileTheDiskOfTheOtherCopyIsNearlyFull() {
        free.set(10_000);
        others.set(Set.of("data-2"));
        assertThatThrownBy(() -> guard.check("a write"))
                .isInstanceOf(FeatureStoreException.class)
                .hasMessage("a write: the disk of data-2, which keeps the other copy, is nearly full (expected: room on"
                        + " both)");
        assertThat(guard.refuses()).isFalse();
        others.set(Set.of());
        guard.check("a write");
    }

    @Test
    void ownDiskIsLookedAtAlsoWhenNobodyWrites() {
        free.set(499);
        assertThat(guard.refuses()).isTrue();
        free.set(599);
        assertThat(guard.refuses()).isTrue();
        free.set(600);
        assertThat(guard.refuses()).isFalse();
    }
}
