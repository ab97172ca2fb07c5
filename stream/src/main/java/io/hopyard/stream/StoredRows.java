package io.hopyard.stream;

import io.hopyard.core.error.ErrorKind;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestStatus;
import io.hopyard.core.serving.OnlineRow;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.Projection;
import io.hopyard.core.serving.RowMerge;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores rows of one table, in their order, and says what became of each. Immutable, thread safe: calls with rows of
 * different keys may run at once.
 *
 * <p>A row that is older than what is stored, or expired, is counted as ignored: it was not stored. A row may come again: an
 * ingester died between the store and the ledger, another one that has the partition now was faster, or a data node did not
 * answer and its twin was asked. It is "older" then; so as not to count stored rows as ignored, rows that are what is stored
 * count as upserted.
 */
record StoredRows(OnlineRows store, OnlineSchema schema, Deadline deadline) {
    /** A row on its way. */
    record Candidate(OnlineRows.RowWrite row, boolean delete) {}

    /**
     * What became of a row.
     *
     * @param refusal why the store does not take it; null unless the status is FAILED
     */
    record Fate(IngestStatus status, @Nullable String refusal) {
        private static final Fate UPSERTED = new Fate(IngestStatus.UPSERTED, null);
        private static final Fate DELETED = new Fate(IngestStatus.DELETED, null);
        private static final Fate IGNORED = new Fate(IngestStatus.IGNORED, null);
    }

    /** One fate per row. */
    List<Fate> fates(List<Candidate> rows) {
        List<Fate> fates = new ArrayList<>(rows.size());
        for (int start = 0; start < rows.size(); start += OnlineRows.UPSERT_ROWS_MAX) {
            fates.addAll(atOnce(rows.subList(start, Math.min(rows.size(), start + OnlineRows.UPSERT_ROWS_MAX))));
        }
        return fates;
    }

    private List<Fate> atOnce(List<Candidate> rows) {
        List<RowMerge.Result> results;
        try {
            results = store.upsert(rows.stream().map(Candidate::row).toList(), deadline);
        } catch (FeatureStoreException e) {
            if (e.code().kind() != ErrorKind.USER) {
                throw e;
            }
            return isolated(rows, e);
        } catch (IllegalArgumentException e) {
            return isolated(rows, e);
        }
        List<Fate> fates = new ArrayList<>(rows.size());
        List<Integer> doubtful = new ArrayList<>();
        for (int index = 0; index < rows.size(); index++) {
            Candidate row = rows.get(index);
            if (row.delete()) {
                fates.add(Fate.DELETED);
            } else if (results.get(index) == RowMerge.Result.STORED) {
                fates.add(Fate.UPSERTED);
            } else {
                fates.add(Fate.IGNORED);
                if (results.get(index) == RowMerge.Result.OLDER) {
                    doubtful.add(index);
                }
            }
        }
        decide(rows, doubtful, fates);
        return fates;
    }

    /** The store says that a row is wrong without saying which: halves are tried until the row is alone. */
    private List<Fate> isolated(List<Candidate> rows, RuntimeException refusal) {
        if (rows.size() == 1) {
            return List.of(new Fate(IngestStatus.FAILED, String.valueOf(refusal.getMessage())));
        }
        int half = rows.size() / 2;
        List<Fate> fates = new ArrayList<>(atOnce(rows.subList(0, half)));
        fates.addAll(atOnce(rows.subList(half, rows.size())));
        return fates;
    }

    private void decide(List<Candidate> rows, List<Integer> doubtful, List<Fate> fates) {
        if (doubtful.isEmpty()) {
            return;
        }
        List<@Nullable OnlineRow> there = store.read(
                List.of(new OnlineRows.TableRead(
                        schema,
                        doubtful.stream()
                                .map(index -> rows.get(index).row().key())
                                .toList(),
                        Projection.of(schema.keyOrdinals()))),
                deadline);
        for (int read = 0; read < doubtful.size(); read++) {
            int index = doubtful.get(read);
            OnlineRows.RowWrite row = rows.get(index).row();
            OnlineRow stored = there.get(read);
            if (stored != null
                    && stored.image().logPartition() == row.image().logPartition()
                    && stored.image().logOffset() == row.image().logOffset()) {
                fates.set(index, Fate.UPSERTED);
            }
        }
    }
}
