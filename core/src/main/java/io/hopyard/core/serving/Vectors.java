package io.hopyard.core.serving;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Feature vectors, put together from what was read, what was passed and the keys of the request. Not thread safe. */
public final class Vectors {
    private static final int HTTP_FOUND = 200;
    private static final int HTTP_INCOMPLETE_KEY = 400;
    private static final int HTTP_ABSENT = 404;

    private final VectorBatch batch;
    private final List<@Nullable OnlineRow> rows;
    private final int[] firstRow;

    Vectors(VectorBatch batch, List<@Nullable OnlineRow> rows, int[] firstRow) {
        this.batch = batch;
        this.rows = rows;
        this.firstRow = firstRow;
    }

    /** What became of a vector. */
    public enum Status {
        COMPLETE,
        /** At least one group has no row for its key, or its key was not given. */
        MISSING,
        ERROR
    }

    public int size() {
        return batch.size();
    }

    public Status status(int entry) {
        if (batch.fault(entry) != null) {
            return Status.ERROR;
        }
        if (batch.plan().incomplete()) {
            return Status.MISSING;
        }
        int groups = groups();
        for (int group = 0; group < groups; group++) {
            if (row(entry, group) == null) {
                return Status.MISSING;
            }
        }
        return Status.COMPLETE;
    }

    /** Groups that are read for every vector. */
    public int groups() {
        return batch.plan().groups().size();
    }

    public long featureGroupId(int group) {
        return batch.plan().groups().get(group).featureGroupId();
    }

    /** How the read of one group went, as an HTTP status. */
    public int httpStatus(int entry, int group) {
        if (batch.keyIndex(entry, group) < 0) {
            return HTTP_INCOMPLETE_KEY;
        }
        return row(entry, group) == null ? HTTP_ABSENT : HTTP_FOUND;
    }

    /** Sends one value of a vector: what was passed beats what was stored; absent rows leave nulls, keys stay. */
    public void send(int entry, int slotIndex, VectorSink sink) {
        Object passed = batch.passed(entry, slotIndex);
        if (passed != null) {
            sink.passed(passed);
            return;
        }
        VectorPlan.Slot slot = batch.plan().slots().get(slotIndex);
        VectorPlan.Key key = slot.key();
        if (key != null) {
            sink.typed(key.column(), batch.keyValue(entry, slotIndex));
            return;
        }
        OnlineRow row = slot.read() < 0 ? null : row(entry, slot.read());
        if (row == null) {
            sink.nothing();
            return;
        }
        row.send(slot.column(), sink);
    }

    private @Nullable OnlineRow row(int entry, int group) {
        int key = batch.keyIndex(entry, group);
        return key < 0 ? null : rows.get(firstRow[group] + key);
    }
}
