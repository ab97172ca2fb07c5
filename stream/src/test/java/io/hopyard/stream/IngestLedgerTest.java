package io.hopyard.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestLedger;
import io.hopyard.core.ingest.IngestPartition;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.ingest.Ingestion;
import io.hopyard.core.ingest.PartitionProgress;
import io.hopyard.core.ingest.PartitionState;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.ingest.RejectedRow;
import io.hopyard.core.time.Deadline;
import io.hopyard.testkit.database.MemoryDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IngestLedgerTest {
    private static final Deadline SOON = new Deadline(System.nanoTime() + 60_000_000_000L);
    private static final IngestPartition PART = new IngestPartition(7, 70, 0);
    private static final IngestPartition OTHER = new IngestPartition(7, 70, 1);
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final MemoryDatabase database = new MemoryDatabase();
    private final IngestLedger ledger = ledger(1);

    private IngestLedger ledger(long seed) {
        return new IngestLedger(database, System::nanoTime, Clock.fixed(NOW, ZoneOffset.UTC), new Random(seed));
    }

    private PartitionState state(IngestPartition partition) {
        return ledger.load(List.of(partition), SOON).getFirst();
    }

    private static PartitionProgress progress(PartitionState from, long ingestion, IngestStatus status, int rows) {
        PartitionProgress progress = new PartitionProgress(from);
        for (int row = 0; row < rows; row++) {
            progress.count(ingestion, status);
        }
        progress.reached(from.nextOffset() + rows);
        return progress;
    }

    private static PartitionState applied(IngestLedger.Result result) {
        assertThat(result).isInstanceOf(IngestLedger.Result.Applied.class);
        return ((IngestLedger.Result.Applied) result).states().getFirst();
    }

    private static RejectedRow rejected(long offset, @Nullable Long ingestion) {
        return new RejectedRow(
                0, offset, NOW, RejectReason.NULL_KEY, "key of row " + offset, ingestion, "payload".getBytes(UTF_8));
    }

    private Ingestion ingestion(long id) {
        Ingestion found = ledger.find(7, 70, id, SOON);
        assertThat(found).isNotNull();
        return java.util.Objects.requireNonNull(found);
    }

    @Test
    void unknownPartitionStartsAtTheFirstOffset() {
        assertThat(state(PART)).isEqualTo(new PartitionState(PART, 0, 0, PartitionState.NONE));
    }

    @Test
    void countsOfBatchesAndPartitionsAddUp() {
        long id = ledger.open(7, 70, 10, SOON);
        PartitionState next =
                applied(ledger.commit(List.of(progress(state(PART), id, IngestStatus.UPSERTED, 4)), SOON));
        ledger.commit(List.of(progress(next, id, IngestStatus.IGNORED, 1)), SOON);
        ledger.commit(List.of(progress(state(OTHER), id, IngestStatus.UPSERTED, 5)), SOON);

        assertThat(ingestion(id))
                .isEqualTo(new Ingestion(id, 10, NOW, Map.of(IngestStatus.UPSERTED, 9L, IngestStatus.IGNORED, 1L)));
        assertThat(ingestion(id).done()).isEqualTo(10);
        assertThat(state(PART).nextOffset()).isEqualTo(5);
        assertThat(state(OTHER).nextOffset()).isEqualTo(5);
    }

    @Test
    void secondCommitFromTheSameStateIsRefusedAndCountsNothing() {
        long id = ledger.open(7, 70, 10, SOON);
        PartitionState from = state(PART);
        ledger.commit(List.of(progress(from, id, IngestStatus.UPSERTED, 4)), SOON);

        assertThat(ledger(2).commit(List.of(progress(from, id, IngestStatus.UPSERTED, 4)), SOON))
                .isInstanceOf(IngestLedger.Result.Refused.class);
        assertThat(ingestion(id).done()).isEqualTo(4);
    }

    @Test
    void lostAnswersAreAskedForAgainAndNothingIsCountedTwice() {
        long id = ledger.open(7, 70, 10, SOON);
        PartitionState next = state(PART);
        for (MemoryDatabase.LostAnswer lost : MemoryDatabase.LostAnswer.values()) {
            database.loseAnswer(lost);
            next = applied(ledger.commit(List.of(progress(next, id, IngestStatus.UPSERTED, 2)), SOON));
        }
        database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);

        assertThat(ledger.open(7, 70, 1, SOON)).isEqualTo(id + 1);
        assertThat(ingestion(id).done()).isEqualTo(4);
    }

    @Test
    void unknownOutcomeIsNotReportedAsFailureAndCanBeLookedUp() {
        long id = ledger.open(7, 70, 10, SOON);
        PartitionProgress progress = progress(state(PART), id, IngestStatus.UPSERTED, 2);
        for (int lost = 0; lost < 6; lost++) {
            database.loseAnswer(MemoryDatabase.LostAnswer.AFTER_THE_COMMIT);
        }

        assertThatThrownBy(() -> ledger.commit(List.of(progress), SOON))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
        assertThat(state(PART).nextOffset()).isEqualTo(2);
        assertThat(ingestion(id).done()).isEqualTo(2);
    }

    @Test
    void oneRefusedPartitionRefusesTheWholeBatch() {
        long id = ledger.open(7, 70, 10, SOON);
        PartitionState stale = state(PART);
        ledger.commit(List.of(progress(stale, id, IngestStatus.UPSERTED, 1)), SOON);

        ledger.commit(
                List.of(
                        progress(state(OTHER), id, IngestStatus.UPSERTED, 3),
                        progress(stale, id, IngestStatus.UPSERTED, 3)),
                SOON);

        assertThat(ingestion(id).done()).isEqualTo(1);
        assertThat(state(OTHER).version()).isEqualTo(PartitionState.NONE);
    }

    @Test
    void rowsOfAnIngestionThatDoesNotExistAreCountedNowhereAndMoveTheOffset() {
        applied(ledger.commit(List.of(progress(state(PART), 99, IngestStatus.UPSERTED, 4)), SOON));

        assertThat(ledger.find(7, 70, 99, SOON)).isNull();
        assertThat(state(PART).nextOffset()).isEqualTo(4);
    }

    @Test
    void ingestionsOfOtherGroupsAreOthers() {
        long id = ledger.open(7, 70, 1, SOON);

        assertThat(ledger.find(7, 71, id, SOON)).isNull();
        assertThat(ledger.find(8, 70, id, SOON)).isNull();
        assertThat(ledger.latest(7, 71, SOON)).isNull();
    }

    @Test
    void oldIngestionsAreForgottenWithTheirCounts() {
        long first = ledger.open(7, 70, 1, SOON);
        ledger.commit(List.of(progress(state(PART), first, IngestStatus.UPSERTED, 1)), SOON);
        long last = first;
        for (int more = 0; more < IngestLedger.INGESTIONS_MAX; more++) {
            last = ledger.open(7, 70, 1, SOON);
        }
        assertThat(ledger.find(7, 70, first, SOON)).isNull();
        assertThat(ledger.latest(7, 70, SOON)).isEqualTo(new Ingestion(last, 1, NOW, Map.of()));
        assertThat(applied(ledger.commit(List.of(progress(state(PART), first, IngestStatus.UPSERTED, 1)), SOON))
                        .nextOffset())
                .isEqualTo(2);
        assertThat(ledger.find(7, 70, first, SOON)).isNull();
    }

    @Test
    void rejectedRowsAreKeptInABoundedRingAndCounted() {
        long id = ledger.open(7, 70, 500, SOON);
        PartitionState from = state(PART);
        int rows = IngestLedger.REJECTED_MAX + 50;
        for (int start = 0; start < rows; start += 125) {
            PartitionProgress progress = new PartitionProgress(from);
            for (int offset = start; offset < start + 125; offset++) {
                progress.reject(rejected(offset, id));
            }
            progress.reached(start + 125);
            from = applied(ledger.commit(List.of(progress), SOON));
        }
        List<RejectedRow> kept = ledger.rejected(7, 70, SOON);

        assertThat(kept).hasSize(IngestLedger.REJECTED_MAX);
        assertThat(kept.getFirst().offset()).isEqualTo(50);
        assertThat(kept.getLast().offset()).isEqualTo(rows - 1);
        assertThat(kept.getLast()).usingRecursiveComparison().isEqualTo(rejected(rows - 1, id));
        assertThat(ingestion(id).rows()).isEqualTo(Map.of(IngestStatus.FAILED, (long) rows));
        assertThat(from.rejected()).isEqualTo(rows);
    }

    @Test
    void longPayloadsAndReasonsAreCut() {
        RejectedRow row = new RejectedRow(0, 1, NOW, RejectReason.BAD_AVRO, "x".repeat(9_999), null, new byte[9_999]);

        assertThat(row.detail()).hasSize(RejectedRow.DETAIL_CHARACTERS_MAX);
        assertThat(row.payload()).hasSize(RejectedRow.PAYLOAD_BYTES_MAX);
    }

    @Test
    void forgottenGroupLeavesNothing() {
        long id = ledger.open(7, 70, 1, SOON);
        PartitionProgress progress = progress(state(PART), id, IngestStatus.UPSERTED, 1);
        progress.reject(rejected(1, id));
        ledger.commit(List.of(progress), SOON);
        ledger.open(7, 700, 1, SOON);

        ledger.forget(7, 70, SOON);

        assertThat(ledger.latest(7, 70, SOON)).isNull();
        assertThat(ledger.rejected(7, 70, SOON)).isEmpty();
        assertThat(state(PART).version()).isEqualTo(PartitionState.NONE);
        assertThat(ledger.latest(7, 700, SOON)).isNotNull();
    }

    @Test
    void negativeNumberOfEntriesIsRefused() {
        assertThatThrownBy(() -> ledger.open(7, 70, -1, SOON))
                .isInstanceOfSatisfying(
                        FeatureStoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
                .hasMessage("numEntries: -1 (expected: >= 0)");
    }
}
