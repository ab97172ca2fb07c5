package io.hopyard.stream;

import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.ingest.Subjects;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A catalogue of feature groups in memory; it can be made unavailable. */
final class TestGroups implements IngestTargets, Subjects {
    private final Map<Long, IngestTarget> groups = new ConcurrentHashMap<>();
    private final Map<Long, String> subjects = new ConcurrentHashMap<>();
    private volatile boolean down;

    void put(IngestTarget target) {
        groups.put(target.featureGroupId(), target);
    }

    void remove(long featureGroupId) {
        groups.remove(featureGroupId);
    }

    void subject(long id, String text) {
        subjects.put(id, text);
    }

    void down(boolean now) {
        down = now;
    }

    static IngestTarget online(long projectId, long id, String topic, OnlineSchema schema) {
        return new IngestTarget(projectId, id, topic, schema, List.of());
    }

    private void check() {
        if (down) {
            throw new FeatureStoreException(ErrorCode.UNAVAILABLE, "the catalogue is down");
        }
    }

    @Override
    public @Nullable IngestTarget find(long projectId, long featureGroupId, Deadline deadline) {
        check();
        return groups.get(featureGroupId);
    }

    @Override
    public List<IngestTarget> all(Deadline deadline) {
        check();
        return List.copyOf(groups.values());
    }

    @Override
    public @Nullable String subject(long projectId, long subjectId, Deadline deadline) {
        check();
        return subjects.get(subjectId);
    }
}
