package io.hopyard.core.catalog;

import io.hopyard.core.database.Changes;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The active feature groups, as the ingester sees them. All are read once; then each call asks what changed since the call
 * before, and reads only that. Thread safe.
 */
public final class CatalogTargets implements IngestTargets {
    private static final int READ_KEYS = 1_000;

    private final Records fresh;
    private final FeatureGroups groups;
    private final ReentrantLock following = new ReentrantLock();
    private final Map<RowKey, IngestTarget> active = new LinkedHashMap<>(); // guarded by following
    private List<IngestTarget> targets = List.of(); // guarded by following
    private long upTo; // guarded by following
    private boolean complete; // guarded by following

    /**
     * @param fresh over the database itself, not over a cache of it
     * @param groups over the same
     */
    public CatalogTargets(Records fresh, FeatureGroups groups) {
        this.fresh = fresh;
        this.groups = groups;
    }

    @Override
    public @Nullable IngestTarget find(long projectId, long featureGroupId, Deadline deadline) {
        return target(fresh.find(FeatureGroups.keyOf(projectId, featureGroupId), deadline));
    }

    @Override
    public List<IngestTarget> all(Deadline deadline) {
        following.lock();
        try {
            // Asked before anything is read: what changes meanwhile is told again by the next call.
            switch (fresh.changes(upTo, deadline)) {
                case Changes.Keys changes
                when complete -> {
                    read(
                            changes.keys().stream()
                                    .filter(FeatureGroups::isGroup)
                                    .distinct()
                                    .toList(),
                            deadline);
                    upTo = changes.upTo();
                }
                case Changes.Keys changes -> readAll(changes.upTo(), deadline);
                case Changes.TooOld changes -> readAll(changes.upTo(), deadline);
            }
            return targets;
        } finally {
            following.unlock();
        }
    }

    private void readAll(long version, Deadline deadline) {
        complete = false;
        active.clear();
        read(groups.keysOfAll(deadline), deadline);
        upTo = version;
        complete = true;
    }

    /** When it fails in between, the same keys are told again by the next call. */
    private void read(List<RowKey> keys, Deadline deadline) {
        if (keys.isEmpty() && complete) {
            return;
        }
        for (int start = 0; start < keys.size(); start += READ_KEYS) {
            List<RowKey> part = keys.subList(start, Math.min(keys.size(), start + READ_KEYS));
            List<@Nullable Row> rows = fresh.read(part, deadline);
            for (int index = 0; index < part.size(); index++) {
                IngestTarget target = target(rows.get(index));
                if (target == null) {
                    active.remove(part.get(index));
                } else {
                    active.put(part.get(index), target);
                }
            }
        }
        targets = List.copyOf(active.values());
    }

    private static @Nullable IngestTarget target(@Nullable Row row) {
        FeatureGroup group = row == null ? null : FeatureGroupCodec.decode(row.value());
        if (group == null || group.state() != FeatureGroup.State.ACTIVE) {
            return null;
        }
        OnlineSchema schema = group.online() ? OnlineSchemas.of(group) : null;
        return new IngestTarget(group.projectId(), group.id(), group.topic(), schema, group.clearedBefore());
    }
}
