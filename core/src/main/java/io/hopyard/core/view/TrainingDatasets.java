package io.hopyard.core.view;

import io.hopyard.core.catalog.Attachments;
import io.hopyard.core.catalog.Creation;
import io.hopyard.core.catalog.Limits;
import io.hopyard.core.catalog.Records;
import io.hopyard.core.catalog.Statistics;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.view.Query.Filter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is remembered of training datasets; their rows are not part of this version. Thread safe. */
public final class TrainingDatasets {
    private static final int FORMAT = 1;
    private static final String TABLE = "trainingdatasets";
    private static final int ATTEMPTS_MAX = 20;

    private final Records records;
    private final Attachments attachments;
    private final Statistics statistics;

    public TrainingDatasets(Records records, Attachments attachments, Statistics statistics) {
        this.records = records;
        this.attachments = attachments;
        this.statistics = statistics;
    }

    /**
     * @param seed with which the client splits at random
     * @param extraFilter beside the view's own filter, or null
     * @param document JSON text of what the client sent, without absent members
     */
    public record TrainingDataset(
            long id,
            String viewName,
            int viewVersion,
            int version,
            long seed,
            @Nullable Filter extraFilter,
            String document,
            Creation creation) {
        public TrainingDataset {
            if (document.length() > Limits.DOCUMENT_LENGTH_MAX) {
                throw new FeatureStoreException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "training dataset of " + document.length() + " characters (expected: at most "
                                + Limits.DOCUMENT_LENGTH_MAX + ")");
            }
        }

        TrainingDataset numbered(long newId, int newVersion) {
            return new TrainingDataset(newId, viewName, viewVersion, newVersion, seed, extraFilter, document, creation);
        }

        public byte[] toBytes() {
            RecordWriter writer = new RecordWriter(FORMAT)
                    .put(1, id)
                    .put(2, viewName)
                    .put(3, (long) viewVersion)
                    .put(4, (long) version)
                    .put(5, seed)
                    .put(7, document)
                    .put(8, creation.toBytes());
            Filter filter = extraFilter;
            return (filter == null ? writer : writer.put(6, QueryCodec.encode(filter))).toBytes();
        }

        public static TrainingDataset of(byte[] bytes) {
            RecordReader reader = RecordReader.of(bytes, FORMAT);
            byte[] filter = reader.findBytes(6);
            return new TrainingDataset(
                    reader.number(1),
                    reader.string(2),
                    (int) reader.number(3),
                    (int) reader.number(4),
                    reader.number(5),
                    filter == null ? null : QueryCodec.filter(filter),
                    reader.string(7),
                    Creation.of(reader.bytes(8)));
        }
    }

    static RowKey prefix(FeatureView view) {
        return Records.key(TABLE, view.projectId(), view.name() + "/" + Records.padded(view.version()) + "/");
    }

    private static RowKey key(FeatureView view, int version) {
        return Records.key(TABLE, view.projectId(), prefix(view).rest() + Records.padded(version));
    }

    /** @param wanted with id 0; with version 0 for the next free one */
    public TrainingDataset create(FeatureView view, TrainingDataset wanted, Deadline deadline) {
        long id = records.nextNumber("trainingdataset", deadline);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int version = wanted.version();
            if (version == 0) {
                List<TrainingDataset> all = list(view, deadline);
                version = all.isEmpty() ? 1 : Math.addExact(all.getLast().version(), 1);
            }
            TrainingDataset dataset = wanted.numbered(id, version);
            RowKey key = key(view, version);
            RowKey viewKey = FeatureViews.keyOf(view.projectId(), view.name(), view.version());
            boolean created = records.commit(
                    List.of(new Condition.Absent(key), new Condition.Present(viewKey)),
                    List.of(new Write.Put(key, dataset.toBytes())),
                    deadline);
            if (created) {
                return dataset;
            }
            if (wanted.version() != 0) {
                throw new FeatureStoreException(
                        ErrorCode.INVALID_TRAINING_DATASET,
                        "training dataset version " + version + " of feature view '" + view.name() + "' version "
                                + view.version() + " exists already, or the view is gone (expected: another version)");
            }
        }
        throw Records.concurrent("training datasets of feature view '" + view.name() + "'");
    }

    /** Oldest first. */
    public List<TrainingDataset> list(FeatureView view, Deadline deadline) {
        return records.list(prefix(view), Limits.LIST_MAX, deadline).stream()
                .map(Row::value)
                .map(TrainingDataset::of)
                .toList();
    }

    /** @throws FeatureStoreException {@code TRAINING_DATASET_NOT_FOUND} */
    public TrainingDataset load(FeatureView view, int version, Deadline deadline) {
        Row row = version < 1 ? null : records.find(key(view, version), deadline);
        if (row == null) {
            throw new FeatureStoreException(
                    ErrorCode.TRAINING_DATASET_NOT_FOUND,
                    "training dataset: version " + version + " (expected: one of feature view '" + view.name()
                            + "' version " + view.version() + ")");
        }
        return TrainingDataset.of(row.value());
    }

    /** Replaces the document of a training dataset. */
    public TrainingDataset replace(FeatureView view, TrainingDataset changed, Deadline deadline) {
        RowKey key = key(view, changed.version());
        if (!records.commit(
                List.of(new Condition.Present(key)), List.of(new Write.Put(key, changed.toBytes())), deadline)) {
            return load(view, changed.version(), deadline);
        }
        return changed;
    }

    public void delete(FeatureView view, int version, Deadline deadline) {
        load(view, version, deadline);
        Attachments.Target target = target(view, version);
        statistics.removeAll(target, deadline);
        attachments.removeAll(target, deadline);
        records.put(List.of(new Write.Remove(key(view, version))), deadline);
    }

    /** What tags, keywords and statistics of a training dataset hang on. */
    public static Attachments.Target target(FeatureView view, int version) {
        return Attachments.Target.featureView(view.projectId(), view.name(), view.version())
                .trainingDataset(version);
    }
}
