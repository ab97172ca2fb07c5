package io.hopyard.wire.rest;

import io.hopyard.core.catalog.Executions;
import io.hopyard.core.catalog.Executions.Execution;
import io.hopyard.core.catalog.FeatureGroup;
import io.hopyard.core.catalog.FeatureStore;
import io.hopyard.core.error.ErrorCode;
import io.hopyard.core.error.FeatureStoreException;
import io.hopyard.core.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The log files of executions, computed from what is stored about the execution. They are the only files of this version.
 * Thread safe.
 */
final class LogFiles {
    static final String STDOUT = "stdout.log";
    static final String STDERR = "stderr.log";
    private static final String LOGS = "Logs/";

    private final Executions executions;

    LogFiles(Executions executions) {
        this.executions = executions;
    }

    /**
     * @param path absolute
     */
    @SuppressWarnings("ArrayRecordComponent") // files are never compared by value
    record LogFile(String path, String owner, long modifiedAtMillis, byte[] content) {
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** The absolute folder of an execution's logs, with a slash at the end. */
    static String folder(FeatureStore store, FeatureGroup group, long executionId) {
        return "/Projects/" + store.projectName() + "/" + LOGS + Executions.jobName(group) + "/" + executionId + "/";
    }

    /**
     * @param path absolute, the same without the first slash, or relative to the project
     */
    @Nullable
    LogFile find(FeatureStore store, String path, Deadline deadline) {
        String relative = relative(store, path);
        if (!relative.startsWith(LOGS)) {
            return null;
        }
        String[] parts = relative.substring(LOGS.length()).split("/", -1);
        if (parts.length != 3 || !(parts[2].equals(STDOUT) || parts[2].equals(STDERR))) {
            return null;
        }
        FeatureGroup group = executions.findJob(store.id(), parts[0], deadline);
        Execution execution = group == null ? null : findExecution(group, parts[1], deadline);
        if (group == null || execution == null) {
            return null;
        }
        String content = parts[2].equals(STDERR) ? "" : text(group, execution);
        return new LogFile(
                folder(store, group, execution.id()) + parts[2],
                execution.username(),
                execution.submittedAtMillis(),
                content.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable Execution findExecution(FeatureGroup group, String id, Deadline deadline) {
        try {
            return executions.load(group, Long.parseLong(id), deadline);
        } catch (NumberFormatException e) {
            return null;
        } catch (FeatureStoreException e) {
            if (e.code() == ErrorCode.EXECUTION_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    static String relative(FeatureStore store, String path) {
        String stripped = path.startsWith("/") ? path.substring(1) : path;
        String project = "Projects/" + store.projectName() + "/";
        return stripped.startsWith(project) ? stripped.substring(project.length()) : stripped;
    }

    private static String text(FeatureGroup group, Execution execution) {
        return Instant.ofEpochMilli(execution.submittedAtMillis()) + " execution " + execution.id() + " of "
                + Executions.jobName(group) + "\n"
                + "Nothing was written to the offline store: it is not part of this version of Hopyard.\n"
                + "The rows of feature group " + group.name() + " version " + group.version()
                + " stay in the log and, if the group is online, in the online store.\n";
    }
}
