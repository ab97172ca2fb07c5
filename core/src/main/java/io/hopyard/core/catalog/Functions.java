package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Condition;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.project.Projects;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transformation functions that a project has stored by name. Thread safe. */
public final class Functions {
    private static final int FORMAT = 1;
    private static final String TABLE = "functions";

    private final Records records;

    public Functions(Records records) {
        this.records = records;
    }

    /** @throws FeatureStoreException {@code TRANSFORMATION_FUNCTION_EXISTS} when name and version are taken */
    public TransformationFunction create(long projectId, TransformationFunction function, Deadline deadline) {
        TransformationFunction stored = function.withId(records.nextNumber("function", deadline));
        RowKey byName = nameKey(projectId, stored.name(), stored.version());
        boolean created = records.commit(
                List.of(new Condition.Absent(byName), Projects.present(projectId)),
                List.of(
                        new Write.Put(byName, stored.toBytes()),
                        new Write.Put(
                                idKey(projectId, stored.id()),
                                new RecordWriter(FORMAT).put(1, byName.rest()).toBytes())),
                deadline);
        if (!created) {
            throw new FeatureStoreException(
                    ErrorCode.TRANSFORMATION_FUNCTION_EXISTS,
                    "transformation function '" + Names.shorten(stored.name()) + "' version " + stored.version()
                            + " exists already (expected: another name or version)");
        }
        return stored;
    }

    /**
     * @param name null = all
     * @param version null = all versions
     * @throws FeatureStoreException {@code TRANSFORMATION_FUNCTION_NOT_FOUND} when a name is asked and not there
     */
    public List<TransformationFunction> list(
            long projectId, @Nullable String name, @Nullable Integer version, Deadline deadline) {
        String prefix = name == null ? "name/" : "name/" + hex(name) + "/";
        List<TransformationFunction> found =
                records.list(Records.key(TABLE, projectId, prefix), Limits.LIST_MAX, deadline).stream()
                        .map(Row::value)
                        .map(TransformationFunction::of)
                        .filter(function -> version == null || function.version() == version)
                        .toList();
        if (found.isEmpty() && name != null) {
            throw new FeatureStoreException(
                    ErrorCode.TRANSFORMATION_FUNCTION_NOT_FOUND,
                    "transformation function: '" + Names.shorten(name) + "'"
                            + (version == null ? "" : " version " + version)
                            + " (expected: the name of a stored function)");
        }
        return found;
    }

    public void delete(long projectId, long id, Deadline deadline) {
        RowKey byId = idKey(projectId, id);
        Row row = id < 0 ? null : records.find(byId, deadline);
        if (row == null) {
            throw new FeatureStoreException(
                    ErrorCode.TRANSFORMATION_FUNCTION_NOT_FOUND,
                    "transformation function: " + id + " (expected: the id of a stored function)");
        }
        RowKey byName = Records.key(
                TABLE, projectId, RecordReader.of(row.value(), FORMAT).string(1));
        records.put(List.of(new Write.Remove(byId), new Write.Remove(byName)), deadline);
    }

    private static RowKey nameKey(long projectId, String name, int version) {
        return Records.key(TABLE, projectId, "name/" + hex(name) + "/" + Records.padded(version));
    }

    private static RowKey idKey(long projectId, long id) {
        return Records.key(TABLE, projectId, "id/" + Records.padded(id));
    }

    /** Names of functions are free text. */
    private static String hex(String name) {
        return java.util.HexFormat.of().formatHex(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
