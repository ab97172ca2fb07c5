package io.hopyard.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hopyard.core.feature.FeatureType;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineColumn;
import io.hopyard.core.serving.OnlineRows.RowWrite;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.serving.HookedOnlineRows;
import io.hopyard.testkit.serving.MemoryOnlineRows;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredRowsTest {
    private static final OnlineSchema SCHEMA = new OnlineSchema(
            7, List.of(new OnlineColumn("id", FeatureType.Simple.BIGINT, null)), List.of(0), null, null);

    private final MemoryOnlineRows rows = new MemoryOnlineRows(Clock.systemUTC(), System::nanoTime);

    private static StoredRows.Candidate row(long key, long offset) {
        @Nullable Object[] values = {key};
        return new StoredRows.Candidate(
                new RowWrite(
                        KeyCodec.encode(SCHEMA, new Object[] {key}),
                        RowCodec.encode(SCHEMA, values, new RowCodec.LogPosition(0, offset))),
                false);
    }

    private static Deadline soon() {
        return Deadline.after(System::nanoTime, Duration.ofSeconds(10));
    }

    @Test
    void aRowThatADataNodeWasAskedToStoreTwiceWasStored() {
        HookedOnlineRows twice = new HookedOnlineRows(rows, (batch, upsert) -> {
            assertThat(upsert.get()).containsOnly(RowMerge.Result.STORED);
            return upsert.get();
        });
        assertThat(new StoredRows(twice, SCHEMA, soon()).fates(List.of(row(1, 50_000), row(2, 50_001))))
                .extracting(StoredRows.Fate::status)
                .containsExactly(IngestStatus.UPSERTED, IngestStatus.UPSERTED);
    }

    @Test
    void aRowThatIsOlderThanWhatIsStoredWasNot() {
        StoredRows stored = new StoredRows(rows, SCHEMA, soon());
        assertThat(stored.fates(List.of(row(1, 5), row(1, 4), row(1, 6))))
                .extracting(StoredRows.Fate::status)
                .containsExactly(IngestStatus.UPSERTED, IngestStatus.IGNORED, IngestStatus.UPSERTED);
    }
}
