package io.hopyard.stream;

import io.hopyard.core.ingest.IngestTarget;
import io.hopyard.core.ingest.RejectReason;
import io.hopyard.core.serving.KeyCodec;
import io.hopyard.core.serving.OnlineKey;
import io.hopyard.core.serving.OnlineRows;
import io.hopyard.core.serving.OnlineSchema;
import io.hopyard.core.serving.RowCodec;
import io.hopyard.core.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Understands one record of the log: what its headers ask for and what row it holds. */
final class LoggedRow {
    private static final int NUMBER_DIGITS_MAX = 18;

    /** What is to be done with a record. */
    sealed interface Meaning {
        record Upsert(OnlineRows.RowWrite row) implements Meaning {}

        record Delete(OnlineRows.RowWrite row) implements Meaning {}

        record Ignore() implements Meaning {}

        record Reject(RejectReason reason, String detail) implements Meaning {}
    }

    private static final Meaning IGNORE = new Meaning.Ignore();

    private final ConsumerRecord<byte[], byte[]> record;
    private @Nullable Long projectId;
    private @Nullable Long featureGroupId;
    private @Nullable Long subjectId;
    private @Nullable Long ingestionId;
    private String storage = "";
    private String operation = "";

    LoggedRow(ConsumerRecord<byte[], byte[]> record) {
        this.record = record;
        for (Header header : record.headers()) {
            byte[] value = header.value();
            if (value != null) {
                header(header.key(), value);
            }
        }
    }

    private void header(String name, byte[] value) {
        switch (name) {
            case "projectId" -> projectId = number(value);
            case "featureGroupId" -> featureGroupId = number(value);
            case "subjectId" -> subjectId = number(value);
            case "onlineIngestionId" -> ingestionId = number(value);
            case "storage" -> storage = new String(value, StandardCharsets.UTF_8);
            case "operation" -> operation = new String(value, StandardCharsets.UTF_8);
            default -> {}
        }
    }

    private static @Nullable Long number(byte[] digits) {
        if (digits.length == 0 || digits.length > NUMBER_DIGITS_MAX) {
            return null;
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                return null;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    /** The ingestion that counts the row, or null. */
    @Nullable
    Long ingestionId() {
        return ingestionId;
    }

    /** Never throws for what is wrong with the record. */
    Meaning meaning(IngestRoute route, Deadline deadline) {
        IngestTarget target = route.target();
        if (storage.equals("offline")
                || storage.equals("0")
                || record.offset() < target.clearedBefore(record.partition())) {
            return IGNORE;
        }
        if (!Long.valueOf(target.projectId()).equals(projectId)
                || !Long.valueOf(target.featureGroupId()).equals(featureGroupId)) {
            return new Meaning.Reject(
                    RejectReason.UNKNOWN_GROUP,
                    "headers projectId, featureGroupId: " + projectId + ", " + featureGroupId + " (expected: "
                            + target.projectId() + ", " + target.featureGroupId() + ")");
        }
        if (!operation.isEmpty() && !operation.equals("delete")) {
            return new Meaning.Reject(
                    RejectReason.BAD_VALUE, "header operation: '" + operation + "' (expected: none or delete)");
        }
        if (subjectId == null) {
            return new Meaning.Reject(RejectReason.UNKNOWN_SUBJECT, "header subjectId: none (expected: a number)");
        }
        return switch (route.reading(subjectId, deadline)) {
            case IngestRoute.Reading.Known known -> row(known.rows(), route.schema());
            case IngestRoute.Reading.Unknown unknown ->
                new Meaning.Reject(
                        unknown.group() ? RejectReason.UNKNOWN_GROUP : RejectReason.UNKNOWN_SUBJECT, unknown.detail());
        };
    }

    private Meaning row(AvroRows rows, OnlineSchema schema) {
        byte[] bytes = record.value();
        if (bytes == null) {
            return new Meaning.Reject(RejectReason.BAD_AVRO, "value: none (expected: a record of the subject)");
        }
        @Nullable Object[] values;
        try {
            values = rows.read(bytes);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Meaning.Reject(RejectReason.BAD_AVRO, String.valueOf(e.getMessage()));
        }
        return row(values, schema);
    }

    private Meaning row(@Nullable Object[] values, OnlineSchema schema) {
        List<Integer> ordinals = schema.keyOrdinals();
        @Nullable Object[] key = new @Nullable Object[ordinals.size()];
        for (int index = 0; index < key.length; index++) {
            int ordinal = ordinals.get(index);
            key[index] = values[ordinal];
            if (key[index] == null) {
                return new Meaning.Reject(
                        RejectReason.NULL_KEY,
                        "primary key '" + schema.columns().get(ordinal).name() + "': null (expected: a value)");
            }
        }
        RowCodec.LogPosition position = new RowCodec.LogPosition(record.partition(), record.offset());
        try {
            OnlineKey encoded = KeyCodec.encode(schema, key);
            return operation.isEmpty()
                    ? new Meaning.Upsert(new OnlineRows.RowWrite(encoded, RowCodec.encode(schema, values, position)))
                    : new Meaning.Delete(new OnlineRows.RowWrite(encoded, RowCodec.tombstone(position)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return new Meaning.Reject(RejectReason.BAD_VALUE, String.valueOf(e.getMessage()));
        }
    }
}
