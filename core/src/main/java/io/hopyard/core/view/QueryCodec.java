package io.hopyard.core.view;

import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.view.Query.Combined;
import io.hopyard.core.view.Query.Compared;
import io.hopyard.core.view.Query.Comparison;
import io.hopyard.core.view.Query.FeatureName;
import io.hopyard.core.view.Query.Filter;
import io.hopyard.core.view.Query.Join;
import io.hopyard.core.view.Query.JoinType;
import io.hopyard.core.view.Query.Logic;
import org.jspecify.annotations.Nullable;

/** Between a query and its bytes inside other rows. */
public final class QueryCodec {
    private static final int FORMAT = 1;

    private QueryCodec() {}

    public static byte[] encode(Query query) {
        RecordWriter writer = new RecordWriter(FORMAT)
                .put(1, query.left().projectId())
                .put(2, query.left().featureGroupId())
                .putStrings(3, query.features())
                .putRecords(4, query.joins().stream().map(QueryCodec::encode).toList())
                .put(6, query.limit());
        Filter filter = query.filter();
        return (filter == null ? writer : writer.put(5, encode(filter))).toBytes();
    }

    public static Query decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        byte[] filter = reader.findBytes(5);
        return new Query(
                new GroupReference(reader.number(1), reader.number(2)),
                reader.strings(3),
                reader.records(4).stream().map(QueryCodec::join).toList(),
                filter == null ? null : filter(filter),
                reader.findNumber(6));
    }

    private static byte[] encode(Join join) {
        return new RecordWriter(FORMAT)
                .put(1, encode(join.query()))
                .put(2, join.type().name())
                .put(3, join.prefix())
                .putStrings(4, join.on())
                .putStrings(5, join.leftOn())
                .putStrings(6, join.rightOn())
                .toBytes();
    }

    private static Join join(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Join(
                decode(reader.bytes(1)),
                JoinType.valueOf(reader.string(2)),
                reader.string(3),
                reader.strings(4),
                reader.strings(5),
                reader.strings(6));
    }

    public static byte[] encode(Filter filter) {
        return switch (filter) {
            case Combined combined -> {
                RecordWriter writer =
                        new RecordWriter(FORMAT).put(1, combined.logic().name());
                Filter left = combined.left();
                Filter right = combined.right();
                if (left != null) {
                    writer.put(2, encode(left));
                }
                if (right != null) {
                    writer.put(3, encode(right));
                }
                yield writer.toBytes();
            }
            case Compared compared -> {
                RecordWriter writer = new RecordWriter(FORMAT)
                        .put(4, compared.featureGroupId())
                        .put(5, compared.feature())
                        .put(6, compared.comparison().name())
                        .put(7, compared.value())
                        .putStrings(8, compared.values());
                FeatureName other = compared.other();
                if (other != null) {
                    writer.put(9, other.featureGroupId()).put(10, other.feature());
                }
                yield writer.toBytes();
            }
        };
    }

    public static Filter filter(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        String logic = reader.findString(1);
        if (logic != null) {
            return new Combined(Logic.valueOf(logic), child(reader, 2), child(reader, 3));
        }
        String other = reader.findString(10);
        return new Compared(
                reader.findNumber(4),
                reader.string(5),
                Comparison.valueOf(reader.string(6)),
                reader.findString(7),
                reader.strings(8),
                other == null ? null : new FeatureName(reader.findNumber(9), other));
    }

    private static @Nullable Filter child(RecordReader reader, int field) {
        byte[] bytes = reader.findBytes(field);
        return bytes == null ? null : filter(bytes);
    }
}
