package io.hopyard.core.serving;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was cleared from one online table: rows below the mark of their log partition are neither readable nor storable,
 * whether their bytes are still there or not. So a clear takes effect at once and for ever, and a row that an ingester
 * still had in its hands cannot come back. Immutable.
 *
 * @param dropped true: the table is gone, every row is hidden
 * @param before per log partition the offset below which rows are hidden
 */
public record Clearing(boolean dropped, Map<Integer, Long> before) {
    /** Nothing was cleared. */
    public static final Clearing NONE = new Clearing(false, Map.of());
    /** The table is gone. */
    public static final Clearing DROPPED = new Clearing(true, Map.of());

    private static final int FORMAT = 1;
    private static final int FIELD_DROPPED = 1;
    private static final int FIELD_PARTITIONS = 2;
    private static final int FIELD_OFFSETS = 3;

    public Clearing {
        before = Map.copyOf(before);
    }

    /** True when the row must not be seen. */
    public boolean hides(RowImage row) {
        if (dropped) {
            return true;
        }
        if (before.isEmpty()) {
            return false;
        }
        Long mark = before.get(row.logPartition());
        return mark != null && row.logOffset() < mark;
    }

    /** This and one more mark; a mark never moves back. */
    public Clearing with(RowCodec.LogPosition mark) {
        Map<Integer, Long> marks = new TreeMap<>(before);
        marks.merge(mark.partition(), mark.offset(), Math::max);
        return new Clearing(dropped, marks);
    }

    /** The stored form. */
    public byte[] toBytes() {
        List<Long> partitions = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        new TreeMap<>(before).forEach((partition, offset) -> {
            partitions.add(partition.longValue());
            offsets.add(offset);
        });
        return new RecordWriter(FORMAT)
                .put(FIELD_DROPPED, dropped)
                .putNumbers(FIELD_PARTITIONS, partitions)
                .putNumbers(FIELD_OFFSETS, offsets)
                .toBytes();
    }

    /** @throws IllegalArgumentException when the bytes are not what {@link #toBytes()} makes */
    public static Clearing of(byte[] bytes) {
        RecordReader record = RecordReader.of(bytes, FORMAT);
        List<Long> partitions = record.numbers(FIELD_PARTITIONS);
        List<Long> offsets = record.numbers(FIELD_OFFSETS);
        if (partitions.size() != offsets.size()) {
            throw new IllegalArgumentException("stored clearing: " + partitions.size() + " partitions, "
                    + offsets.size() + " offsets (expected: as many)");
        }
        Map<Integer, Long> before = new TreeMap<>();
        for (int index = 0; index < partitions.size(); index++) {
            before.put(partitions.get(index).intValue(), offsets.get(index));
        }
        return new Clearing(record.flag(FIELD_DROPPED), before);
    }
}
