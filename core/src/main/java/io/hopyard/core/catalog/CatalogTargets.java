package io.hopyard.core.catalog;

import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.IngestTargets;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.time.Deadline;
import io.hopyard.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The active feature groups, as the ingester sees them. The list of all is kept for half a second, and what was made of a
 * row is kept until the row changes. Thread safe.
 */
public final class CatalogTargets implements IngestTargets {
    private static final long KEPT_NANOS = Duration.ofMillis(500).toNanos();
    private static final int READ_KEYS = 1_000;

    private final Records fresh;
    private final FeatureGroups groups;
    private final Ticker ticker;
    private volatile @Nullable Snapshot snapshot;

    private record Known(long version, @Nullable IngestTarget target) {}

    private record Snapshot(long atNanos, Map<RowKey, Known> known, List<IngestTarget> targets) {}

    /**
     * @param fresh over the database itself, not over a cache of it
     * @param groups over the same
     */
    public CatalogTargets(Records fresh, FeatureGroups groups, Ticker ticker) {
        this.fresh = fresh;
        this.groups = groups;
        this.ticker = ticker;
    }

    @Override
    public @Nullable IngestTarget find(long projectId, long featureGroupId, Deadline deadline) {
        return target(fresh.find(FeatureGroups.keyOf(projectId, featureGroupId), deadline));
    }

    @Override
    public List<IngestTarget> all(Deadline deadline) {
        Snapshot last = snapshot;
        if (last != null && ticker.nanos() - last.atNanos() < KEPT_NANOS) {
            return last.targets();
        }
        Snapshot next = read(last == null ? Map.of() : last.known(), deadline);
        snapshot = next;
        return next.targets();
    }

    private Snapshot read(Map<RowKey, Known> old, Deadline deadline) {
        long now = ticker.nanos();
        Map<RowKey, Known> known = new HashMap<>();
        List<IngestTarget> targets = new ArrayList<>();
        List<RowKey> keys = groups.keysOfAll(deadline);
        for (int start = 0; start < keys.size(); start += READ_KEYS) {
            List<RowKey> part = keys.subList(start, Math.min(keys.size(), start + READ_KEYS));
            for (Row row : fresh.read(part, deadline)) {
                if (row == null) {
                    continue;
                }
                Known before = old.get(row.key());
                Known current = before != null && before.version() == row.version()
                        ? before
                        : new Known(row.version(), target(row));
                known.put(row.key(), current);
                IngestTarget target = current.target();
                if (target != null) {
                    targets.add(target);
                }
            }
        }
        return new Snapshot(now, known, List.copyOf(targets));
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
