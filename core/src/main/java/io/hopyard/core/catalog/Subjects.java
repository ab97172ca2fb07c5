package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The Avro schemas of feature groups; a stored one never changes, an extended group gets another. Thread safe. */
public final class Subjects {
    private static final int FORMAT = 1;
    private static final String TABLE = "subjects";

    private final Records records;

    public Subjects(Records records) {
        this.records = records;
    }

    /**
     * One version of a subject.
     *
     * @param id over all subjects; records in the log name it
     * @param subject {@code <feature group>_<version>}
     * @param version from 1
     * @param schema Avro, as JSON text
     */
    public record Subject(long id, long projectId, long featureGroupId, String subject, int version, String schema) {
        /** The row key under which it is found by its id. */
        public RowKey key() {
            return keyOf(projectId, id);
        }
    }

    public static RowKey keyOf(long projectId, long subjectId) {
        return Records.key(TABLE, projectId, "id/" + Records.padded(subjectId));
    }

    /** The same as the ingester asks for it. */
    public io.hopyard.core.ingest.Subjects schemas() {
        return (projectId, subjectId, deadline) -> {
            Subject subject = find(projectId, subjectId, deadline);
            return subject == null ? null : subject.schema();
        };
    }

    public @Nullable Subject find(long projectId, long subjectId, Deadline deadline) {
        Row row = records.find(keyOf(projectId, subjectId), deadline);
        return row == null ? null : decode(row.value());
    }

    /** A version of a feature group's subject. */
    public @Nullable Subject find(FeatureGroup group, int version, Deadline deadline) {
        if (version == group.subjectVersion()) {
            return find(group.projectId(), group.subjectId(), deadline);
        }
        Row pointer = records.find(versionKey(group.projectId(), group.id(), version), deadline);
        return pointer == null
                ? null
                : find(
                        group.projectId(),
                        RecordReader.of(pointer.value(), FORMAT).number(1),
                        deadline);
    }

    /** What has to be written to register a subject. */
    static List<Write> registration(Subject subject) {
        return List.of(
                new Write.Put(subject.key(), encode(subject)),
                new Write.Put(
                        versionKey(subject.projectId(), subject.featureGroupId(), subject.version()),
                        new RecordWriter(FORMAT).put(1, subject.id()).toBytes()));
    }

    /** Removes all versions of a feature group's subject. */
    void removeAll(FeatureGroup group, Deadline deadline) {
        RowKey versions = Records.key(TABLE, group.projectId(), versionPrefix(group.id()));
        for (Row pointer : records.list(versions, Limits.LIST_MAX, deadline)) {
            long id = RecordReader.of(pointer.value(), FORMAT).number(1);
            records.put(
                    List.of(new Write.Remove(keyOf(group.projectId(), id)), new Write.Remove(pointer.key())), deadline);
        }
    }

    private static RowKey versionKey(long projectId, long groupId, int version) {
        return Records.key(TABLE, projectId, versionPrefix(groupId) + Records.padded(version));
    }

    private static String versionPrefix(long groupId) {
        return "fg/" + Records.padded(groupId) + "/";
    }

    public static byte[] encode(Subject subject) {
        return new RecordWriter(FORMAT)
                .put(1, subject.id())
                .put(2, subject.projectId())
                .put(3, subject.featureGroupId())
                .put(4, subject.subject())
                .put(5, (long) subject.version())
                .put(6, subject.schema())
                .toBytes();
    }

    public static Subject decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Subject(
                reader.number(1),
                reader.number(2),
                reader.number(3),
                reader.string(4),
                (int) reader.number(5),
                reader.string(6));
    }
}
