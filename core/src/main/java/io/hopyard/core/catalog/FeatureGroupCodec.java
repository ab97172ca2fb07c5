package io.hopyard.core.catalog;

import io.hopyard.core.catalog.FeatureGroup.Definition;
import io.hopyard.core.catalog.FeatureGroup.GroupReference;
import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.feature.FeatureType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Between a feature group and the bytes of its row. */
public final class FeatureGroupCodec {
    private static final int FORMAT = 1;

    private FeatureGroupCodec() {}

    public static byte[] encode(FeatureGroup group) {
        Definition definition = group.definition();
        RecordWriter writer = new RecordWriter(FORMAT)
                .put(1, group.id())
                .put(2, group.projectId())
                .put(3, group.state().name())
                .put(4, definition.name())
                .put(5, (long) definition.version())
                .put(6, definition.description())
                .putRecords(
                        7,
                        definition.features().stream()
                                .map(FeatureGroupCodec::encode)
                                .toList())
                .put(8, definition.eventTime())
                .put(9, definition.onlineEnabled())
                .put(12, encode(definition.statistics()))
                .put(13, definition.notificationTopic())
                .put(14, definition.deprecated())
                .put(15, definition.onlineConfig())
                .putRecords(
                        16,
                        definition.functions().stream()
                                .map(TransformationFunction::toBytes)
                                .toList())
                .putNumbers(17, references(definition.parents()))
                .put(18, group.subjectId())
                .put(19, (long) group.subjectVersion())
                .putNumbers(20, group.clearedBefore())
                .put(21, group.creation().toBytes());
        FeatureGroup.Ttl ttl = definition.ttl();
        if (ttl != null) {
            writer.put(10, ttl.seconds()).put(11, ttl.enabled());
        }
        return writer.toBytes();
    }

    public static FeatureGroup decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        Long ttlSeconds = reader.findNumber(10);
        Definition definition = new Definition(
                reader.string(4),
                (int) reader.number(5),
                reader.string(6),
                reader.records(7).stream().map(FeatureGroupCodec::feature).toList(),
                reader.findString(8),
                reader.flag(9),
                ttlSeconds == null ? null : new FeatureGroup.Ttl(ttlSeconds, reader.flag(11)),
                statistics(reader.bytes(12)),
                reader.findString(13),
                reader.flag(14),
                reader.findString(15),
                reader.records(16).stream().map(TransformationFunction::of).toList(),
                references(reader, 17));
        return new FeatureGroup(
                reader.number(1),
                reader.number(2),
                FeatureGroup.State.valueOf(reader.string(3)),
                definition,
                reader.number(18),
                (int) reader.number(19),
                reader.numbers(20),
                Creation.of(reader.bytes(21)));
    }

    private static byte[] encode(Feature feature) {
        return new RecordWriter(FORMAT)
                .put(1, feature.name())
                .put(2, feature.type().text())
                .put(3, feature.description())
                .putStrings(4, feature.marks().stream().map(Feature.Mark::name).toList())
                .put(5, feature.onlineType())
                .put(6, feature.defaultValue())
                .toBytes();
    }

    private static Feature feature(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        Set<Feature.Mark> marks = EnumSet.noneOf(Feature.Mark.class);
        reader.strings(4).forEach(name -> marks.add(Feature.Mark.valueOf(name)));
        return new Feature(
                reader.string(1),
                FeatureType.parse(reader.string(2)),
                reader.findString(3),
                marks,
                reader.findString(5),
                reader.findString(6));
    }

    public static byte[] encode(StatisticsConfig config) {
        return new RecordWriter(FORMAT)
                .putStrings(
                        1,
                        config.options().stream()
                                .map(StatisticsConfig.Option::name)
                                .sorted()
                                .toList())
                .putStrings(2, config.columns())
                .toBytes();
    }

    public static StatisticsConfig statistics(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        Set<StatisticsConfig.Option> options = EnumSet.noneOf(StatisticsConfig.Option.class);
        reader.strings(1).forEach(name -> options.add(StatisticsConfig.Option.valueOf(name)));
        return new StatisticsConfig(options, reader.strings(2));
    }

    private static List<Long> references(List<GroupReference> references) {
        List<Long> numbers = new ArrayList<>();
        for (GroupReference reference : references) {
            numbers.add(reference.projectId());
            numbers.add(reference.featureGroupId());
        }
        return numbers;
    }

    private static List<GroupReference> references(RecordReader reader, int field) {
        List<Long> numbers = reader.numbers(field);
        List<GroupReference> references = new ArrayList<>();
        for (int index = 0; index + 1 < numbers.size(); index += 2) {
            references.add(new GroupReference(numbers.get(index), numbers.get(index + 1)));
        }
        return references;
    }
}
