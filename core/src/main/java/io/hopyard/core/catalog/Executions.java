package io.hopyard.core.catalog;

import io.hopyard.core.codec.RecordReader;
import io.hopyard.core.codec.RecordWriter;
import io.hopyard.core.database.Row;
import io.hopyard.core.database.RowKey;
import io.hopyard.core.database.Write;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The materialization job that every feature group has, and its executions. This version has no offline store, so an
 * execution has nothing to do: it is recorded, and its log says so. Thread safe.
 */
public final class Executions {
    private static final int FORMAT = 1;
    private static final String TABLE = "executions";
    private static final String SUFFIX = "_offline_fg_materialization";
    private static final int ARGUMENTS_LENGTH_MAX = 100_000;
    private static final int KEPT_MAX = 100;

    private final Records records;
    private final FeatureGroups groups;

    public Executions(Records records, FeatureGroups groups) {
        this.records = records;
        this.groups = groups;
    }

    /**
     * @param submittedAtMillis milliseconds since 1970
     * @param arguments as the client sent them
     */
    public record Execution(long id, long submittedAtMillis, String username, String arguments) {}

    public static String jobName(FeatureGroup group) {
        return group.table() + SUFFIX;
    }

    /** The feature group whose job has this name, or null. */
    public @Nullable FeatureGroup findJob(long projectId, String jobName, Deadline deadline) {
        if (!jobName.endsWith(SUFFIX)) {
            return null;
        }
        String table = jobName.substring(0, jobName.length() - SUFFIX.length());
        return findByTable(groups, projectId, table, deadline);
    }

    /** The feature group {@code <name>_<version>}, or null. */
    public static @Nullable FeatureGroup findByTable(
            FeatureGroups groups, long projectId, String table, Deadline deadline) {
        TableName name = TableName.parse(table);
        return name == null ? null : groups.find(projectId, name.group(), name.version(), deadline);
    }

    /** The two parts of {@code <name>_<version>}. */
    public record TableName(String group, int version) {
        public static @Nullable TableName parse(String table) {
            int at = table.lastIndexOf('_');
            String digits = table.substring(at + 1);
            if (at < 1 || digits.isEmpty() || digits.length() > 9 || digits.startsWith("0")) {
                return null;
            }
            for (int index = 0; index < digits.length(); index++) {
                if (digits.charAt(index) < '0' || digits.charAt(index) > '9') {
                    return null;
                }
            }
            return new TableName(table.substring(0, at), Integer.parseInt(digits));
        }
    }

    static RowKey prefix(FeatureGroup group) {
        return Records.key(TABLE, group.projectId(), "fg/" + Records.padded(group.id()) + "/");
    }

    private static RowKey key(FeatureGroup group, long id) {
        return Records.key(TABLE, group.projectId(), prefix(group).rest() + Records.padded(id));
    }

    /** Records an execution; of old ones only the newest 100 are kept. */
    public Execution start(FeatureGroup group, String username, String arguments, long nowMillis, Deadline deadline) {
        if (arguments.length() > ARGUMENTS_LENGTH_MAX) {
            throw new FeatureStoreException(
                    ErrorCode.INVALID_REQUEST,
                    "arguments of " + arguments.length() + " characters (expected: at most " + ARGUMENTS_LENGTH_MAX
                            + ")");
        }
        Execution execution = new Execution(records.nextNumber("execution", deadline), nowMillis, username, arguments);
        List<Row> old = records.list(prefix(group), Limits.LIST_MAX, deadline);
        List<Write> writes = new java.util.ArrayList<>();
        writes.add(new Write.Put(key(group, execution.id()), encode(execution)));
        for (int index = 0; index <= old.size() - KEPT_MAX; index++) {
            writes.add(new Write.Remove(old.get(index).key()));
        }
        records.put(writes, deadline);
        return execution;
    }

    /** Newest first. */
    public List<Execution> list(FeatureGroup group, Deadline deadline) {
        return records.list(prefix(group), Limits.LIST_MAX, deadline).reversed().stream()
                .map(Row::value)
                .map(Executions::decode)
                .toList();
    }

    /** @throws FeatureStoreException {@code EXECUTION_NOT_FOUND} */
    public Execution load(FeatureGroup group, long id, Deadline deadline) {
        Row row = id < 0 ? null : records.find(key(group, id), deadline);
        if (row == null) {
            throw new FeatureStoreException(
                    ErrorCode.EXECUTION_NOT_FOUND,
                    "execution: " + id + " (expected: one of job '" + jobName(group) + "')");
        }
        return decode(row.value());
    }

    static byte[] encode(Execution execution) {
        return new RecordWriter(FORMAT)
                .put(1, execution.id())
                .put(2, execution.submittedAtMillis())
                .put(3, execution.username())
                .put(4, execution.arguments())
                .toBytes();
    }

    static Execution decode(byte[] bytes) {
        RecordReader reader = RecordReader.of(bytes, FORMAT);
        return new Execution(reader.number(1), reader.number(2), reader.string(3), reader.string(4));
    }
}
