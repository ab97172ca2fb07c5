package io.hopyard.stream;

import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.ingest.Subjects;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the ingester knows of the feature group behind one topic: its newest table and, per subject, how to read rows. Not
 * thread safe.
 */
final class IngestRoute {
    private static final int SUBJECTS_MAX = 64;

    /** How rows of a subject are read, or why they cannot be. */
    sealed interface Reading {
        record Known(AvroRows rows) implements Reading {}

        /**
         * @param group true when it is the group that is not there
         */
        record Unknown(boolean group, String detail) implements Reading {}
    }

    private final IngestTargets targets;
    private final Subjects subjects;
    private final Map<Long, Reading> known = new LinkedHashMap<>(16, 0.75f, true);
    /** Answers "no" are believed for one batch only: the subject may be registered any moment. */
    private final Map<Long, Reading> unknown = new HashMap<>();

    private IngestTarget target;
    private OnlineSchema schema;

    IngestRoute(IngestTarget target, OnlineSchema schema, IngestTargets targets, Subjects subjects) {
        this.target = target;
        this.schema = schema;
        this.targets = targets;
        this.subjects = subjects;
    }

    IngestTarget target() {
        return target;
    }

    OnlineSchema schema() {
        return schema;
    }

    /**
     * Takes over what was read about the group. Columns are only ever added and clears only move forward, so an answer
     * that is behind in one of them is a stale one and cannot take back what is known.
     */
    void update(IngestTarget newer) {
        List<Long> cleared = new ArrayList<>();
        int partitions =
                Math.max(newer.clearedBefore().size(), target.clearedBefore().size());
        for (int partition = 0; partition < partitions; partition++) {
            cleared.add(Math.max(newer.clearedBefore(partition), target.clearedBefore(partition)));
        }
        OnlineSchema there = newer.schema();
        if (there != null && there.columns().size() >= schema.columns().size() && !there.equals(schema)) {
            schema = there;
            known.clear();
        }
        target = new IngestTarget(target.projectId(), target.featureGroupId(), target.topic(), schema, cleared);
    }

    /** Forgets which subjects were not there. */
    void batchDone() {
        unknown.clear();
    }

    /** How rows of the subject are read; asks the catalogue when that is not known. */
    Reading reading(long subjectId, Deadline deadline) {
        Reading reading = known.get(subjectId);
        if (reading == null) {
            reading = unknown.get(subjectId);
        }
        return reading == null ? learn(subjectId, deadline) : reading;
    }

    /** A new subject comes with a new table, so the group is read first. */
    private Reading learn(long subjectId, Deadline deadline) {
        IngestTarget fresh = targets.find(target.projectId(), target.featureGroupId(), deadline);
        Reading reading = fresh == null || fresh.schema() == null
                ? new Reading.Unknown(
                        true, "feature group: " + target.featureGroupId() + " (expected: one that is online)")
                : learn(fresh, subjectId, deadline);
        if (reading instanceof Reading.Known) {
            known.put(subjectId, reading);
            if (known.size() > SUBJECTS_MAX) {
                known.remove(known.keySet().iterator().next());
            }
        } else {
            unknown.put(subjectId, reading);
        }
        return reading;
    }

    private Reading learn(IngestTarget fresh, long subjectId, Deadline deadline) throws FeatureStoreException {
        update(fresh);
        @Nullable String text = subjects.subject(target.projectId(), subjectId, deadline);
        if (text == null) {
            return new Reading.Unknown(false, "subject: " + subjectId + " (expected: one of the project)");
        }
        try {
            return new Reading.Known(AvroRows.of(text, schema));
        } catch (IllegalArgumentException e) {
            return new Reading.Unknown(false, "subject " + subjectId + ": " + e.getMessage());
        }
    }
}
